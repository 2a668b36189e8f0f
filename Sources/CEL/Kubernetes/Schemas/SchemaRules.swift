public import JSONView

/// All rules of a custom resource's schema, compiled, each at its place.
public final class SchemaRules: Sendable {
    /// The rules at the root of the schema.
    public let rules: [ValidationRule]
    private let schema: StructuralSchema?
    private let properties: [String: SchemaRules]
    private let values: SchemaRules?
    private let items: SchemaRules?
    private let listKeys: [JSONKey]?

    /// What validation found, in the API server's words.
    public struct Report: Sendable {
        /// Why the object is refused; empty when it is not.
        public internal(set) var errors: [String] = []
        /// What is wrong but was wrong before.
        public internal(set) var warnings: [String] = []
        var budget = Kubernetes.requestBudget
        var isSpent = false
    }

    /// Compiles the rules of a schema.
    ///
    /// - Parameters:
    ///   - json: The schema.
    ///   - isResourceRoot: Whether it is the root of a resource.
    ///   - hasOptionalOldSelf: Whether `oldSelf` is optional in all rules.
    ///   - libraries: Functions beside Kubernetes' own.
    public convenience init(
        _ json: JSONValue, isResourceRoot: Bool = false, hasOptionalOldSelf: Bool = false, libraries: [Library] = []
    ) {
        self.init(json, isRoot: isResourceRoot, hasOptionalOldSelf, libraries, depth: 0)
    }

    private init(_ json: JSONValue, isRoot: Bool, _ optional: Bool, _ libraries: [Library], depth: Int) {
        let schema = StructuralSchema.read(json, isResourceRoot: isRoot)
        self.schema = schema
        rules =
            json["x-kubernetes-validations"]?.listed.map {
                ValidationRule($0, schema: schema, hasOptionalOldSelf: optional, libraries: libraries)
            } ?? []
        func below(_ json: JSONValue?) -> SchemaRules? {
            guard let json, json.kind == .object, depth < 100 else { return nil }
            let isRoot = json["x-kubernetes-embedded-resource"]?.bool ?? false
            let made = SchemaRules(json, isRoot: isRoot, optional, libraries, depth: depth + 1)
            return made.isEmpty ? nil : made
        }
        var properties: [String: SchemaRules] = [:]
        if let members = json["properties"]?.members {
            for member in members { properties[String(member.key)] = below(member.value) }
        }
        self.properties = properties
        values = below(json["additionalProperties"])
        items = below(json["items"])
        let isMap = json["x-kubernetes-list-type"]?.string == "map"
        listKeys = isMap ? json["x-kubernetes-list-map-keys"]?.listed.compactMap(\.string).map { JSONKey($0) } : nil
    }

    private var isEmpty: Bool { rules.isEmpty && properties.isEmpty && values == nil && items == nil }

    /// Validates an object.
    ///
    /// - Parameters:
    ///   - value: The object as it is to be.
    ///   - old: The object as it was; nil when it is created.
    ///   - evaluator: Memory to run in.
    /// - Returns: What was found; paths begin with `root`.
    public func validate(_ value: JSONValue, old: JSONValue? = nil, using evaluator: Evaluator = Evaluator()) -> Report
    {
        var report = Report()
        validate(value, old, "root", Place(isRoot: true), &report, evaluator)
        return report
    }

    private struct Place {
        var isRoot = false
        /// Whether something above stayed as it was, and with it all that is in it.
        var isUnchanged = false
        /// Whether the API server never forgives what is wrong here.
        var isStrict = false
    }

    private func validate(
        _ value: JSONValue, _ old: JSONValue?, _ path: String, _ place: Place, _ report: inout Report,
        _ evaluator: Evaluator
    ) {
        if report.isSpent { return }
        let isUnchanged = place.isUnchanged || old.map { $0 == value } ?? false
        run(value, old, path, isForgiven: isUnchanged && !place.isStrict, &report, evaluator)
        // What is wrong in a resource that is the same altogether is forgiven place by place.
        let below = Place(isUnchanged: isUnchanged && !place.isRoot || place.isUnchanged)
        switch value.kind {
        case .object:
            for (key, member) in value.members {
                let name = String(key)
                let before = old?.kind == .object ? old?.member(key) : nil
                let place = Place(isUnchanged: below.isUnchanged, isStrict: isTypeField(name, under: path))
                if let rules = properties[name] {
                    rules.validate(member, before, "\(path).\(name)", place, &report, evaluator)
                } else if let values {
                    values.validate(member, before, "\(path)[\(name)]", place, &report, evaluator)
                }
            }
        case .array:
            guard let items else { return }
            let known = listKeys.map { index(old, $0) } ?? [:]
            for (position, element) in value.elements.enumerated() {
                let before = listKeys.flatMap { known[identity(element, $0)] }
                items.validate(
                    element, before, "\(path)[\(position)]",
                    Place(isUnchanged: below.isUnchanged || (old.map { $0 == value } ?? false)), &report, evaluator)
            }
        default: break
        }
    }

    private func isTypeField(_ name: String, under path: String) -> Bool {
        path == "root" && (name == "apiVersion" || name == "kind")
    }

    /// What tells an element of a list from the others.
    private func identity(_ element: JSONValue, _ keys: [JSONKey]) -> String {
        keys.map { element.member($0).map { TypedValue.plain($0) } ?? "" }.joined(separator: ",")
    }

    private func index(_ list: JSONValue?, _ keys: [JSONKey]) -> [String: JSONValue] {
        guard let list, list.kind == .array else { return [:] }
        return Dictionary(list.elements.map { (identity($0, keys), $0) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: Rules

    private func run(
        _ value: JSONValue, _ old: JSONValue?, _ path: String, isForgiven: Bool, _ report: inout Report,
        _ evaluator: Evaluator
    ) {
        for rule in rules {
            if let fault = rule.fault {
                report.errors.append("\(path): Invalid value: rule compile error: \(fault)")
                continue
            }
            guard let schema, let program = rule.program else { continue }
            if rule.isTransitionRule, old == nil, !rule.hasOptionalOldSelf { continue }
            let before = old.map { schema.value($0) }
            let activation = SlotActivation([
                schema.value(value), rule.hasOptionalOldSelf ? .optional(before) : before,
            ])
            let result = program.evaluate(activation, using: evaluator)
            if evaluator.cost > report.budget {
                report.isSpent = true
                report.errors.append(
                    "\(path): Invalid value: validation failed due to running out of cost budget, no further validation "
                        + "rules will be run")
                return
            }
            report.budget -= evaluator.cost
            let found: String
            switch result {
            case .bool(true): continue
            case .error(let error): found = ValidationRule.describe(error.message, rule.text)
            default: found = rule.explanation(activation, evaluator)
            }
            let shown = Self.shown(value).map { "\($0): " } ?? ""
            let message = "\(path): Invalid value: \(shown)\(found)"
            if isForgiven, !rule.isTransitionRule {
                report.warnings.append(message)
            } else {
                report.errors.append(message)
            }
        }
    }

    /// A plain value as messages show it; objects and lists are not shown.
    private static func shown(_ value: JSONValue) -> String? {
        switch value.kind {
        case .string: TypedValue.quote(value.string ?? "")
        case .object, .array: nil
        case .bool: "\(value.bool ?? false)"
        case .null: "null"
        default: value.int64.map { "\($0)" } ?? GoFormat.shortest(value.double ?? .nan)
        }
    }
}

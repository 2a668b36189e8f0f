internal import JSONView
internal import Manifests
internal import SecurityEvents

/// Finds the changes of a request's object that take a reason away, as JSON Patch.
///
/// The same table as `tallyman check --fix`: only what every program can do without.
struct ReasonPatch {
    private let event: Event
    private var made: PlacedValue??

    /// Larger objects get no patch: a person is not helped by one.
    private static let sizeLimit = 256 << 10

    init(_ event: borrowing Event) { self.event = copy event }

    private var isEngine: Bool { event.source.platform == .docker }

    private var prefix: [JSONPath.Step] {
        isEngine ? [.key("RequestBody")] : [.key("request"), .key("object")]
    }

    /// The changes for the fields that a rule looked at.
    mutating func operations(for evidence: [String]) -> [Decision.PatchOperation] {
        guard let root = object() else { return [] }
        var found: [Decision.PatchOperation] = []
        for text in evidence {
            guard let path = JSONPath(text), path.steps.starts(with: prefix) else { continue }
            add(replacement(of: JSONPath(Array(path.steps.dropFirst(prefix.count))), in: root), to: &found)
        }
        return found
    }

    /// The changes for the fields that Pod Security names: those that are set and must not be, and missing ones.
    mutating func operations(forPodSecurity fields: [JSONPath]) -> [Decision.PatchOperation] {
        guard let root = object() else { return [] }
        var found: [Decision.PatchOperation] = []
        for path in fields {
            if let replacement = replacement(of: path, in: root) {
                add(replacement, to: &found)
            } else {
                for operation in Self.additions(at: path, in: root) { add(operation, to: &found) }
            }
        }
        return found
    }

    private func add(_ operation: Decision.PatchOperation?, to found: inout [Decision.PatchOperation]) {
        guard let operation, !found.contains(operation) else { return }
        found.append(operation)
    }

    private mutating func object() -> PlacedValue? {
        if let made { return made }
        let value = event.object.flatMap { event.document.bytes.count <= Self.sizeLimit ? PlacedValue($0) : nil }
        made = .some(value)
        return value
    }

    private func replacement(of path: JSONPath, in root: PlacedValue) -> Decision.PatchOperation? {
        if let right = ManifestFix.value(at: path, in: root, isEngine: isEngine) {
            let json = right == "true" || right == "false" ? right : "\"\(right)\""
            return .init(operation: "replace", path: path.pointer, value: json)
        }
        let found = root.find(path)
        guard isEngine, found.isWhole, let option = found.value.text, ManifestFix.isNeedless(option: option) else {
            return nil
        }
        return .init(operation: "remove", path: path.pointer)
    }

    /// Puts a missing field where it belongs, with the objects around it that are missing too.
    private static func additions(at path: JSONPath, in root: PlacedValue) -> [Decision.PatchOperation] {
        let keys = path.steps.map { step -> String in if case .key(let key) = step { key } else { "[]" } }
        guard let context = keys.lastIndex(of: "securityContext"), !root.find(path).isWhole,
            let value = PodSecurityFix.missingValue(at: Array(keys[(context + 1)...]))
        else { return [] }
        var operations: [Decision.PatchOperation] = []
        for length in (context + 1)..<path.steps.count {
            let outer = JSONPath(Array(path.steps[..<length]))
            if !root.find(outer).isWhole {
                operations.append(.init(operation: "add", path: outer.pointer, value: "{}"))
            }
        }
        return operations + [.init(operation: "add", path: path.pointer, value: value)]
    }
}

internal import CEL
internal import JSONView

/// What Kyverno's ValidatingPolicies may use beside Kubernetes' functions.
///
/// `resource.Get` and `resource.List` ask the inventory. What asks a registry, a web server or a cache
/// (`image.GetMetadata`, `http`, `globalContext`), the clock or chance is not there: a policy that uses it is refused.
enum KyvernoLibrary {
    static let resource = Variable(
        "resource", .opaque(InventoryValue.typeName, []), documentation: "The objects of the cluster.")
    static let images = Variable("images", .map(.string, .list(.string)), documentation: "The images of the Pod.")
    static let exceptions = Variable(
        "exceptions",
        .object(
            ObjectType(
                "kyverno.exceptions",
                fields: [
                    ObjectField("allowedImages", .list(.string)), ObjectField("allowedValues", .list(.string)),
                ])), documentation: "What the exceptions from the policy let pass.")
    /// What exceptions that expire are compared with; Kyverno itself looks at its clock.
    static let time = Variable(
        PolicyValues.Slot.requestTime.rawValue, .timestamp, documentation: "When the request is made.")
    static let variables = [resource, images, exceptions, time]

    /// Kyverno's own functions, and the extensions of the language that it has and an API server has not.
    static let libraries: [Library] = [library, .bindings, .encoders, .math]

    static let library = Library(
        "kyverno",
        overloads: ["Get", "get"].map { name in
            Overload(
                id: "kyverno_resource_\(name)", function: name, isMember: true,
                parameters: [.opaque(InventoryValue.typeName, []), .string, .string, .string, .string], result: .dyn,
                documentation: "An object by API version, plural name, namespace and name."
            ) { arguments in
                guard let inventory = inventory(arguments) else { return .null }
                return inventory.object(text(arguments, 1), text(arguments, 2), text(arguments, 3), text(arguments, 4))
            }
        }
            + ["List", "list"].map { name in
                Overload(
                    id: "kyverno_resource_\(name)", function: name, isMember: true,
                    parameters: [.opaque(InventoryValue.typeName, []), .string, .string, .string], result: .dyn,
                    documentation: "The objects with an API version and plural name in a namespace."
                ) { arguments in
                    guard let inventory = inventory(arguments) else { return .null }
                    return inventory.list(text(arguments, 1), text(arguments, 2), text(arguments, 3))
                }
            }
            + ["List", "list"].map { name in
                Overload(
                    id: "kyverno_resource_\(name)_labels", function: name, isMember: true,
                    parameters: [
                        .opaque(InventoryValue.typeName, []), .string, .string, .string, .map(.string, .string),
                    ],
                    result: .dyn,
                    documentation: "The objects with an API version and plural name in a namespace that have labels."
                ) { arguments in
                    guard let inventory = inventory(arguments) else { return .null }
                    var labels: [String: String] = [:]
                    switch arguments.value(4) {
                    case .map(let map):
                        for (key, value) in map.entries { labels[key.plainText ?? ""] = value.plainText ?? "" }
                    case .json(let json):
                        for member in json.members { labels[String(member.key)] = member.value.string ?? "" }
                    default: return .error(EvaluationError("no such overload"))
                    }
                    return inventory.list(
                        text(arguments, 1), text(arguments, 2), text(arguments, 3), labels: labels)
                }
            }
            + KyvernoFunctions.overloads + [
                Overload(
                    id: "kyverno_parseServiceAccount", function: "parseServiceAccount", parameters: [.string],
                    result: .map(.string, .string), documentation: "The namespace and name of a service account's user."
                ) { arguments in
                    let parts = text(arguments, 0).split(separator: ":", omittingEmptySubsequences: false)
                    let isOne = parts.count == 4 && parts[0] == "system" && parts[1] == "serviceaccount"
                    return .map(
                        MapValue([
                            (.string("Namespace"), .string(isOne ? String(parts[2]) : "")),
                            (.string("Name"), .string(isOne ? String(parts[3]) : "")),
                        ]))
                }
            ],
        types: KyvernoFunctions.types.merging(
            [InventoryValue.typeName: .opaque(InventoryValue.typeName, [])]
        ) { one, _ in one })

    private static func inventory(_ arguments: Arguments) -> InventoryValue? {
        if case .opaque(let value) = arguments.value(0) { value as? InventoryValue } else { nil }
    }

    private static func text(_ arguments: Arguments, _ position: Int) -> String {
        arguments.text(position).map { String($0) } ?? ""
    }
}

/// The value of `resource`.
final class InventoryValue: OpaqueValue {
    static let typeName = "kyverno.resource"
    private let inventory: PolicyInventory

    init(_ inventory: PolicyInventory) { self.inventory = inventory }

    var typeName: String { Self.typeName }
    var text: String { "the inventory" }
    func isEqual(to other: any OpaqueValue) -> Bool { other === self }

    private func kind(_ apiVersion: String, _ resource: String) -> GroupVersionKind? {
        let group = GroupVersionKind(apiVersion: apiVersion, kind: "").group
        if let entry = APIResources.entry(of: resource, group: group) {
            return GroupVersionKind(group: group, version: "", kind: entry.kind)
        }
        return inventory.kinds(inGroup: group).first { APIResources.plural($0.kind) == resource.lowercased() }
    }

    func object(_ apiVersion: String, _ resource: String, _ namespace: String, _ name: String) -> Value {
        if let kind = kind(apiVersion, resource),
            let found = inventory.object(of: kind, in: namespace, named: name)
        {
            return .json(found.value)
        }
        guard inventory.isComplete else {
            return .unknown(["resource: \(resource) '\(namespace)/\(name)' is not in the inventory"])
        }
        return .error(EvaluationError("failed to get resource: \(resource) \"\(name)\" not found"))
    }

    func list(
        _ apiVersion: String, _ resource: String, _ namespace: String, labels: [String: String] = [:]
    ) -> Value {
        let kind = kind(apiVersion, resource)
        guard inventory.isComplete || kind.map({ inventory.has($0) }) ?? false else {
            return .unknown(["resource: no \(resource) are in the inventory"])
        }
        var found = kind.map { inventory.objects(of: $0, in: namespace.isEmpty ? nil : namespace) } ?? []
        found.removeAll { object in
            let own = object.value["metadata"]?["labels"]
            return labels.contains { own?.member(JSONKey($0.key))?.string != $0.value }
        }
        return .map(MapValue([(.string("items"), .list(ListValue(found.map { .json($0.value) })))]))
    }
}

extension Value {
    /// The text, where it is one.
    fileprivate var plainText: String? {
        switch self {
        case .string(let text): text
        case .text(let text): String(text)
        case .json(let json): json.string
        default: nil
        }
    }
}

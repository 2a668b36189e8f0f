internal import SecurityEvents

/// Works out what an audit event must be for a condition to have a chance, for the index of rules.
enum FalcoRequirement {
    static func requirement(of expression: FalcoExpression) -> Requirement {
        switch expression {
        case .and(let parts): return parts.reduce(.any) { $0.and(requirement(of: $1)) }
        case .or(let parts):
            guard let first = parts.first else { return .any }
            return parts.dropFirst().reduce(requirement(of: first)) { $0.or(requirement(of: $1)) }
        case .not(.check(let check)) where check.comparison == .exists:
            // What is not there is empty in the index.
            return field(of: check).map { texts($0, [""]) } ?? .any
        case .not(.check(let check)) where check.comparison == .startswith:
            guard name(of: check) == "ka.user.name", case .values(let constants) = check.right,
                constants.contains(where: { $0.text == EventFlags.systemPrefix })
            else { return .any }
            return flagged(.outsider)
        case .not, .macro: return .any
        case .check(let check):
            guard case .values(let constants) = check.right,
                [.equal, .same, .in, .intersects].contains(check.comparison)
            else { return .any }
            let values = constants.map(\.text)
            switch name(of: check) {
            case "ka.response.code": return flagged(EventFlags.answered(values))
            case "ka.user.name" where values == ["system:anonymous"]: return flagged(.anonymous)
            default: return field(of: check).map { texts($0, values) } ?? .any
            }
        }
    }

    private static func flagged(_ flags: EventFlags) -> Requirement {
        var wanted = Requirement.any
        wanted.flags = flags
        return wanted
    }

    /// The field that a comparison is about, with its argument.
    private static func name(of check: FalcoCheck) -> String? {
        guard case .field(let name, let argument, _) = check.left else { return nil }
        return name + (argument.map { "[\($0)]" } ?? "")
    }

    private static let fields: [String: IndexedText] = [
        "ka.verb": .verb, "ka.target.resource": .resource, "ka.target.subresource": .subresource,
        "ka.target.namespace": .namespace, "jevt.value[/verb]": .verb, "jevt.value[/objectRef/resource]": .resource,
        "jevt.value[/objectRef/subresource]": .subresource, "jevt.value[/objectRef/namespace]": .namespace,
    ]

    /// The text of the index that a comparison is about.
    private static func field(of check: FalcoCheck) -> IndexedText? {
        name(of: check).flatMap { fields[$0] }
    }

    private static func texts(_ field: IndexedText, _ texts: [String]) -> Requirement {
        var wanted = Requirement.any
        wanted.texts[field] = Set(texts)
        return wanted
    }
}

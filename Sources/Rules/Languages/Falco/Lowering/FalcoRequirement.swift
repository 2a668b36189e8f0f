internal import SecurityEvents

/// Works out what an audit event must be for a condition to have a chance, for the index of rules.
enum FalcoRequirement {
    static func requirement(of expression: FalcoExpression) -> Requirement {
        switch expression {
        case .and(let parts): return parts.reduce(.any) { $0.and(requirement(of: $1)) }
        case .or(let parts):
            guard let first = parts.first else { return .any }
            return parts.dropFirst().reduce(requirement(of: first)) { $0.or(requirement(of: $1)) }
        case .not, .macro: return .any
        case .check(let check): return requirement(of: check)
        }
    }

    private static func requirement(of check: FalcoCheck) -> Requirement {
        guard case .field(let name, nil, _) = check.left, case .values(let constants) = check.right,
            [.equal, .same, .in, .intersects].contains(check.comparison)
        else { return .any }
        let texts = constants.map(\.text)
        var wanted = Requirement.any
        switch name {
        case "ka.target.resource": wanted.resources = Set(texts)
        case "ka.verb": wanted.actions = Requirement.bits(texts.flatMap(actions(ofVerb:)))
        case "ka.target.subresource": wanted.actions = Requirement.bits(texts.flatMap(actions(ofPart:)))
        default: break
        }
        return wanted
    }

    /// What requests with a verb can be, whatever they are about: a superset of what the reader of audit logs says.
    private static func actions(ofVerb verb: String) -> [Action] {
        switch verb {
        case "get", "list", "watch": [.read, .exec, .attach, .connect]
        // Whatever the verb, a log is read.
        case "create": [.create, .modify, .delete, .exec, .attach, .connect, .other, .read]
        case "update", "patch", "apply": [.modify, .delete, .exec, .attach, .connect, .other, .read]
        case "delete", "deletecollection": [.delete, .modify, .exec, .attach, .connect, .other, .read]
        default: Action.allCases
        }
    }

    /// What requests about a part of an object can be.
    private static func actions(ofPart part: String) -> [Action] {
        switch part {
        case "exec": [.exec]
        case "attach": [.attach]
        // A node's proxy leads to the kubelet's own exec and attach.
        case "portforward", "proxy": [.connect, .exec, .attach]
        default: Action.allCases
        }
    }
}

internal import CEL

/// Writes a condition over normalized events as one over API objects, for which `c` is a container and
/// `variables.podSpec` the Pod's description.
struct PolicyTranslation {
    let lists: RuleLists

    typealias Refusal = PolicyConversion.Refusal

    /// What the variables of loops stand for.
    enum Bound {
        case mount, port, variable, value
    }

    func translate(_ node: Expression, _ bound: [String: Bound] = [:]) throws(Refusal) -> String {
        switch node.kind {
        case .literal: return node.text
        case .ident(let name):
            guard bound[name] != nil else { throw cannot(node) }
            return Self.local(name)
        case .list(let elements, _):
            var parts: [String] = []
            for element in elements { parts.append(try translate(element, bound)) }
            return "[" + parts.joined(separator: ", ") + "]"
        case .select(let operand, let name, let isTest): return try field(node, operand, name, isTest, bound)
        case .call(let function, let target, let arguments):
            return try call(node, function, target, arguments, bound)
        case .comprehension(let loop): return try self.loop(node, loop, bound)
        case .map, .structure: throw cannot(node)
        }
    }

    /// What a loop's variable is called in the policy, where `c` is the container.
    private static func local(_ name: String) -> String { name + "_" }

    func cannot(_ node: Expression) -> Refusal { Refusal(reason: "a policy cannot say: \(node.text)") }

    // MARK: Fields

    private func field(
        _ node: Expression, _ operand: Expression, _ name: String, _ isTest: Bool, _ bound: [String: Bound]
    ) throws(Refusal) -> String {
        if node.text == "image.mutableTag", let tags = lists["mutable_tags"]?.members, !isTest {
            return ImageText.hasMutableTag("c.?image.orValue(\"\")", tags)
        }
        if case .ident(let variable) = operand.kind {
            if let kind = bound[variable] {
                guard let text = PolicyFields.field(name, of: kind, called: Self.local(variable), isTest: isTest) else {
                    throw cannot(node)
                }
                return text
            }
            guard let text = PolicyFields.text(of: "\(variable).\(name)", isTest: isTest) else { throw cannot(node) }
            return text
        }
        throw cannot(node)
    }

    // MARK: Calls

    private static let infix: [String: String] = [
        "_&&_": "&&", "_||_": "||", "_==_": "==", "_!=_": "!=", "_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">=",
        "_+_": "+", "_-_": "-", "@in": "in",
    ]
    private static let methods: Set = [
        "startsWith", "endsWith", "contains", "matches", "lowerAscii", "upperAscii", "join",
    ]

    private func call(
        _ node: Expression, _ function: String, _ target: Expression?, _ arguments: [Expression],
        _ bound: [String: Bound]
    ) throws(Refusal) -> String {
        if let constant = Self.constant(node) { return constant }
        if let sign = Self.infix[function], arguments.count == 2 {
            return "(\(try translate(arguments[0], bound)) \(sign) \(try translate(arguments[1], bound)))"
        }
        if function == "!_" { return "!(\(try translate(arguments[0], bound)))" }
        if function == "_?_:_" {
            return
                "(\(try translate(arguments[0], bound)) ? \(try translate(arguments[1], bound)) : \(try translate(arguments[2], bound)))"
        }
        if let target, Self.methods.contains(function) {
            var parts: [String] = []
            for argument in arguments { parts.append(try translate(argument, bound)) }
            return "\(try translate(target, bound)).\(function)(\(parts.joined(separator: ", ")))"
        }
        switch function {
        case "size" where arguments.count == 1: return "size(\(try translate(arguments[0], bound)))"
        case "string" where arguments.count == 1: return "string(\(try translate(arguments[0], bound)))"
        case "inList": return try inList(node, arguments, bound)
        case "isHostRoot": return HostPathText.isRoot(try translate(arguments[0], bound))
        case "isRuntimeSocket": return HostPathText.isRuntimeSocket(try translate(arguments[0], bound))
        case "isSensitiveHostPath":
            return HostPathText.isSensitive(
                try translate(arguments[0], bound), lists["sensitive_host_paths"]?.members ?? [])
        default: throw Refusal(reason: "'\(function)' judges with a program that a policy has not: \(node.text)")
        }
    }

    /// `m.kind == "host"`: the loop over mounts has no others.
    private static func constant(_ node: Expression) -> String? {
        guard case .call("_==_", nil, let sides) = node.kind,
            case .select(_, "kind", false) = sides[0].kind, case .literal(.string("host")) = sides[1].kind
        else { return nil }
        return "true"
    }

    private func inList(
        _ node: Expression, _ arguments: [Expression], _ bound: [String: Bound]
    ) throws(Refusal) -> String {
        guard arguments.count == 2, case .literal(.string(let name)) = arguments[1].kind, let list = lists[name],
            list.kind == .text || list.kind == .port, list.members.count <= 200
        else { throw cannot(node) }
        if list.kind == .port, case .call("string", nil, let inner) = arguments[0].kind, inner.count == 1 {
            return PortText.text(try translate(inner[0], bound), isIn: list.members)
        }
        let subject = try translate(arguments[0], bound)
        guard list.members.allSatisfy({ !$0.contains("*") && (list.kind == .text || !$0.contains("-")) }) else {
            throw Refusal(reason: "the list '\(name)' has patterns, which a policy cannot look up")
        }
        let members = list.members.map { SearchLowering.literal($0) }
        return "(\(subject) in [\(members.joined(separator: ", "))])"
    }

    // MARK: Loops

    private func loop(
        _ node: Expression, _ loop: Comprehension, _ bound: [String: Bound]
    ) throws(Refusal) -> String {
        guard loop.secondVariable == nil else { throw cannot(node) }
        let (word, body): (String, Expression)
        switch loop.shape {
        case .exists(let inner): (word, body) = ("exists", inner)
        case .all(let inner): (word, body) = ("all", inner)
        default: throw cannot(node)
        }
        var inside = bound
        let (variable, name) = (loop.variable, Self.local(loop.variable))
        switch loop.range.text {
        case "container.mounts":
            inside[variable] = .mount
            guard word == "exists" else { throw cannot(node) }
            // A mount is a volumeMount of the container and the Pod's volume of its name.
            return
                "c.?volumeMounts.orValue([]).exists(\(name)m, variables.hostPathVolumes.exists(\(name)v, \(name)v.name == \(name)m.name && \(try translate(body, inside))))"
        case "container.ports":
            inside[variable] = .port
            return "c.?ports.orValue([]).\(word)(\(name), \(try translate(body, inside)))"
        case "container.env":
            inside[variable] = .variable
            return "c.?env.orValue([]).\(word)(\(name), \(try translate(body, inside)))"
        case let range:
            guard let list = PolicyFields.text(of: range, isTest: false), PolicyFields.isList(range) else {
                throw cannot(node)
            }
            inside[variable] = .value
            return "\(list).\(word)(\(name), \(try translate(body, inside)))"
        }
    }
}

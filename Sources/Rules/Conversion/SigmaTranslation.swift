internal import CEL

/// Says with selections over an audit event what a condition over normalized events says.
struct SigmaTranslation {
    let lists: RuleLists
    /// What was left out so far.
    var lost: [String] = []

    typealias Part = SigmaConversion.Part
    typealias Refusal = PolicyConversion.Refusal

    init(lists: RuleLists) { self.lists = lists }

    func cannot(_ node: Expression) -> Refusal { Refusal(reason: "a selection cannot say: \(node.text)") }

    mutating func translate(_ node: Expression) throws(Refusal) -> Part {
        if let known = SigmaPlaces.whole[node.text] { return known }
        switch node.kind {
        case .call(let function, let target, let arguments): return try call(node, function, target, arguments)
        case .select: return try item(node, "", [.bool(true)])
        case .comprehension(let loop): return try self.loop(node, loop)
        default: throw cannot(node)
        }
    }

    private mutating func call(
        _ node: Expression, _ function: String, _ target: Expression?, _ arguments: [Expression]
    ) throws(Refusal) -> Part {
        switch function {
        case "_&&_": return try all(node)
        case "_||_": return try any(arguments)
        case "!_":
            // What is said with less than all of it may not be denied.
            guard !arguments[0].text.contains(".readOnly") else { throw cannot(node) }
            return .not(try translate(arguments[0]))
        case "_==_": return try item(arguments[0], "", [try literal(arguments[1])])
        case "_!=_": return .not(try item(arguments[0], "", [try literal(arguments[1])]))
        case "@in": return try member(node, arguments)
        case "inList":
            guard arguments.count == 2, case .literal(.string(let name)) = arguments[1].kind else { throw cannot(node) }
            return try item(arguments[0], "", try members(of: name, node))
        case "startsWith", "endsWith", "contains":
            guard let target else { throw cannot(node) }
            return try item(target, "|" + function.lowercased(), [try literal(arguments[0])])
        default: throw cannot(node)
        }
    }

    private mutating func all(_ node: Expression) throws(Refusal) -> Part {
        var parts: [Part] = []
        for part in PolicyConversion.conjuncts(node) { parts.append(try translate(part)) }
        return .all(parts)
    }

    /// One of several ways; a way that cannot be said is named.
    private mutating func any(_ ways: [Expression]) throws(Refusal) -> Part {
        var parts: [Part] = []
        var refusal: Refusal?
        for way in ways {
            do throws(Refusal) {
                parts.append(try translate(way))
            } catch {
                refusal = error
                lost.append("finds less, as it does not look for: \(way.text)")
            }
        }
        if parts.isEmpty, let refusal { throw refusal }
        return .any(parts)
    }

    /// `event.verb in [...]`, `'system:masters' in actor.groups`.
    private func member(_ node: Expression, _ arguments: [Expression]) throws(Refusal) -> Part {
        if case .list(let elements, _) = arguments[1].kind {
            if arguments[0].text == "event.action" {
                var ways: [Part] = []
                for element in elements { ways.append(try action(element, node)) }
                return .any(ways)
            }
            if arguments[0].text == "event.outcome" { return try outcome(elements, node) }
            var values: [SigmaLiteral] = []
            for element in elements { values.append(try literal(element)) }
            return try item(arguments[0], "", values)
        }
        return try item(arguments[1], "", [try literal(arguments[0])])
    }

    private func action(_ element: Expression, _ node: Expression) throws(Refusal) -> Part {
        guard case .literal(.string(let name)) = element.kind, let part = SigmaPlaces.actions[name] else {
            throw cannot(node)
        }
        return part
    }

    private func outcome(_ elements: [Expression], _ node: Expression) throws(Refusal) -> Part {
        let names = elements.map(\.text)
        guard names.contains("'succeeded'"), !names.contains("'denied'"), !names.contains("'failed'") else {
            throw cannot(node)
        }
        return SigmaPlaces.succeeded
    }

    private func item(_ subject: Expression, _ modifier: String, _ values: [SigmaLiteral]) throws(Refusal) -> Part {
        if subject.text == "event.action", modifier.isEmpty, case .text(let name)? = values.first,
            let part = SigmaPlaces.actions[name]
        {
            return part
        }
        guard let fields = SigmaPlaces.fields(of: subject.text) else { throw cannot(subject) }
        // A text that must be empty is a field that is not there.
        if values.count == 1, case .text("")? = values.first {
            return .not(.item(fields.map { ($0 + "|exists", [.bool(true)]) }))
        }
        return .item(fields.map { ($0 + modifier, values) })
    }

    private func literal(_ node: Expression) throws(Refusal) -> SigmaLiteral {
        switch node.kind {
        case .literal(.string(let text)): return .exact(text)
        case .literal(.int(let number)): return .number(number)
        case .literal(.bool(let bool)): return .bool(bool)
        default: throw cannot(node)
        }
    }

    private func members(of name: String, _ node: Expression) throws(Refusal) -> [SigmaLiteral] {
        guard let list = lists[name], list.kind == .text, (1...200).contains(list.members.count) else {
            throw cannot(node)
        }
        // `*` stands for any text in both.
        return list.members.map { .text($0) }
    }

    // MARK: Loops

    private func loop(_ node: Expression, _ loop: Comprehension) throws(Refusal) -> Part {
        guard loop.secondVariable == nil, case .exists(let body) = loop.shape else { throw cannot(node) }
        switch loop.range.text {
        case "container.capabilities": return try capabilities(node, loop.variable, body)
        case "container.mounts": return try mounts(node, body)
        default: throw cannot(node)
        }
    }

    private func capabilities(_ node: Expression, _ variable: String, _ body: Expression) throws(Refusal) -> Part {
        var names: [String] = []
        if case .call("@in", nil, let sides) = body.kind, sides[0].text == variable,
            case .list(let elements, _) = sides[1].kind
        {
            names = elements.compactMap { if case .literal(.string(let name)) = $0.kind { name } else { nil } }
        } else if case .call("inList", nil, let sides) = body.kind, sides[0].text == variable,
            case .literal(.string(let name)) = sides[1].kind
        {
            names = lists[name]?.members ?? []
        }
        guard !names.isEmpty else { throw cannot(node) }
        let values = names.flatMap { [SigmaLiteral.text($0), .text("CAP_" + $0)] }
        return .item(SigmaPlaces.containers("securityContext.capabilities.add").map { ($0, values) })
    }

    /// A mount of the host: its volume is looked at, whoever mounts it.
    private func mounts(_ node: Expression, _ body: Expression) throws(Refusal) -> Part {
        let text = body.text
        guard text.contains(".kind == 'host'"),
            text.contains("isHostRoot(") || text.contains("isSensitiveHostPath(")
                || text.contains("isRuntimeSocket("), !text.contains("||")
        else { throw cannot(node) }
        // A volume says nothing of who mounts it how.
        guard !text.contains(".readOnly") || text.contains("!m.readOnly") else { throw cannot(node) }
        let fields = SigmaPlaces.pods("volumes.hostPath.path")
        if text.contains(" isHostRoot(") {
            return .item(fields.map { ($0, [.text("/")]) })
        }
        if text.contains(" isRuntimeSocket(") {
            let names = ["docker", "containerd", "crio", "podman", "buildkitd", "nri"].map {
                SigmaLiteral.text("\($0).sock")
            }
            return .item(fields.map { ($0 + "|endswith", names) })
        }
        guard text.contains(" isSensitiveHostPath("), let list = lists["sensitive_host_paths"] else {
            throw cannot(node)
        }
        return .item(fields.map { ($0 + "|startswith", list.members.map { .text($0) }) })
    }
}

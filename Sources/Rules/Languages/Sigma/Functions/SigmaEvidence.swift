package import CEL
package import JSONView
internal import Synchronization

/// Finds the values of a record that Sigma's functions looked at.
package enum SigmaEvidence {
    private static let limit = 8

    /// Whether an expression is a call of one of Sigma's functions.
    package static func isCall(_ node: Expression) -> Bool {
        guard case .call(_, let target?, _) = node.kind else { return false }
        if case .ident(SigmaFunctions.namespace) = target.kind { return true }
        return false
    }

    /// The values that a call looked at, those first that made it true.
    ///
    /// - Parameters:
    ///   - node: a call of one of Sigma's functions.
    ///   - record: the value of an expression that gives a record.
    /// - Returns: values of the record; nil where the node is no such call.
    package static func values(_ node: Expression, in record: (Expression) -> JSONValue?) -> [JSONValue]? {
        guard case .call(let function, let target?, let arguments) = node.kind,
            case .ident(SigmaFunctions.namespace) = target.kind, let first = arguments.first
        else { return nil }
        switch function {
        case "field":
            guard case .literal(.string(let name))? = arguments.last?.kind, let record = record(first) else {
                return []
            }
            return leaves(path(name).value(in: record))
        case "like", "likeCased":
            // Fields of the normalized event are looked at like those of any condition.
            guard let looked = values(first, in: record) else { return nil }
            let matcher = matcher(node, arguments, isCased: function == "likeCased")
            let matching = looked.filter { value in
                matcher.map { matcher in SigmaOperand.any(value) { matcher.matches($0) } } ?? false
            }
            return Array((matching.isEmpty ? looked : matching).prefix(limit))
        case "keyword", "keywordCased":
            guard let record = record(first),
                let matcher = matcher(node, arguments, isCased: function == "keywordCased")
            else { return [] }
            var found: [JSONValue] = []
            search(record, matcher, &found)
            return found
        case "sameAs", "sameAsCased":
            return Array(arguments.prefix(2).flatMap { values($0, in: record) ?? [] }.prefix(limit))
        default: return values(first, in: record).map { Array($0.prefix(limit)) }
        }
    }

    /// What the same few rules need for each of their findings, taken apart once.
    private struct Known {
        var paths: [String: SigmaPath] = [:]
        /// By call; the call is held, so that no other can have its identity.
        var matchers: [ObjectIdentifier: (call: Expression, matcher: SigmaMatcher)] = [:]

        static let limit = 4096
    }

    private static let known = Mutex(Known())

    private static func path(_ name: String) -> SigmaPath {
        known.withLock { known in
            if let path = known.paths[name] { return path }
            if known.paths.count >= Known.limit { known.paths = [:] }
            let made = SigmaPath(name)
            known.paths[name] = made
            return made
        }
    }

    private static func matcher(_ call: Expression, _ arguments: [Expression], isCased: Bool) -> SigmaMatcher? {
        guard case .list(let elements, _)? = arguments.last?.kind else { return nil }
        return known.withLock { known in
            if let matcher = known.matchers[ObjectIdentifier(call)] { return matcher.matcher }
            if known.matchers.count >= Known.limit { known.matchers = [:] }
            let made = SigmaMatcher(
                elements.compactMap { element in
                    guard case .literal(.string(let text)) = element.kind else { return nil }
                    return SigmaPattern(text, isCased: isCased)
                })
            known.matchers[ObjectIdentifier(call)] = (call, made)
            return made
        }
    }

    /// Values one by one: an element each of a list, an object whole.
    private static func leaves(_ value: Value) -> [JSONValue] {
        switch value {
        case .json(let json) where json.kind == .array: json.elements.prefix(256).flatMap { leaves(.json($0)) }
        case .json(let json): [json]
        case .list(let list): list.elements.prefix(256).flatMap(leaves)
        default: []
        }
    }

    private static func search(_ value: JSONValue, _ matcher: SigmaMatcher, _ found: inout [JSONValue]) {
        guard found.count < limit else { return }
        switch value.kind {
        case .object: for member in value.members { search(member.value, matcher, &found) }
        case .array: for element in value.elements { search(element, matcher, &found) }
        default: if SigmaOperand.any(value, { matcher.matches($0) }) { found.append(value) }
        }
    }
}

package import CEL
package import JSONView

/// A call of one of Sigma's functions, taken apart once to find the values of a record that it looked at.
package final class SigmaEvidence {
    private enum Look {
        /// A field of the record that an expression gives.
        case field(SigmaPath?, of: Expression)
        /// Of what another call looked at, what fits; all where nothing does.
        case fitting(SigmaMatcher?, among: SigmaEvidence)
        /// Values anywhere in a record.
        case search(SigmaMatcher?, in: Expression)
        /// What each of some calls looked at.
        case all([SigmaEvidence])
    }

    private static let limit = 8
    private let look: Look

    /// Takes a call apart.
    ///
    /// - Parameter node: an expression; nil comes of one that is no call of Sigma's functions, or looks at what conditions
    ///   of any language look at.
    package init?(_ node: Expression) {
        guard case .call(let function, let target?, let arguments) = node.kind,
            case .ident(SigmaFunctions.namespace) = target.kind, let first = arguments.first
        else { return nil }
        switch function {
        case "field":
            var path: SigmaPath?
            if case .literal(.string(let name))? = arguments.last?.kind { path = SigmaPath(name) }
            look = .field(path, of: first)
        case "like", "likeCased":
            // Fields of the normalized event are looked at like those of any condition.
            guard let looked = SigmaEvidence(first) else { return nil }
            look = .fitting(Self.matcher(arguments, isCased: function == "likeCased"), among: looked)
        case "keyword", "keywordCased":
            look = .search(Self.matcher(arguments, isCased: function == "keywordCased"), in: first)
        case "sameAs", "sameAsCased": look = .all(arguments.prefix(2).compactMap { SigmaEvidence($0) })
        default:
            guard let looked = SigmaEvidence(first) else { return nil }
            look = .all([looked])
        }
    }

    private static func matcher(_ arguments: [Expression], isCased: Bool) -> SigmaMatcher? {
        guard case .list(let elements, _)? = arguments.last?.kind else { return nil }
        return SigmaMatcher(
            elements.compactMap { element in
                guard case .literal(.string(let text)) = element.kind else { return nil }
                return SigmaPattern(text, isCased: isCased)
            })
    }

    /// The values that the call looked at, those first that made it true.
    ///
    /// - Parameter record: the value of an expression that gives a record.
    /// - Returns: values of the record.
    package func values(in record: (Expression) -> JSONValue?) -> [JSONValue] {
        switch look {
        case .field(let path, let expression):
            guard let path, let record = record(expression) else { return [] }
            return Self.leaves(path.value(in: record))
        case .fitting(let matcher, let other):
            let looked = other.values(in: record)
            let fitting = looked.filter { value in
                matcher.map { matcher in SigmaOperand.any(value) { matcher.matches($0) } } ?? false
            }
            return Array((fitting.isEmpty ? looked : fitting).prefix(Self.limit))
        case .search(let matcher, let expression):
            guard let matcher, let record = record(expression) else { return [] }
            var found: [JSONValue] = []
            Self.search(record, matcher, &found)
            return found
        case .all(let others): return Array(others.flatMap { $0.values(in: record) }.prefix(Self.limit))
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

internal import CEL
internal import JSONView
internal import SecurityEvents

/// The functions that Sigma's selections are lowered to.
///
/// They look at the record in place; patterns and paths are taken apart when a rule is planned.
enum SigmaFunctions {
    static let library = Library(
        "sigma",
        overloads: [
            field, like, likeCased, exists, matches, cidr, compare, time, sameAs, sameAsCased, keyword, keywordCased,
            keywordMatches,
        ])

    /// The name before the functions' names.
    static let namespace = "sigma"

    private static let field = Overload(
        id: "sigma_field", function: "sigma.field", parameters: [.dyn, .string], result: .dyn,
        documentation:
            "What a record has at a field: null where there is nothing, a list where there are several values."
    ) { constants in
        guard constants.count == 2, case .string(let name)? = constants[1] else { return nil }
        let path = SigmaPath(name)
        return { arguments in arguments.json(0).map { path.value(in: $0) } ?? .null }
    }

    private static let like = matching(
        "like", "Whether a value, or one element of a list, is as one of the patterns says, without regard to case."
    ) { SigmaMatcher($0.map { SigmaPattern($0) }) }

    private static let likeCased = matching(
        "likeCased", "Whether a value, or one element of a list, is exactly as one of the patterns says."
    ) { SigmaMatcher($0.map { SigmaPattern($0, isCased: true) }) }

    private static func matching(
        _ name: String, _ documentation: String, _ make: @escaping @Sendable ([String]) -> SigmaMatcher
    ) -> Overload {
        Overload(
            id: "sigma_\(name)", function: "sigma.\(name)", parameters: [.dyn, .dyn], result: .bool,
            documentation: documentation
        ) { constants in
            guard constants.count == 2, let texts = texts(constants[1]) else { return nil }
            let matcher = make(texts)
            return { arguments in
                if matcher.matchesAnything { return .bool(SigmaOperand.exists(arguments, 0)) }
                return .bool(SigmaOperand.any(arguments, 0) { matcher.matches($0) })
            }
        }
    }

    private static let exists = Overload(
        id: "sigma_exists", function: "sigma.exists", parameters: [.dyn], result: .bool,
        documentation: "Whether a record has a field, and it is not null."
    ) { _ in { arguments in .bool(SigmaOperand.exists(arguments, 0)) } }

    private static let matches = Overload(
        id: "sigma_matches", function: "sigma.matches", parameters: [.dyn, .dyn], result: .bool,
        documentation: "Whether one of some RE2 expressions is found in a value, or in one element of a list."
    ) { constants in
        guard constants.count == 2, let expressions = expressions(constants[1]) else { return nil }
        return { arguments in
            .bool(SigmaOperand.any(arguments, 0) { text in expressions.contains { $0.matches(text) } })
        }
    }

    private static let cidr = Overload(
        id: "sigma_cidr", function: "sigma.cidr", parameters: [.dyn, .dyn], result: .bool,
        documentation: "Whether a value is an IP address within one of some networks."
    ) { constants in
        guard constants.count == 2, let texts = texts(constants[1]) else { return nil }
        let ranges = texts.compactMap { try? NetworkRange.parse($0) }
        guard ranges.count == texts.count else { return nil }
        return { arguments in
            .bool(
                SigmaOperand.any(arguments, 0) { text in
                    // No address is longer; a zone is no part of the network.
                    guard text.count <= 64, let address = try? NetworkAddress.parse(String(text)) else { return false }
                    return ranges.contains { $0.contains(address) }
                })
        }
    }

    private static let compare = Overload(
        id: "sigma_compare", function: "sigma.compare", parameters: [.dyn, .string, .double], result: .bool,
        documentation: "Whether a value is a number that is lt, lte, gt or gte another."
    ) { constants in
        guard constants.count == 3, case .string(let word)? = constants[1], case .double(let limit)? = constants[2],
            let bound = Aggregation.Bound.Comparison(rawValue: word).map({ Aggregation.Bound($0, limit) })
        else { return nil }
        return { arguments in .bool(SigmaOperand.anyNumber(arguments, 0) { bound.holds($0) }) }
    }

    private static let time = Overload(
        id: "sigma_time", function: "sigma.time", parameters: [.dyn, .string, .string, .double], result: .bool,
        documentation: "Whether the minute, hour, day, week, month or year of a time in UTC is eq, lt, gt… a number."
    ) { constants in
        guard constants.count == 4, case .string(let word)? = constants[1], let part = SigmaTimePart(rawValue: word),
            case .string(let comparison)? = constants[2], case .double(let limit)? = constants[3],
            let bound = Aggregation.Bound.Comparison(rawValue: comparison).map({ Aggregation.Bound($0, limit) })
        else { return nil }
        return { arguments in
            .bool(
                SigmaOperand.any(arguments, 0) { text in
                    Timestamp(rfc3339: text.bytes, assumesUTC: true).map { bound.holds(Double(part.value(of: $0))) }
                        ?? false
                })
        }
    }

    private static let sameAs = fieldReference("sameAs", isCased: false)
    private static let sameAsCased = fieldReference("sameAsCased", isCased: true)

    private static func fieldReference(_ name: String, isCased: Bool) -> Overload {
        Overload(
            id: "sigma_\(name)", function: "sigma.\(name)", parameters: [.dyn, .dyn, .string], result: .bool,
            documentation: "Whether a field equals, startswith, endswith or contains what another field has."
        ) { constants in
            guard constants.count == 3, case .string(let mode)? = constants[2] else { return nil }
            let before: [SigmaPattern.Part] = mode == "endswith" || mode == "contains" ? [.any] : []
            let after: [SigmaPattern.Part] = mode == "startswith" || mode == "contains" ? [.any] : []
            return { arguments in
                .bool(
                    SigmaOperand.any(arguments, 1) { other in
                        let pattern = SigmaPattern(before + [.text(Array(other.bytes))] + after, isCased: isCased)
                        return SigmaOperand.any(arguments, 0) { pattern.matches($0) }
                    })
            }
        }
    }

    private static let keyword = searching("keyword", isCased: false)
    private static let keywordCased = searching("keywordCased", isCased: true)

    private static func searching(_ name: String, isCased: Bool) -> Overload {
        Overload(
            id: "sigma_\(name)", function: "sigma.\(name)", parameters: [.dyn, .dyn], result: .bool,
            documentation: "Whether some value anywhere in a record is as one of the patterns says."
        ) { constants in
            guard constants.count == 2, let texts = texts(constants[1]) else { return nil }
            let matcher = SigmaMatcher(texts.map { SigmaPattern($0, isCased: isCased) })
            return { arguments in .bool(arguments.json(0).map { anywhere($0, matcher.matches) } ?? false) }
        }
    }

    private static let keywordMatches = Overload(
        id: "sigma_keywordMatches", function: "sigma.keywordMatches", parameters: [.dyn, .dyn], result: .bool,
        documentation: "Whether one of some RE2 expressions is found in some value anywhere in a record."
    ) { constants in
        guard constants.count == 2, let expressions = expressions(constants[1]) else { return nil }
        return { arguments in
            .bool(
                arguments.json(0).map { anywhere($0) { text in expressions.contains { $0.matches(text) } } } ?? false)
        }
    }

    /// Whether a text anywhere below a value is as asked; the depth of a record is bounded by who reads it.
    private static func anywhere(_ value: JSONValue, _ matches: (JSONText) -> Bool) -> Bool {
        switch value.kind {
        case .object:
            for member in value.members where anywhere(member.value, matches) { return true }
            return false
        case .array:
            for element in value.elements where anywhere(element, matches) { return true }
            return false
        default: return SigmaOperand.any(value, matches)
        }
    }

    /// One text or a list of texts.
    private static func texts(_ value: Value?) -> [String]? {
        switch value {
        case .string(let text)?: return [text]
        case .list(let list)?:
            var texts: [String] = []
            for element in list.elements {
                guard case .string(let text) = element else { return nil }
                texts.append(text)
            }
            return texts
        default: return nil
        }
    }

    private static func expressions(_ value: Value?) -> [RegularExpression]? {
        guard let texts = texts(value) else { return nil }
        let expressions = texts.compactMap { text in text.withText { try? RegularExpression($0) } }
        return expressions.count == texts.count ? expressions : nil
    }
}

internal import CEL
internal import SecurityEvents

/// Turns the tree of a search into CEL over the event schema.
struct SearchLowering {
    let search: String
    let lists: RuleLists

    func lower(_ tree: SearchTree) throws(SearchFault) -> String {
        switch tree {
        case .everything: return "true"
        case .and(let parts): return try joined(parts, " && ")
        case .or(let parts): return try joined(parts, " || ")
        case .not(let part): return "!(" + (try lower(part)) + ")"
        case .text(let value): return "search.anywhere(raw, \(Self.literal(value.text)))"
        case .comparison(let field, let sign, let value): return try compare(field, sign, value)
        case .membership(let field, let values, let isNegated): return try member(field, values, isNegated)
        }
    }

    private func joined(_ parts: [SearchTree], _ sign: String) throws(SearchFault) -> String {
        var lowered: [String] = []
        for part in parts { lowered.append(try lower(part)) }
        return "(" + lowered.joined(separator: sign) + ")"
    }

    // MARK: Fields

    private func target(_ field: SearchField) throws(SearchFault) -> SearchFields.Target {
        do { return try SearchFields.target(of: field.name) } catch {
            let message =
                switch error {
                case .time: "'\(field.name)' is not searched; give times with --since and --until, and files by name"
                case .facts: "facts of earlier events are for rules; a search looks at each event alone"
                case .notPlain: "'\(field.name)' is no name of a field"
                case .name(let hint): "there is no field '\(field.name)'" + hint
                }
            throw SearchFault(message, in: search, at: field.offset)
        }
    }

    /// An expression for a field's value, and an empty list where it is not known.
    func value(of field: SearchField) throws(SearchFault) -> String {
        if field.name == "_time" { return Self.known("event.time", "event.time") }
        let target = try target(field)
        switch target.type {
        case .string, .bool, .list: return target.path == "event.sourcetypes" ? "event.source" : target.path
        case .int, .uint, .double, .timestamp, .duration, .dyn: return Self.known(target.path, target.path)
        default:
            throw SearchFault("'\(field.name)' has parts of its own; name one of them", in: search, at: field.offset)
        }
    }

    /// An expression for a field's value as one key; of several values, all of them together.
    func key(of field: SearchField) throws(SearchFault) -> String {
        if case .list(.string) = try target(field).type { return "\(try target(field).path).join(\", \")" }
        return try target(field).path
    }

    private static func known(_ path: String, _ value: String) -> String {
        let steps = path.split(separator: ".")
        let checks = (1..<max(2, steps.count)).map { "has(" + steps[0...$0].joined(separator: ".") + ")" }
        return steps.count == 1 ? path : "(" + checks.joined(separator: " && ") + " ? [\(value)] : [])"
    }

    private func compare(_ field: SearchField, _ sign: String, _ value: SearchValue) throws(SearchFault) -> String {
        let target = try target(field)
        if sign == "=" { return try equals(field, target, value) }
        if sign == "!=" { return "!(" + (try equals(field, target, value)) + ")" }
        switch target.type {
        case .int, .uint, .double:
            guard let number = Double(value.text) else { throw wants("a number", value) }
            return guarded(target, "double(\(target.path)) \(sign) double(\(Self.number(number)))")
        case .timestamp: return guarded(target, "\(target.path) \(sign) \(try time(value))")
        case .dyn:
            guard let number = Double(value.text) else { throw wants("a number", value) }
            return guarded(target, "search.number(\(target.path)) \(sign) double(\(Self.number(number)))")
        default:
            throw SearchFault(
                "'\(field.name)' is no number; only '=' and '!=' compare it", in: search, at: field.offset)
        }
    }

    private func equals(
        _ field: SearchField, _ target: SearchFields.Target, _ value: SearchValue
    ) throws(SearchFault) -> String {
        let literal = Self.literal(value.text)
        if !value.text.contains("*"), let word = try word(field, target, value) { return word }
        if target.path == "workload.images" { return "workload.images.exists(i, search.image(i, \(literal)))" }
        switch target.type {
        case .string: return "search.matches(\(target.path), \(literal))"
        case .list(.string): return "\(target.path).exists(i, search.matches(i, \(literal)))"
        case .bool:
            guard let wanted = Bool(value.text.lowercased()) else { throw wants("true or false", value) }
            return "\(target.path) == \(wanted)"
        case .int, .uint, .double:
            if value.text == "*" { return "has(\(target.path))" }
            guard let number = Double(value.text) else { throw wants("a number", value) }
            return guarded(target, "double(\(target.path)) == double(\(Self.number(number)))")
        case .timestamp: return guarded(target, "\(target.path) == \(try time(value))")
        case .dyn: return guarded(target, "search.matchesAny(\(target.path), \(literal))")
        default:
            throw SearchFault(
                "'\(field.name)' has parts of its own; name one of them", in: search, at: field.offset)
        }
    }

    private func member(
        _ field: SearchField, _ values: [SearchValue], _ isNegated: Bool
    ) throws(SearchFault) -> String {
        let target = try target(field)
        let isImage = target.path == "workload.images"
        var some: [String] = []
        switch target.type {
        case .string, .list(.string):
            let subject = target.type == .string ? target.path : "i"
            for value in values {
                if !value.text.contains("*"), let word = try word(field, target, value) {
                    some.append(word)
                } else if let list = try list(value) {
                    some.append("inList(\(subject), \(Self.literal(list.name)))")
                } else {
                    some.append("search.\(isImage ? "image" : "matches")(\(subject), \(Self.literal(value.text)))")
                }
            }
            let any = some.joined(separator: " || ")
            // A source type's words are conditions of their own.
            if target.type == .string || target.path == "event.sourcetypes" {
                return isNegated ? "!(\(any))" : "(\(any))"
            }
            // One of several images that is on no list is what is looked for.
            return isNegated ? "\(target.path).exists(i, !(\(any)))" : "\(target.path).exists(i, \(any))"
        default:
            for value in values { some.append(try equals(field, target, value)) }
            let any = "(" + some.joined(separator: " || ") + ")"
            return isNegated ? "!" + any : any
        }
    }

    /// A comparison with one of the few words that a field can have, which the index of rules understands; nil for
    /// fields of free text.
    private func word(
        _ field: SearchField, _ target: SearchFields.Target, _ value: SearchValue
    ) throws(SearchFault) -> String? {
        let text = value.text.lowercased()
        let words: [String]
        switch target.path {
        case "event.action": words = Action.allCases.map(\.rawValue)
        case "event.outcome": words = Outcome.allCases.map(\.rawValue)
        case "event.platform": words = Platform.allCases.map(\.rawValue)
        case "event.source": words = SourceType.allCases.map(\.rawValue)
        case "event.sourcetypes":
            // The names that stand for all that a platform tells.
            for platform in Platform.allCases {
                let sources = SourceType.allCases.filter { $0.platform == platform }
                if sources.allSatisfy({ $0.searchNames.contains(text) }) {
                    return "event.platform == \"\(platform.rawValue)\""
                }
            }
            words = SourceType.allCases.map(\.rawValue)
        default: return nil
        }
        guard words.contains(text) else {
            let hint = Spelling.hint(for: text, among: words)
            throw SearchFault(
                "'\(value.text)' is no \(field.name); it is one of \(words.joined(separator: ", "))" + hint, in: search,
                at: value.offset)
        }
        return "\(target.path == "event.sourcetypes" ? "event.source" : target.path) == \"\(text)\""
    }

    /// The list that a value names; its members are meant, not its name.
    private func list(_ value: SearchValue) throws(SearchFault) -> NamedList? {
        if let list = lists.list(searchName: value.text) { return list }
        guard value.text.contains("_"), let near = Spelling.nearest(to: value.text, among: lists.names) else {
            return nil
        }
        throw SearchFault("there is no list '\(value.text)'; did you mean '\(near)'?", in: search, at: value.offset)
    }

    // MARK: Literals

    /// A condition that is false, not without an answer, where the field is not known.
    private func guarded(_ target: SearchFields.Target, _ condition: String) -> String {
        let steps = target.path.split(separator: ".")
        var (checks, path): ([String], String) = ([], String(steps[0]))
        for step in steps.dropFirst() {
            path += "." + step
            checks.append("has(\(path))")
        }
        return checks.isEmpty ? "(\(condition))" : "(" + checks.joined(separator: " && ") + " && \(condition))"
    }

    private func time(_ value: SearchValue) throws(SearchFault) -> String {
        let shape = value.text.utf8.filter { !ASCII.isDigit($0) }.map { $0 }
        guard value.text.utf8.count >= 20, shape.count >= 6 else {
            throw wants("a time such as 2026-11-23T09:00:00Z", value)
        }
        return "timestamp(\(Self.literal(value.text)))"
    }

    private func wants(_ what: String, _ value: SearchValue) -> SearchFault {
        SearchFault("'\(value.text)' is not \(what)", in: search, at: value.offset)
    }

    private static func number(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
    }

    /// A text as CEL writes it.
    static func literal(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                literal += "\\u" + String(repeating: "0", count: scalar.value < 16 ? 3 : 2)
                literal += String(scalar.value, radix: 16)
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }
}

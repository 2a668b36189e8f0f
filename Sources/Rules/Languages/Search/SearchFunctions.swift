internal import CEL
internal import JSONView
internal import SecurityEvents

/// The functions that searches are lowered to.
///
/// Values are compared without regard to case and with `*` for any text, as searches do.
enum SearchFunctions {
    static let library = Library("search", overloads: [matches, matchesAny, image, anywhere, number])

    private static let matches = Overload(
        id: "search_matches", function: "search.matches", parameters: [.string, .string], result: .bool,
        documentation: "Whether a text is as a search's value says."
    ) { arguments in
        guard let text = arguments.text(0), let pattern = arguments.text(1) else { return .bool(false) }
        return .bool(TextPattern(String(pattern)).matches(text, ignoringCase: true))
    }

    private static let matchesAny = Overload(
        id: "search_matchesAny", function: "search.matchesAny", parameters: [.dyn, .string], result: .bool,
        documentation: "Whether a value, or one element of a list, is as a search's value says."
    ) { arguments in
        guard let text = arguments.text(1) else { return .bool(false) }
        return .bool(isLike(arguments.value(0), TextPattern(String(text)), depth: 0))
    }

    private static func isLike(_ value: Value, _ pattern: TextPattern, depth: Int) -> Bool {
        func fits(_ text: String) -> Bool { text.withText { pattern.matches($0, ignoringCase: true) } }
        guard depth < 4 else { return false }
        switch value {
        case .text(let text): return pattern.matches(text, ignoringCase: true)
        case .string(let text): return fits(text)
        case .bool(let bool): return fits("\(bool)")
        case .int(let int): return fits("\(int)")
        case .uint(let uint): return fits("\(uint)")
        case .double(let double): return fits("\(double)")
        case .list(let list): return list.elements.contains { isLike($0, pattern, depth: depth + 1) }
        case .json(let json):
            if json.kind == .array { return json.elements.contains { isLike(.json($0), pattern, depth: depth + 1) } }
            if let text = json.text { return pattern.matches(text, ignoringCase: true) }
            if let bool = json.bool { return fits("\(bool)") }
            return json.int64.map { fits("\($0)") } ?? json.double.map { fits("\($0)") } ?? false
        default: return false
        }
    }

    private static let image = Overload(
        id: "search_image", function: "search.image", parameters: [.string, .string], result: .bool,
        documentation:
            "Whether an image is the one that a search's value names, as a text or by the rules of references."
    ) { arguments in
        guard let text = arguments.text(0), let written = arguments.text(1).map({ String($0) }) else {
            return .bool(false)
        }
        if TextPattern(written).matches(text, ignoringCase: true) { return .bool(true) }
        guard let pattern = ImagePattern(written), let reference = try? ImageReference(text) else {
            return .bool(false)
        }
        return .bool(pattern.matches(reference))
    }

    private static let anywhere = Overload(
        id: "search_anywhere", function: "search.anywhere", parameters: [.dyn, .string], result: .bool,
        documentation: "Whether a text stands in some value of the record."
    ) { arguments in
        guard let json = arguments.json(0), let text = arguments.text(1) else { return .bool(false) }
        var left = 100_000
        return .bool(holds(json, TextPattern("*" + String(text) + "*"), &left))
    }

    private static func holds(_ value: JSONValue, _ pattern: TextPattern, _ left: inout Int) -> Bool {
        left -= 1
        guard left > 0 else { return false }
        if let text = value.text { return pattern.matches(text, ignoringCase: true) }
        for element in value.elements where holds(element, pattern, &left) { return true }
        for member in value.members {
            if pattern.matches(member.key, ignoringCase: true) || holds(member.value, pattern, &left) { return true }
        }
        return false
    }

    private static let number = Overload(
        id: "search_number", function: "search.number", parameters: [.dyn], result: .double,
        documentation: "A value as a number."
    ) { arguments in
        let value = arguments.value(0)
        switch value {
        case .int(let int): return .double(Double(int))
        case .uint(let uint): return .double(Double(uint))
        case .double: return value
        case .text(let text): return .double(Double(String(text)) ?? .nan)
        case .string(let text): return .double(Double(text) ?? .nan)
        default: return .double(.nan)
        }
    }
}

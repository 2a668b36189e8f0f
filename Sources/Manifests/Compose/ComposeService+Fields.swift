extension ComposeService {
    /// A scalar as a text; nil where it is missing.
    func text(_ key: String) -> PlacedValue? {
        guard let value = service[key], let plain = value.plain else { return nil }
        return .text(plain, at: value.place)
    }

    /// A boolean, also one written as a text (`"true"`, `yes`), which Compose takes too.
    mutating func bool(_ key: String) -> PlacedValue? {
        guard let value = service[key], !value.isNull else { return nil }
        switch value.content {
        case .bool: return value
        case .text(let text):
            switch text.lowercased() {
            case "true", "1", "t", "y", "yes", "on": return PlacedValue(.bool(true), at: value.place)
            case "false", "0", "f", "n", "no", "off": return PlacedValue(.bool(false), at: value.place)
            default: if text.contains("$") { return nil }
            }
        default: break
        }
        fault("'\(key)' must be true or false", at: value.place)
        return nil
    }

    /// A list; one value alone counts as a list of one.
    func list(_ key: String) -> [PlacedValue] {
        guard let value = service[key], !value.isNull else { return [] }
        if case .array(let elements) = value.content {
            return elements.map { element in
                if case .object = element.content { return element }
                return element.plain.map { .text($0, at: element.place) } ?? element
            }
        }
        return value.plain.map { [.text($0, at: value.place)] } ?? []
    }

    /// A command: a list of words, or a text that Compose takes apart as a shell would.
    func words(_ key: String) -> PlacedValue? {
        guard let value = service[key] else { return nil }
        if let text = value.text {
            return PlacedValue(.array(ShellWords.texts(text).map { .text($0, at: value.place) }), at: value.place)
        }
        guard case .array(let elements) = value.content else { return nil }
        return PlacedValue(
            .array(elements.compactMap { element in element.plain.map { .text($0, at: element.place) } }),
            at: value.place)
    }

    /// A name and its value, from a mapping or from a list of `NAME=value`.
    struct Pair {
        var key: String
        /// Nil where none is written.
        var value: String?
        var place: Place
    }

    /// The members of a mapping, or the `NAME=value` of a list.
    func pairs(_ key: String) -> [Pair] {
        guard let value = service[key] else { return [] }
        if case .object(let members) = value.content {
            return members.map {
                Pair(key: $0.key, value: $0.value.plain, place: $0.value.isNull ? $0.keyPlace : $0.value.place)
            }
        }
        return value.elements.compactMap { element in
            guard let text = element.plain else { return nil }
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Pair(key: String(parts[0]), value: parts.count == 2 ? String(parts[1]) : nil, place: element.place)
        }
    }
}

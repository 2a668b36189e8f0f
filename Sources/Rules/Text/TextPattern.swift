internal import JSONView

/// A pattern in which `*` stands for any text and everything else for itself.
struct TextPattern: Sendable, Hashable {
    private let parts: [[UInt8]]

    init(_ pattern: String) {
        parts = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
    }

    /// Whether a pattern has a star at all.
    static func isPattern(_ text: String) -> Bool { text.utf8.contains(UInt8(ascii: "*")) }

    /// Whether the whole text is as the pattern says; takes time in the length of both.
    func matches(_ text: JSONText, ignoringCase: Bool = false) -> Bool {
        guard let first = parts.first, let last = parts.last else { return false }
        if parts.count == 1 { return text.count == first.count && Self.stands(first, in: text, at: 0, ignoringCase) }
        guard text.count >= first.count + last.count, Self.stands(first, in: text, at: 0, ignoringCase) else {
            return false
        }
        let end = text.count - last.count
        guard Self.stands(last, in: text, at: end, ignoringCase) else { return false }
        // Between the ends each part may take its first place: what is left over only grows.
        var at = first.count
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = Self.find(part, in: text, from: at, before: end, ignoringCase) else { return false }
            at = found + part.count
        }
        return true
    }

    private static func find(
        _ part: [UInt8], in text: JSONText, from start: Int, before end: Int, _ ignoringCase: Bool
    ) -> Int? {
        guard end - part.count >= start else { return nil }
        for at in start...(end - part.count) where stands(part, in: text, at: at, ignoringCase) { return at }
        return nil
    }

    private static func stands(_ part: [UInt8], in text: JSONText, at position: Int, _ ignoringCase: Bool) -> Bool {
        for (offset, byte) in part.enumerated() {
            let other = text.start[position + offset]
            if byte == other { continue }
            guard ignoringCase, ASCII.lowercased(byte) == ASCII.lowercased(other) else { return false }
        }
        return true
    }
}

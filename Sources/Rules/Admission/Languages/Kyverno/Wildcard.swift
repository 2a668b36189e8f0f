/// Names with `*` (any text) and `?` (one character), as Kyverno and Gatekeeper write them.
package struct Wildcard: Sendable, Equatable {
    private let pattern: [UInt8]

    /// Takes a pattern.
    package init(_ pattern: String) { self.pattern = Array(pattern.utf8) }

    /// Whether the whole of a text is meant; takes time in proportion to both at most.
    package func matches(_ text: String) -> Bool {
        let text = Array(text.utf8)
        var (at, place, star, mark) = (0, 0, -1, 0)
        while at < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "?") || pattern[place] == text[at],
                pattern[place] != UInt8(ascii: "*")
            {
                (at, place) = (at + 1, place + 1)
            } else if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                (star, mark) = (place, at)
                place += 1
            } else if star >= 0 {
                mark += 1
                (at, place) = (mark, star + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

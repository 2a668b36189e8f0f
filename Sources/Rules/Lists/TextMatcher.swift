internal import JSONView

/// Texts as they are, and patterns with `*`.
struct TextMatcher: ListMatcher {
    private let exact: TextSet
    private let globs: [TextPattern]

    init(_ members: [String]) {
        exact = TextSet(members.filter { !TextPattern.isPattern($0) })
        globs = members.filter(TextPattern.isPattern).map(TextPattern.init)
    }

    func matches(_ text: JSONText) -> Bool { exact.contains(text) || globs.contains { $0.matches(text) } }
}

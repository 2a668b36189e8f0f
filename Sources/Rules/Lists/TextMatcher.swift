internal import JSONView

/// Texts as they are, and patterns with `*`.
struct TextMatcher: ListMatcher {
    private let exact: TextSet
    private let globs: [Glob]

    init(_ members: [String]) {
        exact = TextSet(members.filter { !Glob.isPattern($0) })
        globs = members.filter(Glob.isPattern).map(Glob.init)
    }

    func matches(_ text: JSONText) -> Bool { exact.contains(text) || globs.contains { $0.matches(text) } }
}

internal import JSONView

/// Several values of which one must fit.
struct SigmaMatcher: Sendable {
    private let patterns: [SigmaPattern]
    /// Values without wildcards, found by hash where they are many.
    private let exact: TextSet?
    private let longest: Int
    /// Whether a value of any kind fits, as with `*`: being there is enough.
    let matchesAnything: Bool

    /// More values than this are looked up by hash.
    private static let few = 6

    init(_ patterns: [SigmaPattern]) {
        matchesAnything = patterns.contains(where: \.matchesAnything)
        let plain = patterns.filter { $0.isPlain && !$0.isCased && $0.exactText != nil }
        guard plain.count > Self.few else {
            (self.patterns, exact, longest) = (patterns, nil, 0)
            return
        }
        let texts = plain.compactMap(\.exactText)
        self.patterns = patterns.filter { !($0.isPlain && !$0.isCased && $0.exactText != nil) }
        exact = TextSet(texts.map { String(decoding: $0, as: UTF8.self) })
        longest = texts.map(\.count).max() ?? 0
    }

    func matches(_ text: JSONText) -> Bool {
        if let exact, text.count <= longest {
            let isThere = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, text.count)) { room in
                for at in 0..<text.count { room[at] = ASCII.lowercased(text.start[at]) }
                return room.baseAddress.map { exact.contains(JSONText(start: $0, count: text.count)) } ?? false
            }
            if isThere { return true }
        }
        for pattern in patterns where pattern.matches(text) { return true }
        return false
    }
}

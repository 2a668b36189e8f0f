internal import JSONView

/// A set of literals, of which one look through a text tells whether any stands in it.
///
/// Two neighbouring bytes of each literal, the rarest it has, are looked for at every place of the text; only where such a
/// pair stands are whole literals compared.
struct SignSet: Sendable {
    private struct Sign: Sendable {
        var bytes: [UInt8]
        /// Where in the literal the pair stands that it is found by.
        var pairAt: Int
        /// Whether the literal counts only as a word of its own, or one with `=` behind it.
        var isWord: Bool
    }

    private var pairs = [UInt64](repeating: 0, count: 1 << 10)
    private var signs: [UInt16: [Sign]] = [:]
    private let ignoresCase: Bool

    /// Makes a set of literals of two bytes or more.
    ///
    /// - Parameters:
    ///   - anywhere: literals that count wherever they stand.
    ///   - words: literals that count as words only.
    ///   - ignoresCase: whether a text's upper-case letters count as lower case; the literals must be in lower case then.
    init(anywhere: [StaticString], words: [StaticString] = [], ignoresCase: Bool = false) {
        self.ignoresCase = ignoresCase
        for literal in anywhere { insert(JSONText(literal), isWord: false) }
        for literal in words { insert(JSONText(literal), isWord: true) }
    }

    private mutating func insert(_ literal: JSONText, isWord: Bool) {
        let bytes = Array(literal.bytes)
        precondition(bytes.count >= 2, "a sign has two bytes or more")
        let pairAt =
            (0..<bytes.count - 1).max { Self.rarity(bytes, at: $0) < Self.rarity(bytes, at: $1) } ?? 0
        let pair = UInt16(bytes[pairAt]) | UInt16(bytes[pairAt + 1]) << 8
        pairs[Int(pair >> 6)] |= 1 << UInt64(pair & 63)
        signs[pair, default: []].append(Sign(bytes: bytes, pairAt: pairAt, isWord: isWord))
    }

    /// How rare a pair of bytes is in commands and settings, roughly.
    private static func rarity(_ bytes: [UInt8], at position: Int) -> Int {
        [bytes[position], bytes[position + 1]].reduce(0) { sum, byte in
            switch byte {
            case UInt8(ascii: "j"), UInt8(ascii: "q"), UInt8(ascii: "x"), UInt8(ascii: "z"), UInt8(ascii: "w"),
                UInt8(ascii: "k"), UInt8(ascii: "v"), UInt8(ascii: "b"), UInt8(ascii: "y"):
                sum + 3
            case _ where ASCII.isLower(byte): sum + 1
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "_"): sum + 2
            default: sum + 4
            }
        }
    }

    /// Whether any of the literals stands in a text.
    func stands(in text: JSONText) -> Bool {
        guard text.count >= 2 else { return false }
        return pairs.withUnsafeBufferPointer { pairs in
            var pair = UInt16(byte(text, 0)) << 8
            for position in 1..<text.count {
                pair = pair >> 8 | UInt16(byte(text, position)) << 8
                if pairs[Int(pair >> 6)] & 1 << UInt64(pair & 63) != 0, matches(pair, in: text, at: position - 1) {
                    return true
                }
            }
            return false
        }
    }

    @inline(__always)
    private func byte(_ text: JSONText, _ position: Int) -> UInt8 {
        ignoresCase ? ASCII.lowercased(text.start[position]) : text.start[position]
    }

    private func matches(_ pair: UInt16, in text: JSONText, at position: Int) -> Bool {
        guard let candidates = signs[pair] else { return false }
        return candidates.contains { sign in
            let begin = position - sign.pairAt
            let end = begin + sign.bytes.count
            guard begin >= 0, end <= text.count else { return false }
            let isSame = sign.bytes.indices.allSatisfy { sign.bytes[$0] == byte(text, begin + $0) }
            guard isSame, sign.isWord else { return isSame }
            let isBegin = begin == 0 || Words.separates(text.start[begin - 1])
            return isBegin
                && (end == text.count || Words.separates(text.start[end]) || text.start[end] == UInt8(ascii: "="))
        }
    }
}

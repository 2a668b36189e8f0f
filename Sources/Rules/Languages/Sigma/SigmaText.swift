/// A value that is a text, while modifiers change it: literal bytes and wildcards.
struct SigmaText: Equatable {
    var parts: [SigmaPattern.Part]

    init(_ parts: [SigmaPattern.Part]) { self.parts = parts }

    /// Reads a value as it stands in a rule.
    init(_ text: String) { parts = SigmaPattern.parts(of: text) }

    /// The bytes, where there are no wildcards.
    var plainBytes: [UInt8]? {
        var bytes: [UInt8] = []
        for part in parts {
            guard case .text(let literal) = part else { return nil }
            bytes += literal
        }
        return bytes
    }

    /// The value in Sigma's syntax; nil where it is no UTF-8 text.
    var written: String? { SigmaPattern.text(of: parts) }

    func contained() -> SigmaText { startingAnywhere().openEnded() }

    func openEnded() -> SigmaText { parts.last == .any ? self : SigmaText(parts + [.any]) }

    func startingAnywhere() -> SigmaText { parts.first == .any ? self : SigmaText([.any] + parts) }

    /// The text in UTF-16, low byte first or high byte first; wildcards stay.
    ///
    /// Nil where it is no UTF-8.
    func utf16(bigEndian: Bool, mark: Bool = false) -> SigmaText? {
        var made: [SigmaPattern.Part] = mark ? [.text([0xFF, 0xFE])] : []
        for part in parts {
            guard case .text(let bytes) = part else {
                made.append(part)
                continue
            }
            guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
            made.append(
                .text(
                    text.utf16.flatMap { unit -> [UInt8] in
                        let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
                        return bigEndian ? [high, low] : [low, high]
                    }))
        }
        return SigmaText(made)
    }

    /// The bytes in base64 (RFC 4648, with padding).
    static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var encoded: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let word = group.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << UInt32(16 - 8 * $1.offset) }
            for position in 0..<4 {
                encoded.append(
                    position <= group.count
                        ? letters[Int(word >> UInt32(18 - 6 * position) & 63)] : UInt8(ascii: "="))
            }
        }
        return encoded
    }

    /// What base64 makes of the bytes at each of the three places within a group, without the letters that depend on what
    /// stands around them.
    static func base64Offsets(_ bytes: [UInt8]) -> [[UInt8]] {
        (0..<3).map { offset in
            let encoded = base64(Array(repeating: UInt8(ascii: " "), count: offset) + bytes)
            let start = [0, 2, 3][offset]
            let end = [0, 3, 2][(bytes.count + offset) % 3]
            return Array(encoded[min(start, encoded.count)..<max(min(start, encoded.count), encoded.count - end)])
        }
    }

    private static let dashes = ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"]

    /// The text with each of Windows' dashes where one begins an option; nil where there are more than three such places.
    func windash() -> [SigmaText]? {
        var made: [[SigmaPattern.Part]] = [[]]
        var places = 0
        var before: UInt8?
        for part in parts {
            guard case .text(let bytes) = part else {
                made = made.map { $0 + [part] }
                before = nil
                continue
            }
            var literal: [UInt8] = []
            for (position, byte) in bytes.enumerated() {
                let next = position + 1 < bytes.count ? bytes[position + 1] : nil
                let isDash = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/")
                if isDash, !Self.isWord(before), Self.isWord(next) {
                    places += 1
                    if places > 3 { return nil }
                    made = made.flatMap { start in
                        Self.dashes.map { start + [.text(literal + Array($0.utf8))] }
                    }
                    literal = []
                } else {
                    literal.append(byte)
                }
                before = byte
            }
            made = made.map { $0 + [.text(literal)] }
        }
        return made.map { SigmaText($0) }
    }

    private static func isWord(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    /// The text with named lists' members in the place of `%name%`.
    ///
    /// - Parameter members: the members of a list; nil for a name that there is no list of.
    /// - Returns: the texts, or the name that is unknown.
    func expanded(_ members: (String) -> [String]?) -> Result<[SigmaText], UnknownName> {
        var made: [[SigmaPattern.Part]] = [[]]
        for part in parts {
            guard case .text(let bytes) = part else {
                made = made.map { $0 + [part] }
                continue
            }
            var pieces = String(decoding: bytes, as: UTF8.self).split(
                separator: "%", omittingEmptySubsequences: false
            ).map(String.init)[...]
            // Pieces at odd positions stand between two signs.
            made = made.map { $0 + [.text(Array((pieces.first ?? "").utf8))] }
            pieces = pieces.dropFirst()
            while let name = pieces.popFirst() {
                guard let behind = pieces.popFirst(), Self.isName(name) else {
                    // One sign without another, or something else than a name: it stands for itself.
                    made = made.map { $0 + [.text(Array(("%" + name).utf8))] }
                    continue
                }
                guard let members = members(name) else { return .failure(UnknownName(name: name)) }
                let texts = members.map { SigmaPattern.parts(of: $0) }
                guard made.count * max(1, texts.count) <= Self.expansionLimit else {
                    return .failure(UnknownName(name: name, isTooLarge: true))
                }
                made = made.flatMap { start in texts.map { start + $0 + [.text(Array(behind.utf8))] } }
            }
        }
        return .success(made.map { SigmaText($0) })
    }

    /// Why placeholders could not be replaced.
    struct UnknownName: Error {
        var name: String
        var isTooLarge = false
    }

    static let expansionLimit = 20_000

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".")
            }
    }
}

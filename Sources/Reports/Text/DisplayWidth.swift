/// How many columns of a terminal a text takes, and where to cut it.
enum DisplayWidth {
    /// The columns of a text that ``visible(_:)`` has gone over; colours, which only ``Styling`` writes, take none.
    static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x1B }) { return text.utf8.count }
        var width = 0
        var isColor = false
        for character in text {
            if character == "\u{1B}" {
                isColor = true
            } else if isColor {
                isColor = character != "m"
            } else {
                width += columns(character)
            }
        }
        return width
    }

    /// The columns of one character.
    static func columns(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first, !scalar.isASCII else { return 1 }
        if scalar.properties.isEmojiPresentation { return 2 }
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// The longest beginning that takes no more columns than given.
    static func prefix(_ text: some StringProtocol, columns limit: Int) -> String {
        var taken = ""
        var width = 0
        for character in text {
            width += columns(character)
            if width > limit { break }
            taken.append(character)
        }
        return taken
    }

    /// A text that takes no more columns than given, with an ellipsis where it was cut.
    static func cut(_ text: String, columns limit: Int) -> String {
        of(text) <= limit ? text : prefix(text, columns: max(0, limit - 1)) + "…"
    }

    /// The blocks of East Asian wide and full-width characters (Unicode, UAX 11).
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x18DFF, 0x1B000...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
    ]
}

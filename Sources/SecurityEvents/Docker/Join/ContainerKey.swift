import JSONView

/// A container's identifier in 32 bytes.
struct ContainerKey: Hashable, BitwiseCopyable {
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// Nil for anything but 64 hexadecimal digits.
    init?(_ text: JSONText) {
        guard ContainerIdentifier.isFull(text) else { return nil }
        words = (Self.word(text, 0), Self.word(text, 16), Self.word(text, 32), Self.word(text, 48))
    }

    /// The first four digits: identifiers are spread evenly over them.
    var bucket: UInt16 { UInt16(truncatingIfNeeded: words.0 >> 48) }

    /// Whether the identifier begins with digits.
    func begins(with digits: JSONText) -> Bool {
        for (position, byte) in digits.bytes.enumerated() {
            guard position < 64, let digit = hexadecimalDigit(byte), digit == self.digit(position) else { return false }
        }
        return true
    }

    private func digit(_ position: Int) -> UInt8 {
        let word: UInt64
        switch position / 16 {
        case 0: word = words.0
        case 1: word = words.1
        case 2: word = words.2
        default: word = words.3
        }
        return UInt8(truncatingIfNeeded: word >> UInt64(60 - position % 16 * 4)) & 15
    }

    private static func word(_ text: JSONText, _ start: Int) -> UInt64 {
        text.dropFirst(start).prefix(16).bytes.reduce(0) { $0 << 4 | UInt64(hexadecimalDigit($1) ?? 0) }
    }

    static func == (left: ContainerKey, right: ContainerKey) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

/// Numbers read from texts as Go's `strconv` reads them, which is what cel-go's conversions do.
enum GoNumber {
    /// An unsigned number: digits, without a sign.
    static func unsigned(_ text: String) -> UInt64? {
        text.utf8.allSatisfy { $0.isDigit } ? UInt64(text) : nil
    }

    /// A floating-point number; nil also where it is too large for one.
    static func double(_ text: String) -> Double? {
        let word = text.drop { $0 == "+" || $0 == "-" }
        guard text.utf8.count - word.utf8.count <= 1 else { return nil }
        switch word.lowercased() {
        case "inf", "infinity": return text.first == "-" ? -.infinity : .infinity
        // Go takes no sign before it.
        case "nan": return text.first == "+" || text.first == "-" ? nil : .nan
        default: break
        }
        let isHexadecimal = word.hasPrefix("0x") || word.hasPrefix("0X")
        // Words, which Swift reads in more spellings than Go, do not begin like this; nor does Go read a
        // hexadecimal number without an exponent.
        guard let first = word.utf8.first, first.isDigit || first == UInt8(ascii: "."),
            !isHexadecimal || word.utf8.contains(where: { $0 == UInt8(ascii: "p") || $0 == UInt8(ascii: "P") }),
            separatesDigits(word.utf8, isHexadecimal), let value = Double(text.filter { $0 != "_" }), value.isFinite
        else { return nil }
        return value
    }

    /// Whether each underscore stands between digits, or between a base prefix and a digit.
    private static func separatesDigits(_ text: Substring.UTF8View, _ isHexadecimal: Bool) -> Bool {
        let bytes = Array(text)
        return bytes.indices.allSatisfy { index in
            guard bytes[index] == UInt8(ascii: "_") else { return true }
            guard index > 0, index + 1 < bytes.count else { return false }
            func isDigit(_ byte: UInt8) -> Bool { isHexadecimal ? byte.hexValue != nil : byte.isDigit }
            return (isDigit(bytes[index - 1]) || isHexadecimal && index == 2) && isDigit(bytes[index + 1])
        }
    }
}

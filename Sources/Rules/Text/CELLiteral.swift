/// Writes constants of CEL.
enum CELLiteral {
    /// A string literal.
    static func text(_ text: String) -> String {
        var literal = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": literal += "\\'"
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\t": literal += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                literal += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "'"
    }

    /// A list of string literals.
    static func texts(_ texts: [String]) -> String { "[" + texts.map { text($0) }.joined(separator: ", ") + "]" }

    /// A double literal.
    static func number(_ number: Double) -> String { "\(number)" }
}

/// Numbers of bytes as the configuration spells them: `512KiB`, `64MiB`, `1GiB`, or a plain number.
enum SizeText {
    /// The form as a regular expression, for the schema.
    static let pattern = "^[0-9]{1,15}(KiB|MiB|GiB)?$"

    private static let units: [(suffix: String, shift: Int)] = [("", 0), ("KiB", 10), ("MiB", 20), ("GiB", 30)]

    /// Reads a number of bytes; nil where the text is none.
    static func read(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, digits.count <= 15, let number = Int(digits),
            let unit = units.first(where: { $0.suffix == text[digits.endIndex...] })
        else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: 1 << unit.shift)
        return overflow ? nil : product
    }

    /// Writes a number of bytes in the largest unit that divides it.
    static func write(_ bytes: Int) -> String {
        let unit = units.last { bytes != 0 && bytes % (1 << $0.shift) == 0 } ?? ("", 0)
        return "\(bytes >> unit.shift)\(unit.suffix)"
    }
}

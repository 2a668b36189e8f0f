extension Quantity {
    private static let decimalUnits = [
        -9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E",
    ]
    private static let binaryUnits = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]

    /// An amount as the API server writes it once it has read it: `0.5` is `500m`, `1024Mi` is `1Gi`, `1000` is `1k`.
    ///
    /// - Parameter text: an amount, in any of its forms.
    /// - Returns: nil where the text is none.
    public static func canonical(_ text: String) -> String? {
        (try? Quantity(parsing: text))?.text(inFormOf: text)
    }

    /// The amount in the shortest form, in units of 1,024, of 1,000 or in powers of ten, as another one is written.
    ///
    /// - Parameter text: the other amount.
    /// - Returns: nil where the amount has no such form.
    public func text(inFormOf text: String) -> String? {
        if mantissa == 0 { return "0" }
        let unit = text.utf8.drop { !$0.isLetter }
        if unit.count == 2, unit.last == UInt8(ascii: "i") { return binaryText }
        return decimalText(isExponent: unit.first.map { $0 | 0x20 == UInt8(ascii: "e") } == true && unit.count > 1)
    }

    /// Without a fraction, in the largest unit of 1,024; what is smaller than one of them is written without any.
    private var binaryText: String? {
        let unit = Quantity(mantissa: 1024, scale: 0, keptScale: 0)
        guard (mantissa < 0 ? negated : self).compare(unit) >= 0, scale >= 0, scale <= 18 else {
            return decimalText(isExponent: false)
        }
        var (number, step) = (mantissa, 0)
        for _ in 0..<scale {
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            number = product
        }
        while step + 1 < Self.binaryUnits.count, number % 1024 == 0 {
            number /= 1024
            step += 1
        }
        return "\(number)\(Self.binaryUnits[step])"
    }

    /// Without a fraction, in the largest unit of 1,000.
    private func decimalText(isExponent: Bool) -> String? {
        let exponent = Int((Double(scale) / 3).rounded(.down)) * 3
        guard let unit = Self.decimalUnits[exponent] else { return nil }
        var number = mantissa
        for _ in exponent..<scale { number *= 10 }
        if isExponent { return exponent == 0 ? "\(number)" : "\(number)e\(exponent)" }
        return "\(number)\(unit)"
    }
}

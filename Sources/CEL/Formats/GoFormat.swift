/// Numbers written as Go's strconv writes them, because results of CEL are compared across implementations.
enum GoFormat {
    /// `strconv.FormatFloat(value, 'g', -1, 64)`.
    static func shortest(_ value: Double) -> String {
        guard value.isFinite else { return special(value) }
        let (digits, point) = decimal(value)
        let exponent = point - 1
        if exponent < -4 || exponent >= 21 {
            let rest = digits.dropFirst()
            let magnitude = abs(exponent)
            return sign(value) + String(digits.prefix(1)) + (rest.isEmpty ? "" : "." + rest) + "e"
                + (exponent < 0 ? "-" : "+") + (magnitude < 10 ? "0" : "") + "\(magnitude)"
        }
        return plain(value)
    }

    /// `strconv.FormatFloat(value, 'f', -1, 64)`.
    static func plain(_ value: Double) -> String {
        guard value.isFinite else { return special(value) }
        let (digits, point) = decimal(value)
        if point <= 0 {
            return sign(value) + (digits == "0" ? "0" : "0." + String(repeating: "0", count: -point) + digits)
        }
        if point >= digits.count { return sign(value) + digits + String(repeating: "0", count: point - digits.count) }
        return sign(value) + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    private static func special(_ value: Double) -> String { value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }

    private static func sign(_ value: Double) -> String { value.sign == .minus ? "-" : "" }

    /// The shortest digits that read back as the number, and where the decimal point stands among them.
    private static func decimal(_ value: Double) -> (digits: String, point: Int) {
        if value == 0 { return ("0", 1) }
        let text = value.magnitude.description
        let parts = text.split(separator: "e")
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(mantissa[0])
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        var digits = whole + fraction
        var point = whole.count + exponent
        let leading = digits.prefix { $0 == "0" }.count
        digits.removeFirst(leading)
        point -= leading
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        return (digits, point)
    }
}

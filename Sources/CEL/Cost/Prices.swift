/// The prices of what every expression is made of, cel-go's.
enum Prices {
    /// Reading a variable, selecting a field.
    static let select: UInt64 = 1
    static let call: UInt64 = 1
    static let list: UInt64 = 10
    static let map: UInt64 = 30
    static let structure: UInt64 = 40
    /// Going over a character of a text.
    static let character = 0.1
    /// A character of a regular expression: about four make a part of it.
    static let regexCharacter = 0.25
}

extension UInt64 {
    /// The sum, or the largest number.
    func adding(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    /// The product, or the largest number.
    func multiplied(by other: UInt64) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }

    /// The product with a factor rounded up, or the largest number.
    func multiplied(by factor: Double) -> UInt64 {
        let product = (Double(self) * factor).rounded(.up)
        return product >= 0x1p64 ? .max : UInt64(product)
    }
}

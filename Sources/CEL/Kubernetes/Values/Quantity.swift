/// An amount with a unit, as Kubernetes writes it: `500m`, `20Mi`, `1e3`.
public struct Quantity: Sendable {
    /// The digits.
    let mantissa: Int128
    /// The power of ten that the digits are multiplied by; never below -9.
    let scale: Int
    /// The power of ten with which Kubernetes keeps the amount as a whole number of 64 bits; nil where it keeps a decimal of any
    /// length, which is no integer to it whatever its value: `1.5Gi`, `50703000m` and `1.0` are none.
    let keptScale: Int?

    /// Why a text is no amount, in Kubernetes' words.
    public enum Fault: String, Error {
        /// Not of the form of an amount at all.
        case format =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        /// An unknown unit.
        case suffix = "unable to parse quantity's suffix"
        /// Digits that are no number.
        case number = "unable to parse numeric part of quantity"
    }

    /// No digits end in zero, so that equal amounts have equal parts.
    init(mantissa: Int128, scale: Int, keptScale: Int?) {
        self.keptScale = keptScale
        var (mantissa, scale) = (mantissa, mantissa == 0 ? 0 : scale)
        while mantissa != 0, mantissa % 10 == 0 {
            mantissa /= 10
            scale += 1
        }
        self.mantissa = mantissa
        self.scale = scale
    }

    /// The amount that is a whole number.
    init(_ number: Int64) { self.init(mantissa: Int128(number), scale: 0, keptScale: 0) }

    /// Reads an amount.
    public init(parsing text: String) throws(Fault) {
        var rest = Array(text.utf8)[...]
        guard !rest.isEmpty else { throw .format }
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest.removeFirst()
        }
        let whole = rest.prefix(while: \.isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = rest.prefix(while: \.isDigit)
            rest = rest.dropFirst(fraction.count)
        }
        let letters = rest.prefix { "eEinumkKMGTP".utf8.contains($0) }
        var tail = rest.dropFirst(letters.count)
        if let sign = tail.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { tail.removeFirst() }
        guard tail.allSatisfy(\.isDigit) else { throw .format }
        guard let unit = Unit(String(decoding: rest, as: UTF8.self)) else { throw .suffix }
        guard !whole.isEmpty || !fraction.isEmpty else { throw .number }
        self = Quantity.make(whole, fraction, unit, isNegative)
    }

    private static func make(
        _ whole: ArraySlice<UInt8>, _ fraction: ArraySlice<UInt8>, _ unit: Unit, _ isNegative: Bool
    ) -> Quantity {
        let keptScale = keptScale(whole, fraction, unit)
        let significant = (whole + fraction).drop { $0 == UInt8(ascii: "0") }
        let fraction = fraction.count
        // What is far beyond the limits either way is not computed.
        guard significant.count <= 30, abs(unit.exponent) <= 60 else {
            if unit.exponent + significant.count - fraction < -9 {
                return Quantity(mantissa: isNegative ? -1 : 1, scale: -9, keptScale: nil)
            }
            return isNegative ? largest.negated : largest
        }
        var mantissa: Int128 = 0
        for digit in significant { mantissa = mantissa * 10 + Int128(digit - UInt8(ascii: "0")) }
        var scale = -fraction
        switch unit.base {
        case 10: scale += unit.exponent
        default:
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: Int128(1) << Int128(unit.exponent))
            if overflow { return isNegative ? largest.negated : largest }
            mantissa = product
        }
        // Below a billionth is rounded away from zero.
        while scale < -9 {
            let remainder = mantissa % 10
            mantissa = mantissa / 10 + (remainder == 0 ? 0 : 1)
            scale += 1
        }
        let made = Quantity(mantissa: mantissa, scale: scale, keptScale: keptScale)
        // What is kept as a whole number has no other limit.
        let capped = keptScale == nil && made.compare(largest) > 0 ? largest : made
        return isNegative ? capped.negated : capped
    }

    private static let largest = Quantity(mantissa: Int128(Int64.max), scale: 0, keptScale: nil)

    /// Whether Kubernetes keeps the digits as a whole number, as its `ParseQuantity` decides: by how many digits are written.
    private static func keptScale(_ whole: ArraySlice<UInt8>, _ fraction: ArraySlice<UInt8>, _ unit: Unit) -> Int? {
        let digits = max(1, whole.drop { $0 == UInt8(ascii: "0") }.count)
        if unit.base == 10 {
            let scale = unit.exponent - fraction.count
            return digits + fraction.count <= 18 && scale >= -9 ? scale : nil
        }
        return fraction.isEmpty && 15 - digits - unit.exponent * 3 / 10 - 1 >= 0 ? 0 : nil
    }

    private struct Unit {
        let base: Int
        private(set) var exponent: Int

        init?(_ suffix: String) {
            // A switch, because a table would be made or hashed for each amount.
            (base, exponent) =
                switch suffix {
                case "n": (10, -9)
                case "u": (10, -6)
                case "m": (10, -3)
                case "": (10, 0)
                case "k": (10, 3)
                case "M": (10, 6)
                case "G": (10, 9)
                case "T": (10, 12)
                case "P": (10, 15)
                case "E": (10, 18)
                case "Ki": (2, 10)
                case "Mi": (2, 20)
                case "Gi": (2, 30)
                case "Ti": (2, 40)
                case "Pi": (2, 50)
                case "Ei": (2, 60)
                default: (10, Int.min)
                }
            guard exponent == Int.min else { return }
            guard suffix.count > 1, suffix.hasPrefix("e") || suffix.hasPrefix("E"),
                let written = Int32(suffix.dropFirst())
            else { return nil }
            exponent = Int(written)
        }
    }

    // MARK: Arithmetic

    /// -1, 0 or 1: whether the amount is less than, equal to or greater than another.
    public func compare(_ other: Quantity) -> Int {
        if mantissa == 0 || other.mantissa == 0 || (mantissa < 0) != (other.mantissa < 0) {
            return mantissa == other.mantissa ? 0 : (mantissa < other.mantissa ? -1 : 1)
        }
        guard let (one, two, _) = aligned(other) else {
            let isLarger = magnitude > other.magnitude
            return isLarger == (mantissa > 0) ? 1 : -1
        }
        return one == two ? 0 : (one < two ? -1 : 1)
    }

    /// How many digits stand before the point.
    private var magnitude: Int { "\(mantissa.magnitude)".count + scale }

    /// The digits of two amounts at one scale; nil where they do not fit.
    private func aligned(_ other: Quantity) -> (Int128, Int128, Int)? {
        let common = min(scale, other.scale)
        guard let one = Quantity.shift(mantissa, by: scale - common),
            let two = Quantity.shift(other.mantissa, by: other.scale - common)
        else { return nil }
        return (one, two, common)
    }

    private static func shift(_ mantissa: Int128, by power: Int) -> Int128? {
        var shifted = mantissa
        for _ in 0..<min(power, 40) {
            let (product, overflow) = shifted.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            shifted = product
        }
        return power > 40 ? nil : shifted
    }

    /// The sum of two amounts; nil when it is too large.
    public func adding(_ other: Quantity) -> Quantity? {
        guard let (one, two, common) = aligned(other) else { return nil }
        let (sum, overflow) = one.addingReportingOverflow(two)
        return overflow ? nil : Quantity(mantissa: sum, scale: common, keptScale: keptScale(adding: other))
    }

    /// How Kubernetes keeps the sum of two amounts: as a whole number while both are ones and nothing overflows.
    private func keptScale(adding other: Quantity) -> Int? {
        guard let keptScale, let otherScale = other.keptScale else { return nil }
        if other.mantissa == 0 { return keptScale }
        if mantissa == 0 { return otherScale }
        let common = min(keptScale, otherScale)
        guard let one = Quantity.shift(mantissa, by: scale - common),
            let two = Quantity.shift(other.mantissa, by: other.scale - common), Int64(exactly: one) != nil,
            Int64(exactly: two) != nil, Int64(exactly: one &+ two) != nil
        else { return nil }
        return common
    }

    /// The amount with the other sign.
    public var negated: Quantity { Quantity(mantissa: 0 &- mantissa, scale: scale, keptScale: keptScale) }

    /// The amount as a whole number; nil when it is none to Kubernetes, or too large.
    public var integer: Int64? {
        guard let keptScale, keptScale >= 0 else { return nil }
        return whole
    }

    /// The value as a whole number, however it was written.
    var whole: Int64? {
        guard scale >= 0, let whole = Quantity.shift(mantissa, by: scale) else { return nil }
        return Int64(exactly: whole)
    }

    /// The amount as a floating-point number.
    public var approximation: Double {
        // The digits times a power of ten, as Kubernetes computes it: a rounding more than the nearest number needs.
        let exponent = keptScale ?? scale
        guard let digits = Quantity.shift(mantissa, by: scale - exponent), let power = Double("1e\(exponent)") else {
            return .infinity
        }
        return exponent == 0 ? Double(digits) : Double(digits) * power
    }
}

extension Quantity: Hashable {
    /// Whether two amounts are equal, however they are written.
    public static func == (one: Quantity, other: Quantity) -> Bool {
        one.mantissa == other.mantissa && one.scale == other.scale
    }

    /// Hashes the amount.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(mantissa)
        hasher.combine(scale)
    }
}

/// An amount as a value of the language.
final class QuantityValue: OpaqueValue {
    static let type = CELType.opaque("kubernetes.Quantity", [])

    let quantity: Quantity
    let text: String

    init(_ quantity: Quantity, text: String? = nil) {
        self.quantity = quantity
        self.text = text ?? (quantity.whole.map { "\($0)" } ?? "\(quantity.mantissa)e\(quantity.scale)")
    }

    var typeName: String { "kubernetes.Quantity" }

    func isEqual(to other: any OpaqueValue) -> Bool { (other as? QuantityValue)?.quantity == quantity }
}

public import JSONView

extension Timestamp {
    /// Reads a moment as RFC 3339 writes it, in place.
    ///
    /// Fractions beyond nanoseconds are cut. A leap second counts as the next second's first. The date and time may be
    /// parted by `T`, `t` or a space. Nil where the text is something else, or lies beyond the years 1677 to 2262.
    ///
    /// - Parameter text: `2026-11-23T13:35:09.845086Z`, `2026-11-23T13:35:09+08:00`.
    @inlinable
    public init?(rfc3339 text: JSONText) {
        self.init(rfc3339: text.bytes)
    }

    /// Reads a moment as RFC 3339 writes it.
    ///
    /// - Parameters:
    ///   - bytes: `2026-11-23T13:35:09.845086Z` in ASCII.
    ///   - assumesUTC: whether a time without an offset is one of UTC; it is none otherwise.
    public init?(rfc3339 bytes: UnsafeBufferPointer<UInt8>, assumesUTC: Bool = false) {
        var digits = DigitReader(bytes)
        guard bytes.count >= 19,
            let year = digits.read(4), digits.skip(UInt8(ascii: "-")),
            let month = digits.read(2), digits.skip(UInt8(ascii: "-")),
            let day = digits.read(2), digits.skipSeparator(),
            let hour = digits.read(2), digits.skip(UInt8(ascii: ":")),
            let minute = digits.read(2), digits.skip(UInt8(ascii: ":")),
            let second = digits.read(2),
            month >= 1, month <= 12, day >= 1, day <= Self.days(in: month, of: year),
            hour < 24, minute < 60, second <= 60,
            let fraction = digits.readFraction(), let offset = digits.readOffset(assumesUTC: assumesUTC)
        else { return nil }
        let date = Self.daysSince1970(year: year, month: month, day: day)
        self.init(seconds: date * 86_400 + hour * 3600 + minute * 60 + second - offset, nanoseconds: fraction)
    }

    /// Makes a moment of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size.
    ///
    /// - Parameter number: the count; seconds up to the year 5138, and so on by thousands.
    public init?(epoch number: Int64) {
        switch number.magnitude {
        case ..<100_000_000_000: self.init(seconds: number)
        case ..<100_000_000_000_000: self.init(nanoseconds: number * 1_000_000)
        case ..<100_000_000_000_000_000: self.init(seconds: number / 1_000_000, nanoseconds: number % 1_000_000 * 1000)
        default: self.init(nanoseconds: number)
        }
    }

    /// The days from 1970-01-01 to a day of the Gregorian calendar.
    static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
        // Years begin in March, so that the leap day is the last; eras are 400 years of 146 097 days.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The year, month and day of a count of days from 1970-01-01.
    static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Timestamp: CustomStringConvertible {
    /// The moment as RFC 3339 writes it, in UTC, with as many decimals as it has.
    public var description: String {
        let (seconds, fraction) = nanoseconds.flooredDivision(by: 1_000_000_000)
        let (days, rest) = seconds.flooredDivision(by: 86_400)
        let date = Self.date(daysSince1970: days)
        var text: [UInt8] = []
        text.reserveCapacity(30)
        text.append(date.year, width: 4, then: UInt8(ascii: "-"))
        text.append(date.month, width: 2, then: UInt8(ascii: "-"))
        text.append(date.day, width: 2, then: UInt8(ascii: "T"))
        text.append(rest / 3600, width: 2, then: UInt8(ascii: ":"))
        text.append(rest / 60 % 60, width: 2, then: UInt8(ascii: ":"))
        text.append(rest % 60, width: 2, then: UInt8(ascii: "."))
        text.append(fraction, width: 9, then: 0)
        text.removeLast()
        while text.last == UInt8(ascii: "0") { text.removeLast() }
        if text.last == UInt8(ascii: ".") { text.removeLast() }
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads a moment as RFC 3339 writes it.
    ///
    /// - Parameter text: `2026-11-23T13:35:09Z`.
    public init?(_ text: String) {
        var copy = text
        guard let read = copy.withUTF8({ Timestamp(rfc3339: $0) }) else { return nil }
        self = read
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension [UInt8] {
    /// Writes a number that is not negative with leading zeros.
    fileprivate mutating func append(_ number: Int64, width: Int, then separator: UInt8) {
        let start = count
        var left = number
        for _ in 0..<width {
            insert(UInt8(ascii: "0") + UInt8(left % 10), at: start)
            left /= 10
        }
        append(separator)
    }
}

/// Reads digits out of bytes without leaving them.
private struct DigitReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    mutating func read(_ width: Int) -> Int64? {
        guard at + width <= bytes.count else { return nil }
        var value: Int64 = 0
        for position in at..<at + width {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value * 10 + Int64(digit)
        }
        at += width
        return value
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        at += 1
        return true
    }

    mutating func skipSeparator() -> Bool {
        skip(UInt8(ascii: "T")) || skip(UInt8(ascii: "t")) || skip(UInt8(ascii: " "))
    }

    /// The nanoseconds behind a point or comma; 0 where there is none, nil where no digit follows it.
    mutating func readFraction() -> Int64? {
        guard skip(UInt8(ascii: ".")) || skip(UInt8(ascii: ",")) else { return 0 }
        var value: Int64 = 0
        var unit: Int64 = 100_000_000
        let start = at
        while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            value += Int64(byte - UInt8(ascii: "0")) * unit
            unit /= 10
            at += 1
        }
        return at > start ? value : nil
    }

    /// The seconds east of Greenwich; nil where anything else stands or follows.
    mutating func readOffset(assumesUTC: Bool) -> Int64? {
        if assumesUTC, at == bytes.count { return 0 }
        if skip(UInt8(ascii: "Z")) || skip(UInt8(ascii: "z")) { return at == bytes.count ? 0 : nil }
        let sign: Int64
        if skip(UInt8(ascii: "+")) {
            sign = 1
        } else if skip(UInt8(ascii: "-")) {
            sign = -1
        } else {
            return nil
        }
        guard let hours = read(2) else { return nil }
        _ = skip(UInt8(ascii: ":"))
        guard let minutes = read(2), hours < 24, minutes < 60, at == bytes.count else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}

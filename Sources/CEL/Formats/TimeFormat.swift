/// Moments and lengths of time as text.
enum TimeFormat {
    /// A day of the proleptic Gregorian calendar.
    struct Civil: Equatable {
        var year: Int
        var month: Int
        var day: Int
    }

    /// The day so many days after 1970-01-01.
    static func civil(days: Int64) -> Civil {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let number = month < 10 ? month + 3 : month - 9
        return Civil(year: Int(yearOfEra + era * 400) + (number <= 2 ? 1 : 0), month: Int(number), day: Int(day))
    }

    /// How many days a day is after 1970-01-01.
    static func days(_ civil: Civil) -> Int64 {
        let year = Int64(civil.month <= 2 ? civil.year - 1 : civil.year)
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = Int64((153 * (civil.month > 2 ? civil.month - 3 : civil.month + 9) + 2) / 5 + civil.day - 1)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// RFC 3339 in UTC, with as many digits of the second as are needed.
    static func timestamp(_ seconds: Int64, _ nanoseconds: Int32) -> String {
        let days = Int64((Double(seconds) / 86_400).rounded(.down))
        let second = seconds - days * 86_400
        let date = civil(days: days)
        return "\(pad(date.year, 4))-\(pad(date.month, 2))-\(pad(date.day, 2))T\(pad(Int(second / 3600), 2)):"
            + "\(pad(Int(second / 60 % 60), 2)):\(pad(Int(second % 60), 2))\(fraction(Int64(nanoseconds)))Z"
    }

    /// Seconds with as many digits as are needed: `1.5s`.
    static func duration(_ nanoseconds: Int64) -> String {
        let magnitude = nanoseconds.magnitude
        return (nanoseconds < 0 ? "-" : "") + "\(magnitude / 1_000_000_000)"
            + "\(fraction(Int64(magnitude % 1_000_000_000)))s"
    }

    private static func fraction(_ nanoseconds: Int64) -> String {
        guard nanoseconds != 0 else { return "" }
        var digits = pad(Int(nanoseconds), 9)
        while digits.last == "0" { digits.removeLast() }
        return "." + digits
    }

    private static func pad(_ value: Int, _ width: Int) -> String {
        let text = "\(value)"
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// Reads RFC 3339; nil when the text is none or stands outside the years 1 to 9999.
    static func parseTimestamp(_ text: String) -> Timestamp? {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), reader.take("T"), let hour = reader.number(2),
            reader.take(":"), let minute = reader.number(2), reader.take(":"), let second = reader.number(2),
            (1...12).contains(month), day >= 1, hour < 24, minute < 60, second < 60
        else { return nil }
        let dayNumber = days(Civil(year: year, month: month, day: day))
        guard civil(days: dayNumber) == Civil(year: year, month: month, day: day) else { return nil }
        var nanoseconds = 0
        if reader.take(".") {
            guard let fraction = reader.fraction() else { return nil }
            nanoseconds = fraction
        }
        guard let offset = reader.zone(), reader.isAtEnd else { return nil }
        let seconds = dayNumber * 86_400 + Int64(hour * 3600 + minute * 60 + second) - Int64(offset)
        return Timestamp(seconds: seconds, nanoseconds: Int32(nanoseconds))
    }

    /// Reads a length of time as Go spells it (`1h30m`, `-1.5s`, `10ms`); nil when the text is none or too long.
    static func parseDuration(_ text: String) -> Int64? {
        var rest = text.utf8[...]
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest.removeFirst()
        }
        if rest.elementsEqual("0".utf8) { return 0 }
        guard !rest.isEmpty else { return nil }
        var total: UInt64 = 0
        while !rest.isEmpty {
            let whole = rest.prefix { $0.isDigit }
            rest = rest.dropFirst(whole.count)
            var fraction: Substring.UTF8View.SubSequence = "".utf8[...]
            if rest.first == UInt8(ascii: ".") {
                rest.removeFirst()
                fraction = rest.prefix { $0.isDigit }
                rest = rest.dropFirst(fraction.count)
            }
            guard !whole.isEmpty || !fraction.isEmpty else { return nil }
            let unit = rest.prefix { !$0.isDigit && $0 != UInt8(ascii: ".") }
            rest = rest.dropFirst(unit.count)
            guard let scale = units[String(decoding: unit, as: UTF8.self)] else { return nil }
            guard let count = whole.isEmpty ? 0 : UInt64(String(decoding: whole, as: UTF8.self)) else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: scale)
            guard !overflow else { return nil }
            var part: Double = 0
            var weight = 0.1
            for digit in fraction.prefix(18) {
                part += Double(digit &- UInt8(ascii: "0")) * weight
                weight /= 10
            }
            let (sum, over) = total.addingReportingOverflow(product)
            let (next, more) = sum.addingReportingOverflow(UInt64((part * Double(scale)).rounded()))
            guard !over, !more else { return nil }
            total = next
        }
        if isNegative { return total <= UInt64(Int64.max) + 1 ? Int64(truncatingIfNeeded: 0 &- total) : nil }
        return Int64(exactly: total)
    }

    private static let units: [String: UInt64] = [
        "ns": 1, "us": 1000, "µs": 1000, "μs": 1000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
        "h": 3_600_000_000_000,
    ]
}

/// Reads fixed-width numbers.
private struct DigitReader {
    private var rest: Substring.UTF8View.SubSequence

    init(_ text: String) { rest = Substring(text).utf8[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        let digits = rest.prefix(width)
        guard digits.count == width, digits.allSatisfy({ $0.isDigit }) else { return nil }
        rest = rest.dropFirst(width)
        return Int(String(decoding: digits, as: UTF8.self))
    }

    /// Digits behind a decimal point, as nanoseconds.
    mutating func fraction() -> Int? {
        let digits = rest.prefix { $0.isDigit }
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        let nine = Array(digits.prefix(9)) + Array(repeating: UInt8(ascii: "0"), count: max(0, 9 - digits.count))
        return Int(String(decoding: nine, as: UTF8.self))
    }

    /// The offset from UTC in seconds.
    mutating func zone() -> Int? {
        if take("Z") { return 0 }
        let sign = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 3600 + minutes * 60)
    }
}

internal import SecurityEvents

/// A part of a time, as Sigma's modifiers name it; times are in UTC.
enum SigmaTimePart: String, CaseIterable, Sendable {
    case minute, hour, day, week, month, year

    /// The numbers that a part may have.
    var range: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .day: 1...31
        case .week: 1...53
        case .month: 1...12
        case .year: 1...9999
        }
    }

    /// The part of a moment.
    func value(of time: Timestamp) -> Int {
        let seconds = Int(Self.floor(time.nanoseconds, 1_000_000_000))
        let days = Int(Self.floor(Int64(seconds), 86_400))
        let second = seconds - days * 86_400
        switch self {
        case .minute: return second / 60 % 60
        case .hour: return second / 3600
        case .day: return Self.civil(days).day
        case .month: return Self.civil(days).month
        case .year: return Self.civil(days).year
        case .week: return Self.week(days)
        }
    }

    private static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-(value + 1)) / divisor) - 1
    }

    /// The date of a day counted from 1970-01-01 (Howard Hinnant's algorithm).
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * ofYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * part + 2) / 5 + 1)
    }

    /// The week of ISO 8601: weeks begin on Monday, and the first has the year's first Thursday.
    private static func week(_ days: Int) -> Int {
        // 1970-01-01 was a Thursday.
        let weekday = ((days + 3) % 7 + 7) % 7
        let thursday = days - weekday + 3
        let year = civil(thursday).year
        var first = thursday
        while civil(first - 7).year == year { first -= 7 }
        return (thursday - first) / 7 + 1
    }
}

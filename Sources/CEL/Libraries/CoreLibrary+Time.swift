import JSONView

extension Library {
    /// Parts of moments and of lengths of time.
    static let moments: [Overload] =
        part("getFullYear", "The year.") { Int64($0.date.year) }
        + part("getMonth", "The month, from 0.") { Int64($0.date.month - 1) }
        + part("getDate", "The day of the month, from 1.") { Int64($0.date.day) }
        + part("getDayOfMonth", "The day of the month, from 0.") { Int64($0.date.day - 1) }
        + part("getDayOfWeek", "The day of the week, Sunday is 0.") { (($0.days + 4) % 7 + 7) % 7 }
        + part("getDayOfYear", "The day of the year, from 0.") {
            $0.days - TimeFormat.days(.init(year: $0.date.year, month: 1, day: 1))
        }
        + part("getHours", "The hour.", duration: 3_600_000_000_000) { $0.second / 3600 }
        + part("getMinutes", "The minute.", duration: 60_000_000_000) { $0.second / 60 % 60 }
        + part("getSeconds", "The second.", duration: 1_000_000_000) { $0.second % 60 }
        + part("getMilliseconds", "The millisecond.") { Int64($0.nanoseconds) / 1_000_000 }
        + [
            .member("duration_to_milliseconds", "getMilliseconds", [.duration], .int, "The milliseconds.") {
                arguments in
                guard case .duration(let nanoseconds) = arguments[0] else { return .int(0) }
                return .int(nanoseconds / 1_000_000 % 1000)
            }
        ]

    /// A moment within a time zone.
    private struct LocalTime {
        let days: Int64
        let second: Int64
        let nanoseconds: Int32
        let date: TimeFormat.Civil

        init(_ seconds: Int64, _ nanoseconds: Int32) {
            second = ((seconds % 86_400) + 86_400) % 86_400
            days = (seconds - second) / 86_400
            date = TimeFormat.civil(days: days)
            self.nanoseconds = nanoseconds
        }
    }

    private static func part(
        _ function: String, _ documentation: String, duration scale: Int64? = nil,
        _ part: @escaping @Sendable (LocalTime) -> Int64
    ) -> [Overload] {
        let name = "timestamp_to_\(function.dropFirst(3).lowercased())"
        var overloads: [Overload] = [
            .member(name, function, [.timestamp], .int, documentation) { arguments in
                guard case .timestamp(let seconds, let nanoseconds) = arguments[0] else { return .int(0) }
                return .int(part(LocalTime(seconds, nanoseconds)))
            },
            .member("\(name)_with_tz", function, [.timestamp, .string], .int, documentation) { arguments in
                guard case .timestamp(let seconds, let nanoseconds) = arguments[0] else { return .int(0) }
                let zone = String(arguments.string(1))
                guard let offset = TimeZoneOffset.seconds(zone, at: seconds) else {
                    return arguments.error("unknown time zone \(zone)")
                }
                return .int(part(LocalTime(seconds + offset, nanoseconds)))
            },
        ]
        if let scale {
            overloads.append(
                .member("duration_to_\(function.dropFirst(3).lowercased())", function, [.duration], .int, documentation)
                {
                    arguments in
                    guard case .duration(let nanoseconds) = arguments[0] else { return .int(0) }
                    return .int(nanoseconds / scale)
                })
        }
        return overloads
    }
}

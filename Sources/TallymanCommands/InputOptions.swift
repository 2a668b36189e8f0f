import ArgumentParser
import SecurityEvents

extension LogFormat: ExpressibleByArgument {}

extension Level: ExpressibleByArgument {}

/// A moment as a person gives it: RFC 3339, a date, or how long ago.
struct Moment: ExpressibleByArgument {
    let timestamp: Timestamp

    init?(argument: String) {
        if let timestamp = Timestamp(argument) ?? Timestamp(argument + "T00:00:00Z") {
            self.timestamp = timestamp
        } else if let ago = Self.seconds(argument), let timestamp = Timestamp(seconds: SystemClock.seconds - ago) {
            self.timestamp = timestamp
        } else {
            return nil
        }
    }

    /// `90s`, `15m`, `24h`, `7d`.
    private static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()), count >= 0 else {
            return nil
        }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? nil : seconds
    }
}

import SecurityEvents

/// Where reading a journal begins.
package enum JournalPlace: Sendable, Equatable {
    /// With the entry that was read last, by its cursor.
    case entry(String)
    /// With what came from a moment on, where no entry was read yet.
    case moment(Timestamp)

    /// Reads what ``text`` wrote.
    ///
    /// - Parameter text: the place, as it was kept.
    init(_ text: String) {
        // A cursor begins with a letter.
        if text.hasPrefix("@"), let nanoseconds = Int64(text.dropFirst()) {
            self = .moment(Timestamp(nanoseconds: nanoseconds))
        } else {
            self = .entry(text)
        }
    }

    /// The place as it is kept.
    var text: String {
        switch self {
        case .entry(let cursor): cursor
        case .moment(let moment): "@\(moment.nanoseconds)"
        }
    }

    /// A moment as `journalctl` takes it: seconds since 1970, with microseconds behind the dot.
    ///
    /// - Parameter moment: the moment.
    /// - Returns: the seconds.
    static func seconds(_ moment: Timestamp) -> String {
        let (seconds, rest) = max(moment.nanoseconds, 0).quotientAndRemainder(dividingBy: 1_000_000_000)
        let digits = String(rest / 1000)
        return "\(seconds)." + String(repeating: "0", count: 6 - digits.count) + digits
    }
}

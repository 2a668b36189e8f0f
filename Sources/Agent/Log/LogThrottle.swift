/// Sees that no source fills the log: of what one says within a minute only the first lines are written, and later how many
/// were not.
///
/// All of it is counted in the metrics, and gaps are in the ledger.
struct LogThrottle {
    /// What may be written.
    enum Verdict: Equatable {
        /// The line, and before it how many were left out.
        case write(leftOut: Int)
        case leaveOut
    }

    private struct Window {
        var start: ContinuousClock.Instant
        var written = 0
        var leftOut = 0
    }

    private let limit: Int
    private let length: Duration
    private let sources: Int
    private var windows: [String: Window] = [:]

    /// Makes a throttle.
    ///
    /// - Parameters:
    ///   - limit: how many lines of one source are written within a window.
    ///   - length: how long a window is.
    ///   - sources: how many sources are told apart; names come from outside.
    init(limit: Int = 30, length: Duration = .seconds(60), sources: Int = 1000) {
        self.limit = limit
        self.length = length
        self.sources = sources
    }

    /// Asks for a line of a source.
    mutating func ask(_ source: String, at now: ContinuousClock.Instant) -> Verdict {
        let name = windows[source] != nil || windows.count < sources ? source : ""
        var window = windows[name] ?? Window(start: now)
        let isOver = now - window.start >= length
        let leftOut = isOver ? window.leftOut : 0
        if isOver { window = Window(start: now) }
        defer { windows[name] = window }
        guard window.written < limit else {
            window.leftOut += 1
            return .leaveOut
        }
        window.written += 1
        return .write(leftOut: leftOut)
    }
}

import Agent
import Reports

/// One line on a terminal that says how far a long work is; nothing where nobody looks.
final class ProgressLine {
    private let isShown: Bool
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var last: ContinuousClock.Instant
    private var isOnScreen = false

    init(isShown: Bool) {
        self.isShown = isShown
        start = clock.now
        last = start
    }

    /// Shows how far it is, five times a second at most.
    func show(_ progress: HuntProgress) {
        guard isShown, clock.now - last >= .milliseconds(200) else { return }
        last = clock.now
        let elapsed = last - start
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        var text = visible(progress.input)
        if let total = progress.total, total > 0 { text += "  \(min(100, progress.bytes * 100 / total)) %" }
        let rate = Int(Double(progress.events) / max(seconds, 0.001))
        text += "  \(progress.events) events  \(rate)/s  \(progress.findings) findings"
        let width = max(20, (Terminal.standardError.columns ?? 80) - 1)
        Terminal.standardError.write("\r\u{1B}[K\(text.prefix(width))")
        isOnScreen = true
    }

    /// Takes the line away, so that something else can be printed.
    func clear() {
        guard isOnScreen else { return }
        Terminal.standardError.write("\r\u{1B}[K")
        isOnScreen = false
    }
}

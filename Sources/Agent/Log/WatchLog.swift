internal import EventSources
package import Ledger
package import Logging
internal import SecurityEvents
internal import Synchronization

/// Says in the log what the pipeline hands out besides findings.
package final class WatchLog: Sendable {
    private let logger: Logger
    private let throttle = Mutex(LogThrottle())

    /// Says things in a log.
    package init(_ logger: Logger) { self.logger = logger }

    /// Says what a pipeline handed out; findings have an output of their own.
    package func say(_ output: WatchOutput) {
        switch output {
        case .finding(let finding):
            logger.debug(
                "finding",
                metadata: [
                    "id": "\(finding.id)", "rule": "\(finding.ruleName)", "level": "\(finding.level.rawValue)",
                ])
        case .gap(let gap): if isWelcome(gap.source) { say(gap) }
        case .fault(let fault):
            guard isWelcome(fault.file) else { return }
            let level: Logger.Level = fault.severity == .error ? .warning : .notice
            var fields: Logger.Metadata = ["source": "\(fault.file)"]
            if fault.line > 0 { fields["line"] = "\(fault.line)" }
            logger.log(level: level, "\(fault.message)", metadata: fields)
        case .notice(let notice):
            guard isWelcome(notice.source) else { return }
            let level: Logger.Level = notice.isFollowing == false ? .warning : .info
            logger.log(level: level, "\(notice.message)", metadata: ["source": "\(notice.source)"])
        }
    }

    /// Says how the ledger does.
    package func say(_ report: LedgerWriter.Report) {
        switch report {
        case .failing(let error):
            logger.error(
                "the ledger takes no entries; judging goes on, and it is tried again", metadata: ["reason": "\(error)"])
        case .recovered(let gap): say(gap)
        }
    }

    /// Whether a source may write another line.
    private func isWelcome(_ source: String) -> Bool {
        switch throttle.withLock({ $0.ask(source, at: .now) }) {
        case .leaveOut: return false
        case .write(leftOut: 0): return true
        case .write(let count):
            logger.notice("\(count) lines of this source were left out", metadata: ["source": "\(source)"])
            return true
        }
    }

    private func say(_ gap: Gap) {
        var fields: Logger.Metadata = ["source": "\(gap.source)"]
        if let from = gap.from { fields["from"] = "\(from)" }
        if let to = gap.to { fields["to"] = "\(to)" }
        if let estimate = gap.estimate { fields["estimate"] = "\(estimate)" }
        if gap.isSuspicious { fields["suspicious"] = "true" }
        logger.warning("gap: \(gap.reason)", metadata: fields)
    }
}

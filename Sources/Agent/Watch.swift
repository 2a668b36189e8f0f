package import EventSources
package import Ledger
package import Reports
package import SecurityEvents

/// What following live sources hands out.
package enum WatchOutput: Sendable {
    case finding(Finding)
    case gap(Gap)
    case fault(Diagnostic)
    case notice(SourceNotice)
}

/// Follows live sources, judges what they tell, and hands out the findings as they come.
///
/// The one way through for sources that do not end. One task takes all items, so a slow ledger slows the sources and
/// nothing is held without bound.
package struct Watch<Rules: Judge> {
    private var judge: Rules
    private let level: Level
    private let ledger: LedgerWriter?
    private var readers: [String: LogReader] = [:]
    /// What each source told last; sources are what the user named, so they are few.
    private var kinds: [String: SourceType] = [:]
    private var summary = RunSummary()

    /// Prepares the work.
    ///
    /// - Parameters:
    ///   - judge: what is said about events.
    ///   - level: findings below are left out.
    ///   - ledger: where deployments, findings and gaps are kept; nil keeps nothing.
    package init(judge: consuming Rules, level: Level = .informational, ledger: LedgerWriter? = nil) {
        self.judge = judge
        self.level = level
        self.ledger = ledger
    }

    /// Follows sources until they end or the task is cancelled.
    ///
    /// - Parameters:
    ///   - sources: what is followed.
    ///   - report: called for each output, in order.
    /// - Returns: what was read and found.
    /// - Throws: why a source is of no use, or why the ledger took nothing more.
    package consuming func run(
        _ sources: [any EventSource], report: (WatchOutput) -> Void
    ) async throws -> RunSummary {
        let clock = ContinuousClock()
        let start = clock.now
        summary.files = sources.count
        do {
            try await withSourceItems(from: sources) { items in
                for try await item in items { try await take(item, report) }
            }
        } catch is CancellationError {
            // Asked to stop: what was read is finished and kept below.
        }
        for name in readers.keys.sorted() { try await finish(name, report) }
        try await ledger?.flush()
        for reservation in judge.reservations {
            report(.fault(Diagnostic(.warning, file: "rules", message: reservation)))
        }
        summary.elapsed = clock.now - start
        return summary
    }

    private mutating func take(_ item: SourceItem, _ report: (WatchOutput) -> Void) async throws {
        switch item {
        case .record(let record): try await read(record, report)
        case .gap(let gap):
            summary.gaps += 1
            report(.gap(gap))
            try await ledger?.add(.gap(gap))
            guard let finding = Finding(gap, in: kinds[gap.source] ?? .kubernetesAudit), finding.level >= level else {
                return
            }
            summary.count(finding.level)
            report(.finding(finding))
            try await ledger?.add(.finding(finding))
        case .fault(let fault):
            summary.count(fault, isSkipped: true)
            report(.fault(fault))
        case .notice(let notice): report(.notice(notice))
        case .mark(let mark):
            try await ledger?.flush()
            await mark.kept()
        }
    }

    private mutating func read(_ record: SourceRecord, _ report: (WatchOutput) -> Void) async throws {
        // Inspections and events of one engine are records of their own, so a reader a source and format; sources are
        // what the user named, so they are few.
        let name = "\(record.position.name)\u{0}\(record.format?.rawValue ?? "")"
        var reader = readers.removeValue(forKey: name) ?? LogReader(forced: record.format)
        var entries: [LedgerEntry] = []
        summary.lines += 1
        summary.bytes += record.bytes.count
        record.bytes.withUnsafeBytes { bytes in
            reader.read(bytes, at: record.position) { event in
                guard record.isFound, event.action == .create else { return observe(event, &entries, report) }
                var found = copy event
                found.action = .found
                observe(found, &entries, report)
            }
        }
        try await close(reader: &reader, entries, report)
        readers[name] = reader
    }

    private mutating func finish(_ name: String, _ report: (WatchOutput) -> Void) async throws {
        guard var reader = readers.removeValue(forKey: name) else { return }
        var entries: [LedgerEntry] = []
        reader.finish { event in observe(event, &entries, report) }
        try await close(reader: &reader, entries, report)
    }

    private mutating func close(
        reader: inout LogReader, _ entries: [LedgerEntry], _ report: (WatchOutput) -> Void
    ) async throws {
        for diagnostic in reader.takeDiagnostics() {
            summary.count(diagnostic, isSkipped: diagnostic.severity == .error)
            report(.fault(diagnostic))
        }
        guard let ledger else { return }
        for entry in entries { try await ledger.add(entry) }
    }

    private mutating func observe(
        _ event: borrowing Event, _ entries: inout [LedgerEntry], _ report: (WatchOutput) -> Void
    ) {
        // Values of an event are views: its documents must outlive all that is done here.
        defer { withExtendedLifetime((event.document, event.attachments)) {} }
        summary.count(event.source)
        if kinds[event.position.name] != event.source { kinds[event.position.name] = event.source }
        if ledger != nil, event.isKept {
            entries.append(.deployment(EventRecord(copying: event, key: event.ledgerKey)))
        }
        for finding in judge.judge(event) where finding.level >= level {
            summary.count(finding.level)
            if ledger != nil { entries.append(.finding(finding)) }
            report(.finding(finding))
        }
    }
}

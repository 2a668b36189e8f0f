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
    /// Between how many records what is costly to count is counted, besides when somebody asks.
    private static var stretch: Int { 4096 }
    /// How often to look for a log that has gone quiet.
    private static var pause: Duration { .seconds(1) }
    /// For how long a record may wait for others that say more of it.
    private static var patience: Duration { .seconds(3) }
    /// For how long a place is not kept because something before it waits: a busy log may never have nothing that does.
    private static var longest: Duration { .seconds(10) }

    private var judge: Rules
    private let level: Level
    private let ledger: LedgerWriter?
    private let metrics: AgentMetrics
    private let health: AgentHealth
    private var readers: [String: LogReader] = [:]
    /// When each log told something last, while what it told may still wait for more.
    private var unsettled: [String: ContinuousClock.Instant] = [:]
    /// How far logs were read of which something waits for later lines: were it kept, an agent that is killed would lose that.
    private var held: [String: (places: [LedgerPlace], since: ContinuousClock.Instant)] = [:]
    /// Which state of its open calls each log's ledger has.
    private var openCalls: [String: Int] = [:]
    /// What each source told last; sources are what the user named, so they are few.
    private var kinds: [String: SourceType] = [:]
    private var summary = RunSummary()
    private var policies = AuditPolicyWatch()
    private var damaged = DamagedRecords()
    /// What a record's events showed to be missing.
    private var gaps: [Gap] = []
    private let clock = ContinuousClock()

    /// Prepares the work.
    ///
    /// - Parameters:
    ///   - judge: what is said about events.
    ///   - level: findings below are left out.
    ///   - ledger: where deployments, findings and gaps are kept; nil keeps nothing.
    ///   - metrics: where is counted what was done.
    ///   - health: is told that the work goes on.
    package init(
        judge: consuming Rules, level: Level = .informational, ledger: LedgerWriter? = nil,
        metrics: AgentMetrics = AgentMetrics(), health: AgentHealth = AgentHealth()
    ) {
        self.judge = judge
        self.level = level
        self.ledger = ledger
        self.metrics = metrics
        self.health = health
    }

    /// Follows sources until they end, are stopped or the task is cancelled.
    ///
    /// - Parameters:
    ///   - sources: what is followed.
    ///   - capacity: how many bytes may wait to be judged.
    ///   - stop: returns when the sources shall end; what waits then is judged. Cancelling leaves it.
    ///   - report: called for each output, in order.
    /// - Returns: what was read and found.
    /// - Throws: why a source is of no use, or why the ledger did not take what was left at the end.
    package consuming func run(
        _ sources: [any EventSource], capacity: Int = 32 << 20, until stop: (@Sendable () async -> Void)? = nil,
        report: (WatchOutput) -> Void
    ) async throws -> RunSummary {
        let start = clock.now
        summary.files = sources.count
        let names = sources.map(\.name)
        for name in names { metrics.begin(name) }
        do {
            try await withSourceItems(from: sources, capacity: capacity, until: stop, every: Self.pause) { items in
                health.begins(items, of: names)
                for try await item in items {
                    try Task.checkCancellation()
                    await take(item, report)
                    health.took()
                }
            }
        } catch is CancellationError {
            // Asked to stop at once: what was read is finished and kept below.
        }
        for name in readers.keys.sorted() { await finish(name, report) }
        for gap in damaged.due(at: nil, now: SystemTime.now) { await take(gap, report) }
        try await ledger?.flush()
        for reservation in judge.reservations {
            report(.fault(Diagnostic(.warning, file: "rules", message: reservation)))
        }
        summary.elapsed = clock.now - start
        return summary
    }

    private mutating func take(_ item: SourceItem, _ report: (WatchOutput) -> Void) async {
        switch item {
        case .record(let record): await read(record, report)
        case .gap(let gap): await take(gap, report)
        case .fault(let fault):
            summary.count(fault, isSkipped: true)
            metrics.count(fault: fault.file)
            report(.fault(fault))
            guard fault.severity == .error, fault.line > 0 else { return }
            await lose(1, in: fault.file, fault, report)
        case .notice(let notice):
            metrics.count(notice)
            health.note(notice)
            report(.notice(notice))
        case .mark(let mark):
            guard let ledger else { return await mark.kept() }
            // What waits for later lines is before this place: an agent that is killed reads it again.
            let isHeld = mark.place.map { place in held.keys.contains { $0.hasPrefix(place.source + "\u{0}") } }
            await ledger.add([], places: isHeld == true ? [] : Self.places(mark.place))
            await ledger.mark(mark.kept)
        case .pause:
            await settle(report)
            for gap in damaged.due(at: clock.now, now: SystemTime.now) { await take(gap, report) }
        }
    }

    private mutating func take(_ gap: Gap, _ report: (WatchOutput) -> Void) async {
        summary.gaps += 1
        metrics.count(gap)
        report(.gap(gap))
        await ledger?.add(.gap(gap))
        guard let finding = Finding(gap, in: kinds[gap.source] ?? .kubernetesAudit), finding.level >= level else {
            return
        }
        summary.count(finding.level)
        metrics.count(finding)
        report(.finding(finding))
        await ledger?.add(.finding(finding))
    }

    private mutating func read(_ record: SourceRecord, _ report: (WatchOutput) -> Void) async {
        // Inspections and events of one engine are records of their own, so a reader a source and format; sources are
        // what the user named, so they are few.
        let name = "\(record.position.name)\u{0}\(record.format?.rawValue ?? "")"
        var reader = readers.removeValue(forKey: name) ?? LogReader(forced: record.format)
        var entries: [LedgerEntry] = []
        summary.lines += 1
        summary.bytes += record.bytes.count
        metrics.count(record: record.bytes.count, of: record.position.name)
        if metrics.takeQuestion() || summary.lines % Self.stretch == 0 { metrics.set(forgotten: judge.forgotten) }
        record.bytes.withUnsafeBytes { bytes in
            reader.read(bytes, at: record.position) { event in
                guard record.isFound, event.action == .create else { return observe(event, &entries, report) }
                var found = copy event
                found.action = .found
                observe(found, &entries, report)
            }
        }
        // The ledger has it from an earlier run; findings have keys of their own.
        if record.isKnown { entries.removeAll { $0.kind == .deployment } }
        for gap in gaps { await take(gap, report) }
        gaps = []
        var places = safe(
            Self.places(record.place, record.remembered), of: name, whileHolding: reader.isHolding)
        // Where no place is kept, nobody goes on behind the call either.
        if record.place != nil { places += open(in: reader, of: name) }
        await close(reader: &reader, entries, places, report)
        readers[name] = reader
        unsettled[name] = clock.now
    }

    private static func places(_ places: SourcePlace?...) -> [LedgerPlace] {
        places.compactMap { place in place.map { LedgerPlace(source: $0.source, bytes: $0.bytes) } }
    }

    /// The places that may be kept with what a record made.
    private mutating func safe(_ places: [LedgerPlace], of name: String, whileHolding isHolding: Bool) -> [LedgerPlace]
    {
        guard isHolding else {
            // What waited was given out; a later place comes in the stead of the one that was held.
            let waited = held.removeValue(forKey: name)?.places ?? []
            return places.isEmpty ? waited : places
        }
        guard !places.isEmpty else { return [] }
        let since = held[name]?.since ?? clock.now
        guard clock.now - since < Self.longest else {
            held[name] = nil
            return places
        }
        held[name] = (places, since)
        return []
    }

    /// Judges what waits in logs that have gone quiet: what would say more of it does not come.
    private mutating func settle(_ report: (WatchOutput) -> Void) async {
        let quiet = unsettled.filter { clock.now - $0.value >= Self.patience }.keys.sorted()
        for name in quiet {
            unsettled[name] = nil
            guard var reader = readers.removeValue(forKey: name) else { continue }
            var entries: [LedgerEntry] = []
            reader.settle { event in observe(event, &entries, report) }
            var places = safe([], of: name, whileHolding: reader.isHolding)
            if openCalls[name] != nil { places += open(in: reader, of: name) }
            await close(reader: &reader, entries, places, report)
            readers[name] = reader
        }
    }

    private mutating func finish(_ name: String, _ report: (WatchOutput) -> Void) async {
        guard var reader = readers.removeValue(forKey: name) else { return }
        var entries: [LedgerEntry] = []
        reader.finish { event in observe(event, &entries, report) }
        var places = held.removeValue(forKey: name)?.places ?? []
        if openCalls[name] != nil { places += open(in: reader, of: name) }
        await close(reader: &reader, entries, places, report)
    }

    /// The calls of a log that wait for their answers, where they are others than the ledger has.
    ///
    /// They are kept in the transaction that has the place behind them, so that the next process can say that they were.
    private mutating func open(in reader: borrowing LogReader, of name: String) -> [LedgerPlace] {
        let changes = reader.openCallChanges
        guard ledger != nil, changes != openCalls[name, default: 0] else { return [] }
        openCalls[name] = changes
        let open = reader.openCalls
        let source = FollowedFile.openCalls(of: String(name.prefix { $0 != "\u{0}" }))
        return [LedgerPlace(source: source) { open.count == 0 ? [] : open.json }]
    }

    private mutating func close(
        reader: inout LogReader, _ entries: [LedgerEntry], _ places: [LedgerPlace], _ report: (WatchOutput) -> Void
    ) async {
        let diagnostics = reader.takeDiagnostics()
        for diagnostic in diagnostics {
            summary.count(diagnostic, isSkipped: diagnostic.severity == .error)
            metrics.count(fault: diagnostic.file)
            report(.fault(diagnostic))
        }
        if let (count, file) = reader.takeDamaged() {
            await lose(count, in: file, diagnostics.first { $0.severity == .error }, report)
        }
        await ledger?.add(entries, places: places)
    }

    /// Says that records are damaged; before the place behind them is kept.
    private mutating func lose(
        _ count: Int, in source: String, _ first: Diagnostic?, _ report: (WatchOutput) -> Void
    ) async {
        // Of a log with many faults only the first are described.
        let reason = first.map { "line \($0.line): \($0.message)" } ?? "the text is damaged"
        if let gap = damaged.note(count, in: source, reason, at: clock.now, now: SystemTime.now) {
            await take(gap, report)
        }
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
        if let gap = policies.observe(event) { gaps.append(gap) }
        let start = clock.now
        let findings = judge.judge(event)
        metrics.count(event: event.position.name, event.source, at: event.time, judgedIn: clock.now - start)
        for finding in findings where finding.level >= level {
            summary.count(finding.level)
            metrics.count(finding)
            if ledger != nil { entries.append(.finding(finding)) }
            report(.finding(finding))
        }
    }
}

package import Ledger
internal import LogLines
internal import Reports
package import SecurityEvents

/// Reads logs to their end, judges what they tell, and hands out the findings.
///
/// The one way through for files: lines, records, events, joins, findings. It does not print.
package struct Hunt<Rules: Judge> {
    /// How many lines are read between two looks at the ledger and the clock.
    private static var stretch: Int { 2048 }

    private let options: HuntOptions
    private var judge: Rules
    private let ledger: (any LedgerStore)?
    private var pending: [LedgerEntry] = []
    private var result = HuntResult()
    private var statistics = ReadStatistics()
    /// Diagnostics that the reader at work gave out: it gives only the first, but counts all.
    private var given = (errors: 0, others: 0)

    /// Prepares the work.
    ///
    /// - Parameters:
    ///   - judge: what is said about events.
    ///   - options: what to read and what to keep.
    ///   - ledger: where deployments, findings and gaps are kept; nil keeps nothing.
    package init(judge: consuming Rules, options: HuntOptions = HuntOptions(), ledger: (any LedgerStore)? = nil) {
        self.judge = judge
        self.options = options
        self.ledger = ledger
    }

    /// Does the work.
    ///
    /// - Parameters:
    ///   - inputs: the logs, in order.
    ///   - progress: called between stretches of lines.
    ///   - report: called for each finding, in the order of the logs; false ends the work.
    /// - Returns: what became of it.
    /// - Throws: why the ledger could not take what was found.
    package consuming func run(
        _ inputs: [HuntInput], progress: (HuntProgress) -> Void = { _ in }, report: (Finding) -> Bool
    ) async throws(LedgerError) -> HuntResult {
        let clock = ContinuousClock()
        let start = clock.now
        var goesOn = true
        for input in inputs where goesOn {
            goesOn = try await read(input, progress: progress, report: report)
        }
        try await keepPending()
        result.summary.elapsed = clock.now - start
        result.reservations = judge.reservations
        if options.endsProcess { keepUntilExit(judge) }
        return result
    }

    private mutating func read(
        _ input: HuntInput, progress: (HuntProgress) -> Void, report: (Finding) -> Bool
    ) async throws(LedgerError) -> Bool {
        let lines: LineReader
        do throws(LogOpenError) {
            lines = try input.open()
        } catch {
            result.unreadable.append(Diagnostic(file: input.name, message: error.reason.explanation))
            return true
        }
        if options.readsAhead { return try await judgeAhead(input, lines, progress: progress, report: report) }
        var reader = LogReader(forced: options.format)
        var goesOn = true
        var isOpen = true
        while isOpen, goesOn {
            isOpen = readStretch(lines, &reader, &goesOn, report)
            take(reader.takeDiagnostics())
            try await keepPending()
            show(lines.bytesRead, of: lines.bytesTotal, of: input, reader.statistics.events, progress)
        }
        reader.finish { event in goesOn = observe(event, report) && goesOn }
        take(reader.takeDiagnostics())
        close(input, ReadTotal(lines, reader.statistics))
        return goesOn
    }

    /// Judges what another thread reads.
    private mutating func judgeAhead(
        _ input: HuntInput, _ lines: LineReader, progress: (HuntProgress) -> Void, report: (Finding) -> Bool
    ) async throws(LedgerError) -> Bool {
        let size = lines.bytesTotal
        let sieve = judge.makeSieve()
        let keeps = ledger != nil
        let ahead = ReadAhead(lines, format: options.format) { event in
            guard let sieve else { return true }
            return sieve(event) || (keeps && event.isKept)
        }
        ahead.start()
        defer { ahead.stop() }
        var goesOn = true
        var isLast = false
        // Where nobody wants to hear more, what was read until then is counted.
        var total = ReadTotal()
        while goesOn, !isLast {
            let batch = ahead.next()
            goesOn = judge(batch, report)
            for fault in batch.faults { take(fault) }
            take(batch.diagnostics)
            total = batch.total ?? total
            isLast = batch.isLast
            let (bytes, events) = (batch.bytesRead, batch.eventsRead)
            ahead.giveBack()
            try await keepPending()
            show(bytes, of: size, of: input, events, progress)
        }
        close(input, total)
        return goesOn
    }

    /// Judges the events of a batch, in place, until nobody wants to hear more.
    private mutating func judge(_ batch: EventBatch, _ report: (Finding) -> Bool) -> Bool {
        batch.events.withUnsafeBufferPointer { events in
            for position in events.indices where !observe(events[position], report) { return false }
            return true
        }
    }

    private func show(
        _ bytes: UInt64, of total: UInt64?, of input: HuntInput, _ events: Int, _ progress: (HuntProgress) -> Void
    ) {
        progress(
            HuntProgress(
                input: input.name, bytes: bytes, total: total, events: statistics.events + events,
                findings: result.summary.findingCount))
    }

    /// Reads some lines; says whether there may be more.
    private mutating func readStretch(
        _ lines: LineReader, _ reader: inout LogReader, _ goesOn: inout Bool, _ report: (Finding) -> Bool
    ) -> Bool {
        for _ in 0..<Self.stretch {
            guard let item = lines.next() else { return false }
            switch item {
            case .line(let line):
                reader.read(line.bytes, at: SourcePosition(name: lines.name, line: line.number)) { event in
                    goesOn = observe(event, report) && goesOn
                }
            case .fault(let fault): take(fault)
            }
            if !goesOn { return false }
        }
        return true
    }

    private mutating func observe(_ event: borrowing Event, _ report: (Finding) -> Bool) -> Bool {
        // Values of an event are views: its documents must outlive all that is done here.
        defer { withExtendedLifetime((event.document, event.attachments)) {} }
        if ledger != nil, event.isKept {
            pending.append(.deployment(EventRecord(copying: event, key: event.ledgerKey)))
        }
        var goesOn = true
        for finding in judge.judge(event) where isWanted(finding) {
            result.summary.count(finding.level)
            if ledger != nil { pending.append(.finding(finding)) }
            if !report(finding) { goesOn = false }
        }
        return goesOn
    }

    private func isWanted(_ finding: Finding) -> Bool {
        guard finding.level >= options.level else { return false }
        guard let time = finding.time else { return true }
        if let since = options.since, time < since { return false }
        if let until = options.until, time >= until { return false }
        return true
    }

    /// What could not be read is a gap in what the ledger can answer for.
    private mutating func take(_ fault: LogLineFault) {
        let diagnostic = Diagnostic(file: fault.file, line: fault.line, message: fault.message)
        result.summary.count(diagnostic, isSkipped: true)
        if fault.isLast { result.unreadable.append(diagnostic) }
        result.summary.gaps += 1
        guard ledger != nil else { return }
        let gap = Gap(source: fault.file, from: nil, to: nil, reason: "line \(fault.line): \(fault.message)")
        pending.append(.gap(gap))
    }

    private mutating func keepPending() async throws(LedgerError) {
        guard let ledger, !pending.isEmpty else { return }
        let position = try await ledger.append(pending)
        result.summary.known = (result.summary.known ?? 0) + position.known
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func take(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics {
            let isSkipped = diagnostic.severity == .error
            if isSkipped { given.errors += 1 } else { given.others += 1 }
            result.summary.count(diagnostic, isSkipped: isSkipped)
        }
    }

    private mutating func close(_ input: HuntInput, _ total: ReadTotal) {
        let read = total.statistics
        result.summary.files += 1
        result.summary.lines += total.lines
        result.summary.bytes += Int(clamping: total.bytes)
        for source in SourceType.allCases where read.events(of: source) > 0 {
            result.summary.events[source, default: 0] += read.events(of: source)
        }
        let untold = max(0, read.faults - given.errors)
        result.summary.skipped += untold
        result.summary.faultCount += untold + max(0, read.fieldFaults + read.duplicateKeys - given.others)
        given = (0, 0)
        if read.events == 0, read.faults > 0 { result.unrecognized.append(input.name) }
        statistics.add(read)
    }
}

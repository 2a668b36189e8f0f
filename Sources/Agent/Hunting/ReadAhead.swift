internal import Dispatch
internal import LogLines
internal import SecurityEvents
internal import Synchronization

/// Reads a log on a thread of its own while another judges what was read before.
///
/// A few batches of events go round, so what is read ahead is bounded. A batch is handed over when it is large enough, and
/// always before the reading may have to wait for input, so that events of a slow pipe are judged as they come. The order is
/// that of the log.
///
/// `@unchecked Sendable`: the log and the batch that is filled are the reading thread's, a batch that was handed over is the
/// judging thread's until it is given back. The semaphores wait; ``handedOver`` and ``givenBack`` order what the two do.
final class ReadAhead: @unchecked Sendable {
    /// How many batches go round: one is judged, one is filled, the others wait.
    static let batchCount = 6
    /// How many events a batch has at most.
    static let eventLimit = 8
    /// From how many bytes of events on a batch is handed over.
    private static let sizeLimit = 32 << 10
    /// After how many bytes of input a batch is handed over that has hardly any events, so that progress can be shown.
    private static let stretch: UInt64 = 1 << 20
    /// A line above this is read when nothing else is in memory: a document takes several times its text.
    private static let largeLine = 1 << 20

    // The reading thread's.
    private let lines: LineReader
    private let wants: (borrowing Event) -> Bool
    private var reader: LogReader
    private var filling: EventBatch
    private var filled = 0
    private var eventsRead = 0
    private var eventsAdded = 0
    private var bytesHandedOver: UInt64 = 0

    // The judging thread's.
    private var judged = 0
    /// Batches given back that the reader does not know of yet.
    private var returned = 0

    private let batches: [EventBatch]
    /// Counts batches that may be filled.
    private let room = DispatchSemaphore(value: 0)
    /// Counts batches that may be judged.
    private let ready = DispatchSemaphore(value: 0)
    private let handedOver = Atomic(0)
    private let givenBack = Atomic(0)
    private let isStopped = Atomic(false)

    /// Prepares the reading of a log to its end.
    ///
    /// - Parameters:
    ///   - lines: the log.
    ///   - format: the format of all records; recognized unless given.
    ///   - wants: whether the judge is shown an event; what it does not want never leaves the reading thread.
    init(_ lines: LineReader, format: LogFormat?, wants: @escaping (borrowing Event) -> Bool) {
        self.lines = lines
        self.wants = wants
        // Each event that is under way holds its document, and a judge those of the last ones. Where too few were kept, a
        // document would be made and dropped for each event.
        reader = LogReader(forced: format, documents: Self.batchCount * Self.eventLimit + 8)
        batches = (0..<Self.batchCount).map { _ in EventBatch(name: lines.name) }
        filling = batches[0]
    }

    /// Begins to read.
    func start() {
        for _ in 0..<Self.batchCount { room.signal() }
        DispatchQueue(label: "log reader").async { self.read() }
    }

    /// Waits for the next batch.
    func next() -> EventBatch {
        if ready.wait(timeout: .now()) == .timedOut {
            makeRoom()
            ready.wait()
        }
        _ = handedOver.load(ordering: .acquiring)
        defer { judged += 1 }
        return batches[judged % Self.batchCount]
    }

    /// Gives the batch back that was judged.
    func giveBack() {
        returned += 1
        // Waking the reader for each costs more than filling one.
        if returned >= Self.batchCount / 2 { makeRoom() }
    }

    private func makeRoom() {
        givenBack.add(returned, ordering: .releasing)
        for _ in 0..<returned { room.signal() }
        returned = 0
    }

    /// Ends the reading before the log's end; a thread that waits for input ends when some comes.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        for _ in 0..<Self.batchCount { room.signal() }
    }

    private func read() {
        room.wait()
        while !isStopped.load(ordering: .relaxed) {
            if let item = lines.nextAtHand() {
                take(item)
            } else {
                if filling.events.count > 0 { handOver() }
                guard let item = lines.next() else { break }
                take(item)
            }
        }
        reader.finish { add($0) }
        filling.isLast = true
        handOver()
    }

    private func take(_ item: LineReader.Item) {
        switch item {
        case .line(let line):
            let isLarge = line.bytes.count > Self.largeLine
            if isLarge { handOverAlone() }
            let added = eventsAdded
            reader.read(line.bytes, at: SourcePosition(name: filling.name, line: line.number)) { add($0) }
            if eventsAdded > added { filling.size += line.bytes.count }
            if isLarge { return handOverAlone() }
        case .fault(let fault): filling.faults.append(fault)
        }
        let isFull = filling.events.count >= Self.eventLimit || filling.size >= Self.sizeLimit
        if isFull || lines.bytesRead - bytesHandedOver >= Self.stretch { handOver() }
    }

    private func add(_ event: borrowing Event) {
        eventsRead += 1
        guard wants(event) else { return }
        // A record may tell any number of events.
        if filling.events.count >= Self.eventLimit { exchange() }
        filling.events.append(copy event)
        eventsAdded += 1
    }

    private func handOver() {
        filling.diagnostics = reader.takeDiagnostics()
        filling.total = ReadTotal(lines, reader.statistics)
        exchange()
    }

    /// Hands over, and waits until everything was judged.
    private func handOverAlone() {
        handOver()
        for _ in 1..<Self.batchCount { room.wait() }
        if givenBack.load(ordering: .acquiring) > 0 { for batch in batches { batch.empty() } }
        for _ in 1..<Self.batchCount { room.signal() }
    }

    /// Gives the batch to the judge and takes the next, once that is free.
    private func exchange() {
        if isStopped.load(ordering: .relaxed) { return filling.empty() }
        bytesHandedOver = lines.bytesRead
        filling.bytesRead = bytesHandedOver
        filling.eventsRead = eventsRead
        filled += 1
        handedOver.add(1, ordering: .releasing)
        ready.signal()
        room.wait()
        _ = givenBack.load(ordering: .acquiring)
        filling = batches[filled % Self.batchCount]
        // Here and not where they were judged: so a document is let go of by the thread that parses into it again.
        filling.empty()
    }
}

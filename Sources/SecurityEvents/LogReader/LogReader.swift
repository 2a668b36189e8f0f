import JSONView

/// The front of all log formats: takes lines and gives out events.
///
/// The format is recognized by content, a record at a time, so one file may mix formats. Documents over several lines
/// (`docker inspect`, `kubectl get events -o json`) are gathered, lists taken apart, and records that a log shipper or
/// container engine wrapped up are unwrapped. What is not understood is counted and reported with its place; the rest
/// goes on. Use one reader for each file, because some formats tell one thing in several lines.
public struct LogReader {
    /// How much was read, understood and left out so far.
    public internal(set) var statistics = ReadStatistics()

    /// How many damaged records were found since somebody asked, and where the first stands.
    var damaged: (count: Int, file: String)?
    let forced: LogFormat?
    let limits: ReadLimits
    var diagnostics: [Diagnostic] = []
    var diagnosticsLeft: Int

    /// Parsers of larger texts, where many documents of small ones are kept: a document keeps the memory of its largest text.
    private var largeParsers: [JSONParser] = []
    /// One parser a depth of wrapping, so that a record's parser is not disturbed by what stands inside of it.
    private var parsers: [JSONParser] = []
    var gathering: DocumentGatherer?
    var partials: [PartialLine] = []

    // One line a format; see `dispatch`.
    private var audit: KubernetesAuditReader
    private var cloudAudit = KubernetesCloudAuditReader()
    private var kubernetesEvents = KubernetesEventReader()
    private var admission = AdmissionReviewReader()
    private var kubernetesObjects = KubernetesObjectReader()
    private var containerdEvents = ContainerdEventReader()
    private var containerdContainers = ContainerdContainerReader()
    private var dockerEvents = DockerEventsReader()
    private var dockerAuthorization = DockerAuthorizationReader()
    private var dockerInspect = DockerInspectReader()
    private var dockerDaemon = DockerDaemonReader()

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - forced: the format that all records have; recognized a record at a time unless given.
    ///   - limits: what is accepted.
    ///   - documents: how many records' memory is used again: more than two for who keeps events while others are read.
    public init(forced: LogFormat? = nil, limits: ReadLimits = ReadLimits(), documents: Int = 2) {
        self.forced = forced
        self.limits = limits
        diagnosticsLeft = limits.diagnostics
        let accepted = JSONLimits(size: limits.document, depth: limits.depth)
        parsers = (0...limits.wrappers + 1).map { _ in JSONParser(limits: accepted, kept: documents) }
        if documents > 2 {
            largeParsers = parsers.map { _ in JSONParser(limits: accepted, kept: max(2, documents / 7)) }
        }
        audit = KubernetesAuditReader(documents: documents)
    }

    /// Reads one line.
    ///
    /// - Parameters:
    ///   - line: the line without its ending; it is copied.
    ///   - position: the file and the line's number.
    ///   - emit: called for each event.
    public mutating func read(
        _ line: UnsafeRawBufferPointer, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) {
        statistics.lines += 1
        // Fields of the journal's export may hold anything, white space at their ends included.
        if dockerDaemon.isInsideEntry { return readDaemonLine(line, at: position, emit: emit) }
        if gathering != nil, gather(line, at: position, emit: emit) { return }
        readFresh(line, at: position, depth: 0, emit: emit)
    }

    /// Whether something that was read waits for later lines: who keeps how far a log was read keeps the place before it.
    ///
    /// Calls in the log of authorization wait for their answers without end and are no part of this; see ``openCalls``.
    package var isHolding: Bool { gathering != nil || !partials.isEmpty || dockerDaemon.isHolding }

    /// The calls of a log of authorization that wait for their answers.
    package var openCalls: OpenCalls { dockerAuthorization.open }

    /// Stays the same for as long as ``openCalls`` does.
    package var openCallChanges: Int { dockerAuthorization.changes }

    /// Gives out what was held back: a document that was not complete is a fault.
    public mutating func finish(emit: (borrowing Event) -> Void) {
        flushPartials(emit: emit)
        if let open = gathering {
            gathering = nil
            damage("the text ends inside a value", at: open.start)
        }
        settle(emit: emit)
    }

    /// Gives out events that wait for later records; reading may go on after it.
    ///
    /// Who follows a growing log calls it when nothing has come for a few seconds.
    public mutating func settle(emit: (borrowing Event) -> Void) {
        dockerEvents = finished(dockerEvents, emit)
        dockerAuthorization = finished(dockerAuthorization, emit)
        dockerInspect = finished(dockerInspect, emit)
        dockerDaemon = finished(dockerDaemon, emit)
    }

    /// Counts a line that could not be taken in, such as one that is longer than anybody keeps.
    public mutating func skip(_ reason: String, at position: SourcePosition) {
        statistics.lines += 1
        if let open = gathering {
            gathering = nil
            damage("the text ends inside a value", at: open.start)
        }
        fault(reason, at: position)
    }

    private mutating func finished<Reader: EventReader>(_ reader: Reader, _ emit: (borrowing Event) -> Void) -> Reader {
        var reader = reader
        var notes = EventNotes(pathsLeft: diagnosticsLeft)
        reader.finish { notes.take($0, emit) }
        note(notes)
        return reader
    }

    /// The diagnostics since the last call; only the first few of a reader are kept, all are counted.
    public mutating func takeDiagnostics() -> [Diagnostic] {
        defer { diagnostics = [] }
        return diagnostics
    }

    /// The damaged records since the last call, and the file of the first: cut off, broken or too large, so that what they
    /// told is lost; lines of other programs are none.
    package mutating func takeDamaged() -> (count: Int, file: String)? {
        defer { damaged = nil }
        return damaged
    }

    /// Reads a line that belongs to nothing before it.
    mutating func readFresh(
        _ line: UnsafeRawBufferPointer, at position: SourcePosition, depth: Int, emit: (borrowing Event) -> Void
    ) {
        let text = line.trimmed
        guard let first = text.first else {
            if depth == 0 { statistics.blank += 1 }
            return
        }
        if first == UInt8(ascii: "{") {
            readObject(text, at: position, depth: depth, emit: emit)
        } else if first == UInt8(ascii: "["), DocumentGatherer.mayBeArray(text) {
            beginGathering(text, at: position, emit: emit)
        } else {
            readText(text, at: position, depth: depth, emit: emit)
        }
    }

    private mutating func readObject(
        _ text: UnsafeRawBufferPointer, at position: SourcePosition, depth: Int, emit: (borrowing Event) -> Void
    ) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try parser(depth, for: text).parse(text)
        } catch {
            if error.reason == .unexpectedEnd, depth == 0, DocumentGatherer.mayContinue(text) {
                beginGathering(text, at: position, emit: emit)
            } else if !readGlued(text, error, at: position, depth: depth, emit: emit) {
                statistics.records += 1
                fault(error, in: text, at: position)
            }
            return
        }
        handle(document, at: position, depth: depth, emit: emit)
    }

    /// Reads a parsed record, or what it wraps.
    mutating func handle(
        _ document: JSONDocument, at position: SourcePosition, depth: Int, emit: (borrowing Event) -> Void
    ) {
        switch RecognizedRecord(document.root) {
        case .record(let format): dispatch(document, to: forced ?? format, at: position, emit: emit)
        case .list(let items):
            if let format = uniformFormat(of: items, in: document) {
                statistics.records += items.count - 1
                dispatch(document, to: format, at: position, emit: emit)
            } else {
                takeApart(items, of: document, at: position, depth: depth, emit: emit)
            }
        case .wrapped(let text, let isContainerLog):
            guard depth < limits.wrappers else { return fault("records wrapped too deeply", at: position) }
            unwrap(text, isContainerLog: isContainerLog, of: document, at: position, depth: depth, emit: emit)
        case .nested(let value):
            guard depth < limits.wrappers else { return fault("records wrapped too deeply", at: position) }
            var copy = CompactJSON()
            copy.write(value)
            copy.bytes.withUnsafeBytes { readFresh($0, at: position, depth: depth + 1, emit: emit) }
        case .unknown(let what):
            if let forced {
                dispatch(document, to: forced, at: position, emit: emit)
            } else {
                statistics.records += 1
                fault(what, at: position)
            }
        }
    }

    /// Gives a record to the reader of its format.
    private mutating func dispatch(
        _ document: JSONDocument, to format: LogFormat, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) {
        statistics.records += 1
        var notes = EventNotes(pathsLeft: diagnosticsLeft)
        do throws(ReadFault) {
            switch format {
            case .kubernetesAudit: try audit.read(document, at: position) { notes.take($0, emit) }
            case .kubernetesCloudAudit: try cloudAudit.read(document, at: position) { notes.take($0, emit) }
            case .kubernetesEvents: try kubernetesEvents.read(document, at: position) { notes.take($0, emit) }
            case .kubernetesAdmission: try admission.read(document, at: position) { notes.take($0, emit) }
            case .kubernetesObjects: try kubernetesObjects.read(document, at: position) { notes.take($0, emit) }
            case .containerdEvents: try containerdEvents.read(document, at: position) { notes.take($0, emit) }
            case .containerdContainers: try containerdContainers.read(document, at: position) { notes.take($0, emit) }
            case .dockerEvents: try dockerEvents.read(document, at: position) { notes.take($0, emit) }
            case .dockerAuthorization: try dockerAuthorization.read(document, at: position) { notes.take($0, emit) }
            case .dockerInspect: try dockerInspect.read(document, at: position) { notes.take($0, emit) }
            case .dockerDaemon: try dockerDaemon.read(document, at: position) { notes.take($0, emit) }
            }
        } catch {
            fault(error.reason, at: position)
        }
        note(notes)
    }

    /// Gives a line that is no JSON to the readers of such lines.
    mutating func readDaemonLine(
        _ line: UnsafeRawBufferPointer, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) {
        let wasInside = dockerDaemon.isInsideEntry
        var notes = EventNotes(pathsLeft: diagnosticsLeft)
        if !wasInside, dockerEvents.readLine(line, at: position, emit: { notes.take($0, emit) }) {
            statistics.records += 1
            return note(notes)
        }
        if !wasInside, containerdEvents.readLine(line, at: position, emit: { notes.take($0, emit) }) {
            statistics.records += 1
            return note(notes)
        }
        do throws(ReadFault) {
            try dockerDaemon.readLine(line, at: position) { notes.take($0, emit) }
            if !wasInside { statistics.records += 1 }
        } catch {
            statistics.records += 1
            fault(error.reason, at: position)
        }
        note(notes)
    }

    /// The parser of a depth of wrapping; for a very large text a new one, so that its memory is given back at once.
    func parser(_ depth: Int, for text: UnsafeRawBufferPointer) -> JSONParser {
        if text.count > 1 << 20 { return JSONParser(limits: jsonLimits) }
        return text.count > 64 << 10 && !largeParsers.isEmpty ? largeParsers[depth] : parsers[depth]
    }
}

import JSONView

/// Puts the calls of the engine's log together from the lines that tell of them.
///
/// A call, its body, the container that came of it and its error are lines of their own, and those of several clients
/// stand between each other. What cannot be told is left unknown.
struct DaemonCalls {
    /// How long a call waits for lines that belong to it.
    private static let patience: Int64 = 5_000_000_000
    private static let entryLimit = 1000
    private static let callLimit = 256
    /// A body is logged at once behind its call.
    private static let bodyPatience: Int64 = 250_000_000
    /// How long the engine takes from one line to the next when nothing comes between.
    private static let moment: UInt64 = 2_000_000

    private let parser = JSONParser()
    private var waiting: [DaemonCall] = []
    private var entries = 0
    private var executions = ExecMemory()
    private var containers = RecentTexts(limit: 4096)
    private var failures = RecentTexts(limit: 64)
    private var hasCalls = false

    /// Takes the next entry of the log.
    mutating func take(_ entry: DaemonEntry, emit: (borrowing Event) -> Void) {
        entries += 1
        release(before: entry, emit: emit)
        switch entry.meaning {
        case .call(let method, let uri): begin(entry, method, uri, emit: emit)
        case .form(let form): takeBody(form, of: entry.document, entry, emit: emit)
        case .formText(let text): takeBody(text, entry, emit: emit)
        case .failed(let method, let path, let reason, let isWhole):
            fail(entry, method, path, isWhole: isWhole, reason, emit: emit)
        case .mounted(let id): made(id, entry, emit: emit)
        case .executed(let exec, let container): executed(exec, container, entry, emit: emit)
        case .taskStarted: started(emit: emit)
        case .other: break
        }
    }

    /// Whether a call waits for lines that belong to it.
    var isHolding: Bool { !waiting.isEmpty }

    /// Gives out all calls that wait.
    mutating func finish(emit: (borrowing Event) -> Void) {
        while !waiting.isEmpty { give(at: 0, emit: emit) }
    }

    private mutating func release(before entry: DaemonEntry, emit: (borrowing Event) -> Void) {
        while let first = waiting.first {
            var isOver = entries - first.number > Self.entryLimit || waiting.count >= Self.callLimit
            if let now = entry.time, let then = first.entry.time {
                isOver = isOver || now.nanoseconds &- then.nanoseconds > Self.patience
            }
            guard isOver else { return }
            give(at: 0, emit: emit)
        }
    }

    private mutating func give(at position: Int, emit: (borrowing Event) -> Void) {
        let call = waiting.remove(at: position)
        var event = call.event(parser: parser)
        if call.container == nil || !call.call.asks("exec", "start") { executions.join(&event, call.call) }
        emit(event)
    }

    private mutating func begin(
        _ entry: DaemonEntry, _ method: JSONText, _ uri: JSONText, emit: (borrowing Event) -> Void
    ) {
        hasCalls = true
        let call = DaemonCall(
            entry: entry, call: DockerCall(method: method, uri: uri, parser: parser), number: entries)
        if call.call.asks("exec", "start"), let exec = call.call.name { linkExec(String(exec), emit: emit) }
        if let name = call.call.name, ContainerIdentifier.isFull(name) { _ = containers.insert(String(name)) }
        waiting.append(call)
        takeOwnBody(entry)
        // Nothing that could follow matters to a call that only reads.
        if call.call.action == .read { give(at: waiting.count - 1, emit: emit) }
    }

    /// An exec is started: the one that was created before it was created well.
    private mutating func linkExec(_ exec: String, emit: (borrowing Event) -> Void) {
        let created = waiting.indices.filter {
            waiting[$0].call.asks("containers", "exec") && waiting[$0].failure == nil
        }
        guard let position = created.first, created.count == 1 else { return }
        waiting[position].isDone = true
        let event = waiting[position].event(parser: parser)
        executions.remember(exec, ExecMemory.Entry(event))
        give(at: position, emit: emit)
    }

    /// Takes the body that stands in the line of the call itself, which is the last that waits.
    private mutating func takeOwnBody(_ entry: DaemonEntry) {
        let position = waiting.count - 1
        switch entry.form {
        case .formText(let text)?:
            guard let document = try? parser.parse(UnsafeRawBufferPointer(text.bytes)) else {
                waiting[position].bodyState = entry.isCut ? .truncated : .unreadable
                return
            }
            keepBody(document.root, of: document, entry, at: position)
        case .form(let form)?: keepBody(form, of: entry.document, entry, at: position)
        default: break
        }
    }

    private mutating func takeBody(_ text: JSONText, _ entry: DaemonEntry, emit: (borrowing Event) -> Void) {
        guard let document = try? parser.parse(UnsafeRawBufferPointer(text.bytes)) else {
            // Cut by whoever kept the line: it belongs to the last call that waits for one.
            let last = waiting.indices.last { waiting[$0].call.bodyStructure != nil && waiting[$0].body == nil }
            if let last { waiting[last].bodyState = entry.isCut || text.count > 900 ? .truncated : .unreadable }
            return
        }
        takeBody(document.root, of: document, entry, emit: emit)
    }

    private mutating func takeBody(
        _ form: JSONValue, of document: JSONDocument, _ entry: DaemonEntry, emit: (borrowing Event) -> Void
    ) {
        var fitting = waiting.indices.filter { isNear(waiting[$0], entry) && waiting[$0].mayCarry(form) }
        if let uri = entry.uri { fitting = fitting.filter { waiting[$0].call.uri == uri } }
        if let last = fitting.last, isDirectly(waiting[last], before: entry, among: fitting) { fitting = [last] }
        guard let first = fitting.first else { return }
        let uri = waiting[first].call.uri
        if fitting.contains(where: { waiting[$0].call.uri != uri }) {
            for position in fitting { waiting[position].isUncertain = true }
        }
        keepBody(form, of: document, entry, at: first)
    }

    private mutating func keepBody(
        _ form: JSONValue, of document: JSONDocument, _ entry: DaemonEntry, at position: Int
    ) {
        guard let structure = waiting[position].call.bodyStructure else { return }
        var own = document
        if form.index != document.root.index || own === entry.document {
            // A body that stands in the entry itself is taken out of it.
            var copy = CompactJSON()
            copy.write(form)
            guard let parsed = try? parser.parse(copy.bytes) else { return }
            own = parsed
        }
        do throws(JSONError) {
            waiting[position].body = try GoBody.canonical(own, as: structure, with: parser)
        } catch {
            waiting[position].bodyState = .unreadable
        }
    }

    /// Whether a call stands in the line before its body, written in the same moment, and no other call of that moment
    /// could be meant.
    private func isDirectly(_ call: DaemonCall, before entry: DaemonEntry, among fitting: [Int]) -> Bool {
        guard call.number == entries - 1, let now = entry.time else { return false }
        let young = fitting.filter { position in
            guard let then = waiting[position].entry.time else { return true }
            return (now.nanoseconds &- then.nanoseconds).magnitude < Self.moment
        }
        return young.count == 1
    }

    private func isNear(_ call: DaemonCall, _ entry: DaemonEntry) -> Bool {
        guard let then = call.entry.time, let now = entry.time else { return entries - call.number < 64 }
        return now.nanoseconds &- then.nanoseconds < Self.bodyPatience
    }

    /// A container's file system was mounted: a new one's belongs to a create, when only one is under way.
    private mutating func made(_ id: JSONText, _ entry: DaemonEntry, emit: (borrowing Event) -> Void) {
        guard ContainerIdentifier.isFull(id), containers.insert(String(id)) else { return }
        var creates: [Int] = []
        for position in waiting.indices where waiting[position].failure == nil {
            let call = waiting[position].call
            if call.asks("containers", "create") {
                if waiting[position].container == nil { creates.append(position) }
            } else if call.action == .start || call.asks("containers", "archive") || call.resource == "commit" {
                // A start mounts as well; where the container is called by its name it may be this one.
                if call.name.map(ContainerIdentifier.isFull) != true { return }
            }
        }
        guard let position = creates.last else { return }
        for other in creates.dropLast() {
            guard asksTheSame(waiting[other], waiting[position]) else { return }
            // The client asked again: without its image a create fails and leaves no line.
            waiting[other].mayHaveFailed = true
        }
        waiting[position].container = (id, entry.document)
        give(at: position, emit: emit)
    }

    private func asksTheSame(_ one: DaemonCall, _ other: DaemonCall) -> Bool {
        guard one.call.uri == other.call.uri, let body = one.body, let same = other.body else { return false }
        return body.document.root == same.document.root
    }

    /// Some container runs: the one that was asked for, when only one was.
    private mutating func started(emit: (borrowing Event) -> Void) {
        let starts = waiting.indices.filter { waiting[$0].call.action == .start && waiting[$0].failure == nil }
        guard let position = starts.first, starts.count == 1 else { return }
        waiting[position].isDone = true
        give(at: position, emit: emit)
    }

    private mutating func executed(
        _ exec: JSONText, _ container: JSONText, _ entry: DaemonEntry, emit: (borrowing Event) -> Void
    ) {
        let started = waiting.firstIndex { $0.call.asks("exec", "start") && $0.call.name.map { $0 == exec } == true }
        guard let started, ContainerIdentifier.isFull(container) else { return }
        waiting[started].isDone = true
        var event = waiting[started].event(parser: parser)
        executions.join(&event, waiting[started].call)
        if event.target.uid == nil {
            event.target.uid = container
            event.workload?.uid = container
            event.attachments.append(.init(label: "log", document: entry.document))
        }
        waiting.remove(at: started)
        emit(event)
    }

    private mutating func fail(
        _ entry: DaemonEntry, _ method: JSONText, _ path: JSONText, isWhole: Bool, _ reason: JSONText,
        emit: (borrowing Event) -> Void
    ) {
        let key = "\(method) \(DaemonCall.withoutQuery(path)) \(reason.prefix(512))"
        // The engine's middleware and its server log the same refusal.
        let isRepeated = !failures.insert(key, at: entries, within: 50)
        var fitting = waiting.indices.filter { waiting[$0].isAnswered(method: method, path: path) }
        if isWhole { fitting = fitting.filter { waiting[$0].call.uri == path } }
        if fitting.count > 1 {
            let named = fitting.filter { Self.names(reason, waiting[$0]) }
            if !named.isEmpty { fitting = named }
        }
        if let only = fitting.first, fitting.count == 1 {
            waiting[only].failure = (reason, entry.document)
            return give(at: only, emit: emit)
        }
        for position in fitting { waiting[position].mayHaveFailed = true }
        guard fitting.isEmpty, !isRepeated else { return }
        let call = DockerCall(method: method, uri: path, parser: parser)
        guard !call.isReading else { return }
        var alone = DaemonCall(entry: entry, call: call, number: entries)
        alone.failure = (reason, entry.document)
        // Without the calls themselves in the log there are no bodies either.
        if hasCalls { alone.bodyState = BodyState.none }
        emit(alone.event(parser: parser))
    }

    /// Whether an error's text names what a call asked for.
    private static func names(_ reason: JSONText, _ call: DaemonCall) -> Bool {
        if let image = call.body?.document.root["Image"]?.text, !image.isEmpty, reason.contains(image) { return true }
        guard let name = call.call.parameter("name") else { return false }
        return reason.contains(name)
    }
}

/// The last texts that were seen.
private struct RecentTexts {
    private let limit: Int
    private var numbers: [String: Int] = [:]
    private var order: [String] = []

    init(limit: Int) { self.limit = limit }

    /// Notes a text; says whether it is new, or was seen longer ago than told.
    mutating func insert(_ text: String, at number: Int = 0, within distance: Int = 0) -> Bool {
        if let before = numbers.updateValue(number, forKey: text) { return number - before > distance }
        order.append(text)
        if order.count > limit * 2 {
            for old in order.prefix(limit) { numbers[old] = nil }
            order.removeFirst(limit)
        }
        return true
    }
}

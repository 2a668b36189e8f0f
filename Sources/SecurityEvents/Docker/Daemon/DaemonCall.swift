import JSONView

/// A call that the log has begun to tell of, and what later lines said about it.
struct DaemonCall {
    let entry: DaemonEntry
    let call: DockerCall
    /// The number of the entry among all of the log.
    let number: Int
    var body: GoBody?
    /// The body was logged and could not be read.
    var bodyState: BodyState?
    /// The identifier of the container that was made or used, and the document that it stands in.
    var container: (id: JSONText, document: JSONDocument)?
    var failure: (reason: JSONText, document: JSONDocument)?
    /// Several clients called at once: which body is whose cannot be told.
    var isUncertain = false
    /// One of several such calls failed, and nobody can say which.
    var mayHaveFailed = false
    /// What follows in the log shows that it was done.
    var isDone = false

    init(entry: DaemonEntry, call: DockerCall, number: Int) {
        self.entry = entry
        self.call = call
        self.number = number
    }

    /// Whether a body of this shape can be this call's.
    func mayCarry(_ form: JSONValue) -> Bool {
        guard body == nil, bodyState == nil, failure == nil, call.bodyStructure != nil, form.kind == .object else {
            return false
        }
        let isCreate = Self.has(form, "Image") || Self.has(form, "HostConfig")
        let isExec = Self.has(form, "Cmd") && !isCreate
        let isService = Self.has(form, "TaskTemplate")
        switch true {
        case call.asks("containers", "create"): return isCreate
        case call.asks("containers", "exec"): return isExec
        case call.resource == "services": return isService
        case call.asks("exec", "start"): return !isCreate && !isExec && (Self.has(form, "Tty") || form.count == 0)
        case call.asks("containers", "start"): return !isExec
        default: return !isCreate && !isExec && !isService
        }
    }

    private static func has(_ form: JSONValue, _ name: StaticString) -> Bool {
        if form[name] != nil { return true }
        let folded = GoStruct.fold(JSONText(name))
        return form.members.contains { $0.key.count <= 64 && GoStruct.fold($0.key) == folded }
    }

    /// Whether a failed path is this call's.
    func isAnswered(method: JSONText, path: JSONText) -> Bool {
        guard failure == nil, call.method == method else { return false }
        return Self.withoutQuery(call.uri) == Self.withoutQuery(path)
    }

    static func withoutQuery(_ uri: JSONText) -> JSONText {
        uri.firstIndex(of: UInt8(ascii: "?")).map { uri.prefix($0) } ?? uri
    }

    /// Makes the event.
    func event(parser: JSONParser) -> Event {
        var event = Event(source: .dockerDaemon, position: entry.position, document: entry.document)
        event.time = entry.time
        event.outcome = mayHaveFailed ? .unknown : isDone || container != nil ? .succeeded : .requested
        var described = CallEvent(call: call)
        described.body = body
        described.bodyState = stateOfBody
        described.fill(&event)
        if isUncertain { Self.forgetName(&event) }
        if let container { Self.identify(&event, container.id, container.document) }
        if let failure {
            event.outcome = failure.reason.contains("authorization denied by plugin") ? .denied : .failed
            event.reason = failure.reason
            event.attachments.append(.init(label: "error", document: failure.document))
        }
        return event
    }

    private var stateOfBody: BodyState {
        if let bodyState { return bodyState }
        if body != nil { return .present }
        guard call.needsBody else { return .none }
        // The engine logs every JSON body up to 4 KiB, and makes no container without one.
        return container != nil && call.asks("containers", "create") ? .oversize : .missing
    }

    private static func forgetName(_ event: inout Event) {
        event.target.name = nil
        event.target.requestURI = nil
        event.workload?.name = nil
        for position in event.containers.indices { event.containers[position].name = nil }
    }

    private static func identify(_ event: inout Event, _ id: JSONText, _ document: JSONDocument) {
        event.attachments.append(.init(label: "log", document: document))
        event.target.uid = id
        event.workload?.uid = id
        for position in event.containers.indices { event.containers[position].id = id }
    }
}

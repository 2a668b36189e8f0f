public import JSONView

/// Reads recorded calls of the engine's authorization plugin API, requests and responses.
///
/// The engine asks twice: before it acts and before it answers. A request is held back until its response says how it
/// ended; ``finish(emit:)`` gives out those that were never answered, which is what a refused call looks like.
public struct DockerAuthorizationReader: EventReader {
    public static let format = LogFormat.dockerAuthorization

    private let parser = JSONParser()
    private var pending = PendingCalls()
    private var executions = ExecMemory()

    /// The calls that wait for their answers.
    var open: OpenCalls { pending.open }

    /// How often a call was taken up or given out: while it stays, ``open`` does.
    private(set) var changes = 0

    /// Makes a reader that knows of no calls yet.
    public init() {}

    public mutating func read(
        _ document: JSONDocument, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        let root = document.root
        guard root.kind == .object else { throw ReadFault("an authorization call is an object") }
        guard let record = AuthorizationRecord(document) else {
            throw ReadFault("an authorization call needs RequestMethod and RequestUri")
        }
        let key = PendingCalls.Key(record)
        changes += 1
        guard record.isResponse else {
            let held = PendingCalls.Call(record: record, position: position)
            if let verdict = record.refusal {
                give(held, response: nil, refusal: verdict, emit: emit)
            } else if let displaced = pending.hold(held, key) {
                give(displaced, response: nil, refusal: nil, emit: emit)
            }
            return
        }
        let request = pending.take(key)
        give(
            PendingCalls.Call(record: record, position: position), response: request?.record ?? record,
            refusal: record.refusal, emit: emit)
    }

    public mutating func finish(emit: (borrowing Event) -> Void) {
        changes += 1
        for call in pending.takeAll() { give(call, response: nil, refusal: nil, emit: emit) }
    }

    /// Makes the event of a call; `response` is the request that it answers, nil where no answer was read.
    private mutating func give(
        _ held: PendingCalls.Call, response request: AuthorizationRecord?, refusal: JSONText?,
        emit: (borrowing Event) -> Void
    ) {
        let record = held.record
        var event = Event(source: .dockerAuthorization, position: held.position, document: record.document)
        event.time = record.time
        event.outcome = .requested
        event.actor = record.actor
        let call = DockerCall(method: record.method, uri: record.uri, parser: parser)
        var described = CallEvent(call: call)
        var encoded = record.body
        if encoded == nil, let request, let other = request.body {
            // A recorder may keep the body with the request only.
            encoded = other
            event.attachments.append(.init(label: "request", document: request.document))
        }
        readBody(encoded, record, &described)
        if request != nil {
            described.status = record.status
            described.response = record.responseBody.flatMap(Base64.decode).flatMap { try? parser.parse($0) }
            event.outcome = record.status == nil ? outcomeWithoutStatus(record, call) : .unknown
        }
        described.fill(&event)
        if let refusal {
            event.outcome = .denied
            if !refusal.isEmpty { event.reason = refusal }
        }
        executions.join(&event, call)
        emit(event)
    }

    private func readBody(_ encoded: JSONText?, _ record: AuthorizationRecord, _ described: inout CallEvent) {
        let call = described.call
        guard let encoded, !encoded.isEmpty else {
            guard call.needsBody else { return }
            described.bodyState = record.contentLength.map { $0 > 1 << 20 } == true ? .oversize : .missing
            return
        }
        guard let structure = call.bodyStructure else { return }
        guard let bytes = Base64.decode(encoded),
            let body = try? GoBody.read(bytes, as: structure, with: parser)
        else {
            described.bodyState = .unreadable
            return
        }
        // The engine decodes nothing but an object into its structs.
        described.bodyState = body.document.root.kind == .object ? .present : .unreadable
        described.body = body
    }

    /// A response without a status: the handler failed, or the answer is a stream.
    private func outcomeWithoutStatus(_ record: AuthorizationRecord, _ call: DockerCall) -> Outcome {
        record.hasResponseHeaders && call.alwaysAnswersStatus ? .failed : .unknown
    }
}

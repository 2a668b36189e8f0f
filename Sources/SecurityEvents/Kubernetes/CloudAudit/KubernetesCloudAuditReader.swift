public import JSONView

/// Reads the Kubernetes audit log as Google Kubernetes Engine gives it out: Cloud Audit Logs (`google.cloud.audit.AuditLog`).
///
/// They tell the same requests as `audit.k8s.io` does, with less: no groups, no URI, and of an exec no command.
public struct KubernetesCloudAuditReader: EventReader {
    public static var format: LogFormat { .kubernetesCloudAudit }

    /// Reads what stands inside a record once more.
    private let parser = JSONParser()

    /// Makes a reader.
    public init() {}

    public mutating func read(
        _ document: JSONDocument, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        let root = document.root
        let record = try CloudAuditRecord(root)
        var event = Event(source: .kubernetesAudit, position: position, document: document, record: root)
        event.time = Self.time(record.time, &event.faults)
        event.verb = record.method.verb
        event.identifier = record.identifier?.text(&event.faults)
        event.target = record.target
        event.readActor(of: record, parser)
        event.readOutcome(of: record)
        event.object = record.request
        event.response = record.response
        event.readAudit(of: record, root, parser)
        event.action = KubernetesVerb.action(
            verb: record.method.verb, resource: event.target.resource, subresource: event.target.subresource)
        switch event.action {
        case .create, .modify: event.readDeployment(isTruncated: false, parser: parser)
        case .exec, .attach: if let object = event.object { event.readExecution(options: object) }
        default: break
        }
        emit(event)
    }

    private static func time(_ field: JSONValue?, _ faults: inout [FieldFault]) -> Timestamp? {
        guard let field, let text = field.text(&faults) else { return nil }
        if let time = Timestamp(rfc3339: text.bytes, assumesUTC: true) { return time }
        faults.note(field, expected: "an RFC 3339 time")
        return nil
    }
}

extension Event {
    /// Gives rules that know the names of audit events those names.
    fileprivate mutating func readAudit(of record: CloudAuditRecord, _ entry: JSONValue, _ parser: JSONParser) {
        let text = record.audit(of: entry, statusCode: statusCode ?? outcome.usualStatus(ofCreate: verb))
        guard let document = text.withUnsafeBytes({ try? parser.parse($0) }) else {
            return faults.note(entry, expected: "an entry small enough to be shown as an audit event too")
        }
        attachments.append(Attachment(label: "audit", document: document))
        raw = document.root
    }

    fileprivate mutating func readActor(of record: CloudAuditRecord, _ parser: JSONParser) {
        if let user = record.user?.text(&faults) { actor.readName(user) }
        actor.userAgent = record.userAgent?.text(&faults)
        guard let address = record.address else { return }
        // Elsewhere addresses are a list.
        var list = CompactJSON()
        list.write(raw: "[")
        list.write(string: address.bytes)
        list.write(raw: "]")
        guard let document = list.bytes.withUnsafeBytes({ try? parser.parse($0) }) else { return }
        attachments.append(Attachment(label: "callerIp", document: document))
        actor.addresses = document.root
    }

    /// Reads the outcome: a `google.rpc.Status`, or else whether the right was granted.
    fileprivate mutating func readOutcome(of record: CloudAuditRecord) {
        reason = record.status?["message"]?.text ?? record.labels?["authorization.k8s.io/reason"]?.text
        if record.isGranted == false {
            outcome = .denied
            return
        }
        // The API server's own refusal stands where the object would.
        if let answer = record.response, let failure = answer["status"]?.text, failure == "Failure" {
            reason = answer["message"]?.text ?? reason
            statusCode = answer["code"]?.int64.map { Int(clamping: $0) }
            outcome = statusCode == 403 || statusCode == 401 || isRefusedByAdmission ? .denied : .failed
            return
        }
        guard let status = record.status, status.kind == .object else {
            if let decision = record.labels?["authorization.k8s.io/decision"]?.text {
                outcome = decision == "allow" ? .allowed : .denied
            } else if record.isGranted == true {
                outcome = record.response == nil ? .allowed : .succeeded
            }
            return
        }
        switch status["code"]?.int64 ?? 0 {
        case 0: outcome = .succeeded
        // PERMISSION_DENIED and UNAUTHENTICATED of google.rpc.Code.
        case 7, 16: outcome = .denied
        default: outcome = isRefusedByAdmission ? .denied : .failed
        }
    }
}

extension Outcome {
    /// The status that the API server answers an outcome with; nil where several are usual.
    fileprivate func usualStatus(ofCreate verb: JSONText?) -> Int? {
        switch self {
        case .succeeded, .allowed: verb.map { $0 == "create" } ?? false ? 201 : 200
        case .denied: 403
        default: nil
        }
    }
}

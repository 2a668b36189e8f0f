import JSONView

/// What a JSON record is, by its content.
enum RecognizedRecord {
    /// A record of a log.
    case record(LogFormat)
    /// A Kubernetes list of records; its items.
    case list(JSONValue)
    /// Somebody else's record around a line of a log.
    case wrapped(JSONText, isContainerLog: Bool)
    /// Somebody else's record around a record.
    case nested(JSONValue)
    /// Nothing that a reader understands; what it is, for a person.
    case unknown(String)
}

extension RecognizedRecord {
    /// How many members are looked at; records of the known formats say what they are early.
    private static let memberLimit = 64

    /// Recognizes an object by its members.
    init(_ record: JSONValue) {
        guard record.kind == .object else {
            self = .unknown("a JSON value that is no object")
            return
        }
        var kind: JSONText?
        var version: JSONText?
        var signs = Signs()
        var left = Self.memberLimit
        for (key, value) in record.members {
            if key.count == 4, key == "kind" {
                kind = value.text
            } else if key.count == 10, key == "apiVersion" {
                version = value.text
            } else {
                signs.note(key, value)
            }
            if let kind, let version, let known = Self.known(kind, version) {
                self = .record(known)
                return
            }
            left -= 1
            guard left > 0 else { break }
        }
        self = signs.verdict(kind: kind, record: record)
    }

    /// Formats that their kind and version settle.
    private static func known(_ kind: JSONText, _ version: JSONText) -> LogFormat? {
        switch kind.count {
        case 5 where kind == "Event":
            if version.hasPrefix("audit.k8s.io/") { return .kubernetesAudit }
            if version == "v1" || version.hasPrefix("events.k8s.io/") { return .kubernetesEvents }
            return nil
        case 15 where kind == "AdmissionReview": return .kubernetesAdmission
        default: return KubernetesObjectKind(kind, version: version) == nil ? nil : .kubernetesObjects
        }
    }
}

/// Members that tell one format from another.
private struct Signs: BitwiseCopyable {
    private var audit = 0
    private var regards = false
    private var request = false
    private var dockerCall = false
    private var dockerEvent = 0
    private var oldDockerEvent = 0
    private var inspection = 0
    private var daemonEntry = 0
    private var log: JSONValue?
    private var stream = false
    private var message: JSONValue?
    private var properties: JSONValue?
    private var containerd = 0
    private var ociContainer = 0
    private var watched: JSONValue?
    /// The record says what became of an object, as a watch does.
    private var isChange = false
    private var cloudPayload: JSONValue?

    mutating func note(_ key: JSONText, _ value: JSONValue) {
        switch key.count {
        case 2 where key == "id", 2 where key == "Id", 2 where key == "ID":
            oldDockerEvent += 1
            inspection += 1
            if key == "ID" { ociContainer += 1 }
        case 3 where key == "log": log = value
        case 3 where key == "msg": daemonEntry += value.text == nil ? 0 : 1
        case 4 where key == "verb": audit += 1
        case 4 where key == "from": oldDockerEvent += 1
        case 4 where key == "Type": dockerEvent += 1
        case 4 where key == "type": isChange = value.text.flatMap(KubernetesObjectReader.action) != nil
        case 4 where key == "Spec":
            if value["TaskTemplate"] != nil { inspection += 2 }
            if value["ociVersion"] != nil { ociContainer += 1 }
        case 5 where key == "Actor": dockerEvent += 1
        case 5 where key == "topic": if value.text?.hasPrefix("/") == true { containerd += 1 }
        case 5 where key == "stage": audit += 1
        case 5 where key == "level": daemonEntry += value.text == nil ? 0 : 1
        case 6 where key == "status": if value.text != nil { oldDockerEvent += 1 }
        case 6 where key == "Action": dockerEvent += 1
        case 6 where key == "stream": stream = true
        case 6 where key == "Config": if value.kind == .object { inspection += 1 }
        case 6 where key == "object": watched = value
        case 7 where key == "auditID": audit += 1
        case 7 where key == "request": request = value["operation"] != nil || value["userInfo"] != nil
        case 7 where key == "message", 7 where key == "MESSAGE", 8 where key == "@message",
            11 where key == "textPayload":
            message = value
        case 9 where key == "objectRef": audit += 1
        case 9 where key == "namespace": if value.text != nil { containerd += 1 }
        case 9 where key == "timestamp": if value.text != nil { containerd += 1 }
        case 9 where key == "regarding": regards = value.kind == .object
        case 10 where key == "HostConfig": inspection += 1
        case 10 where key == "requestURI": audit += 1
        case 10 where key == "RequestUri", 10 where key == "RequestURI", 13 where key == "RequestMethod":
            dockerCall = true
        case 10 where key == "properties": properties = value
        case 20 where key == "__REALTIME_TIMESTAMP": daemonEntry += 2
        case 12 where key == "protoPayload": cloudPayload = value
        case 14 where key == "involvedObject": regards = value.kind == .object
        default: break
        }
    }

    func verdict(kind: JSONText?, record: JSONValue) -> RecognizedRecord {
        if let items = RecordList.items(of: record), record.kind == .object { return .list(items) }
        if audit >= 2 { return .record(.kubernetesAudit) }
        if let cloudPayload, cloudPayload.kind == .object {
            return CloudAuditRecord.isRecord(cloudPayload)
                ? .record(.kubernetesCloudAudit) : .unknown("a Google Cloud audit record that is no Kubernetes request")
        }
        if regards { return .record(.kubernetesEvents) }
        if request { return .record(.kubernetesAdmission) }
        if dockerCall { return .record(.dockerAuthorization) }
        if dockerEvent >= 2 || oldDockerEvent >= 3 { return .record(.dockerEvents) }
        if containerd >= 3 { return .record(.containerdEvents) }
        if ociContainer >= 2 { return .record(.containerdContainers) }
        if inspection >= 2 { return .record(.dockerInspect) }
        if daemonEntry >= 2 { return .record(.dockerDaemon) }
        if let text = log?.text { return .wrapped(text, isContainerLog: stream) }
        if let text = message?.text ?? properties?["log"]?.text { return .wrapped(text, isContainerLog: false) }
        if let watched, isChange, watched.kind == .object, case .record(.kubernetesObjects) = RecognizedRecord(watched)
        {
            return .record(.kubernetesObjects)
        }
        for inner in [log, message, watched] {
            if let inner, inner.kind == .object { return .nested(inner) }
        }
        if kind == nil, let batch = Self.batch(in: record) { return .list(batch) }
        if kind == nil, let inner = Self.inner(of: record) { return inner }
        if let kind { return .unknown("a \(String(kind.prefix(64))), which is no record of a log that is read") }
        return .unknown("JSON of no log format that is read")
    }

    /// The records of a batch: CloudWatch's `logEvents`, Event Hubs' `records`.
    private static func batch(in record: JSONValue) -> JSONValue? {
        guard let batch = record["logEvents"] ?? record["records"], batch.kind == .array, batch.count > 0 else {
            return nil
        }
        return batch
    }

    /// The record in an export of a search engine or log shipper.
    private static func inner(of record: JSONValue) -> RecognizedRecord? {
        for (key, value) in record.members where isWrapper(key) {
            if let text = value.text, text.hasPrefix("{") { return .wrapped(text, isContainerLog: false) }
            if value.kind == .object { return .nested(value) }
        }
        return nil
    }

    private static func isWrapper(_ key: JSONText) -> Bool {
        switch key.count {
        case 3: key == "raw"
        case 4: key == "_raw" || key == "body" || key == "data"
        case 5: key == "event" || key == "audit"
        case 6: key == "result"
        case 7: key == "_source" || key == "payload"
        case 8: key == "original"
        case 11: key == "jsonPayload"
        default: false
        }
    }
}

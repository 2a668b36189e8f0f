import JSONView

/// The fields of an `audit.k8s.io` Event of any version, found in one pass.
struct AuditRecord: BitwiseCopyable {
    private(set) var level: JSONValue?
    private(set) var auditID: JSONValue?
    private(set) var stage: JSONValue?
    private(set) var requestURI: JSONValue?
    private(set) var verb: JSONValue?
    private(set) var user: JSONValue?
    private(set) var impersonatedUser: JSONValue?
    private(set) var authenticationMetadata: JSONValue?
    private(set) var sourceIPs: JSONValue?
    private(set) var userAgent: JSONValue?
    private(set) var objectRef: JSONValue?
    private(set) var responseStatus: JSONValue?
    private(set) var requestObject: JSONValue?
    private(set) var responseObject: JSONValue?
    private(set) var requestReceivedTimestamp: JSONValue?
    private(set) var stageTimestamp: JSONValue?
    /// When it happened, in v1alpha1 and v1beta1.
    private(set) var timestamp: JSONValue?
    private(set) var metadata: JSONValue?
    private(set) var annotations: JSONValue?

    init(_ record: JSONValue) {
        for (key, value) in record.members {
            switch key.count {
            case 4 where key == "verb": verb = value
            case 4 where key == "user": user = value
            case 5 where key == "level": level = value
            case 5 where key == "stage": stage = value
            case 7 where key == "auditID": auditID = value
            case 8 where key == "metadata": metadata = value
            case 9 where key == "sourceIPs": sourceIPs = value
            case 9 where key == "userAgent": userAgent = value
            case 9 where key == "objectRef": objectRef = value
            case 9 where key == "timestamp": timestamp = value
            case 10 where key == "requestURI": requestURI = value
            case 11 where key == "annotations": annotations = value
            case 13 where key == "requestObject": requestObject = value.isNull ? nil : value
            case 14 where key == "responseObject": responseObject = value.isNull ? nil : value
            case 14 where key == "responseStatus": responseStatus = value
            case 14 where key == "stageTimestamp": stageTimestamp = value
            case 16 where key == "impersonatedUser": impersonatedUser = value
            case 22 where key == "authenticationMetadata": authenticationMetadata = value
            case 24 where key == "requestReceivedTimestamp": requestReceivedTimestamp = value
            default: break
            }
        }
    }

    /// When the stage was reached, or the best that an old record has.
    func time(_ faults: inout [FieldFault]) -> Timestamp? {
        Self.time(stageTimestamp, &faults) ?? Self.time(requestReceivedTimestamp, &faults)
            ?? Self.time(timestamp, &faults) ?? Self.time(metadata?["creationTimestamp"], &faults)
    }

    private static func time(_ field: JSONValue?, _ faults: inout [FieldFault]) -> Timestamp? {
        guard let field, let text = field.text(&faults) else { return nil }
        // The API server writes UTC; data lakes leave the Z off.
        if let time = Timestamp(rfc3339: text.bytes, assumesUTC: true) { return time }
        faults.note(field, expected: "an RFC 3339 time")
        return nil
    }

    /// The moment of a request that a record is about.
    enum Stage: BitwiseCopyable {
        case requestReceived, responseStarted, responseComplete, panic, unknown
    }

    func stage(_ faults: inout [FieldFault]) -> Stage {
        guard let stage, let text = stage.text(&faults) else { return .unknown }
        if text == "ResponseComplete" { return .responseComplete }
        if text == "RequestReceived" { return .requestReceived }
        if text == "ResponseStarted" { return .responseStarted }
        if text == "Panic" { return .panic }
        faults.note(stage, expected: "an audit stage")
        return .unknown
    }

    /// Notes a level that no version of auditing has.
    func checkLevel(_ faults: inout [FieldFault]) {
        guard let level, let text = level.text(&faults) else { return }
        if text == "RequestResponse" || text == "Metadata" || text == "Request" || text == "None" { return }
        faults.note(level, expected: "an audit level")
    }

    /// Whether the API server cut the bodies off because the record was too large.
    var isTruncated: Bool { annotations?["audit.k8s.io/truncated"]?.text.map { $0 == "true" } ?? false }
}

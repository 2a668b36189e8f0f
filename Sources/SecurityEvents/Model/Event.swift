public import JSONView

/// One thing that happened, or was asked for, on a Docker host or in a Kubernetes cluster.
///
/// Every reader of a log format ends in this type. Its texts and values are views on the documents that it holds; keep
/// the event as long as any of them. What a field cannot know is nil or `unknown`, never a guess.
public struct Event {
    /// The log or interface the event was read from.
    public var source: SourceType
    /// The file (or socket) and line it was read from.
    public var position: SourcePosition
    /// When it happened; nil where the record has no time.
    public var time: Timestamp?
    /// What was done.
    public var action: Action
    /// How it ended, as far as this record knows.
    public var outcome: Outcome
    /// The verb as the source spells it: a Kubernetes verb, an HTTP method, a Docker event's action.
    public var verb: JSONText?
    /// The source's own name of the event: a Kubernetes audit ID, an admission UID.
    public var identifier: JSONText?
    /// Who did it.
    public var actor = Actor()
    /// The object that it was done to.
    public var target = Target()
    /// The status code of the answer (HTTP), where the record has one.
    public var statusCode: Int?
    /// The reason or message that came with the outcome.
    public var reason: JSONText?
    /// What is known of the body that the action carried.
    public var body = BodyState.none
    /// The object that was sent or made, as JSON: a request's object, a create body, an inspection.
    public var object: JSONValue?
    /// The object as it was before, where the record has it.
    public var oldObject: JSONValue?
    /// The object of the answer, where the record has it.
    public var response: JSONValue?
    /// The deployed thing, normalized; nil for events that deploy nothing.
    public var workload: Workload?
    /// The containers that the workload has, or that were added, normalized.
    public var containers: [Container] = []
    /// The command of an exec, attach or debug request.
    public var execution: Execution?
    /// Whether the request asked only for a trial.
    public var isDryRun = false

    /// The text that the record stands in.
    public var document: JSONDocument
    /// Documents that stood inside the record: decoded bodies.
    ///
    /// Evidence paths begin with their label.
    public var attachments: [Attachment] = []

    /// The record as it was read: the whole document, or an item of a list.
    ///
    /// Of Google's Cloud Audit Logs it is the entry with the names of Kubernetes' audit events beside its own.
    public var raw: JSONValue
    /// Fields that were there and could not be understood; each was taken as not known.
    public var faults: [FieldFault] = []

    /// Odd ways in which the engine was asked, which ordinary clients have no reason for.
    public var irregularities: Irregularities = []

    /// Makes an event that knows only where it is from.
    ///
    /// - Parameters:
    ///   - source: the log it is from.
    ///   - position: where the record stands.
    ///   - document: what the event holds.
    ///   - record: the record, where it is only a part of the document.
    public init(source: SourceType, position: SourcePosition, document: JSONDocument, record: JSONValue? = nil) {
        self.source = source
        self.position = position
        self.document = document
        self.raw = record ?? document.root
        self.action = .other
        self.outcome = .unknown
    }

    /// A document that was decoded out of a record.
    public struct Attachment {
        /// The name of the field that it stood in: `RequestBody`.
        public var label: String
        public var document: JSONDocument

        /// Names a document.
        public init(label: String, document: JSONDocument) {
            self.label = label
            self.document = document
        }
    }

    /// The path of a value within the record, for evidence: `requestObject.spec.hostPID`, `RequestBody.HostConfig.Binds[0]`.
    public func path(of value: JSONValue) -> String? {
        if let path = raw.pathText(to: value) ?? document.root.pathText(to: value) { return path }
        for attachment in attachments {
            guard let rest = attachment.document.root.pathText(to: value) else { continue }
            return rest.isEmpty || rest.hasPrefix("[") ? attachment.label + rest : "\(attachment.label).\(rest)"
        }
        return nil
    }
}

/// Where a record stands.
public struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
    /// The name of the file or socket, as the user gave it.
    public var name: String
    /// The line, from 1; for a record within a larger document, the line it begins on.
    public var line: Int
    /// The record's number within its line or document, from 0; for items of a list.
    public var item: Int

    /// Makes a position.
    public init(name: String, line: Int, item: Int = 0) {
        self.name = name
        self.line = line
        self.item = item
    }

    /// `name:line`, the form that editors follow.
    public var description: String { item == 0 ? "\(name):\(line)" : "\(name):\(line)#\(item)" }
}

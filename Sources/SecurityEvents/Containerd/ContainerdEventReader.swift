public import JSONView

/// Reads containerd's events: `{"timestamp", "namespace", "topic", "event"}`, with `container` where the source asked
/// what the container is.
///
/// Nobody's name is in them: whoever may write to the socket is root.
public struct ContainerdEventReader: EventReader {
    public static let format = LogFormat.containerdEvents

    private let parser = JSONParser()

    /// Makes a reader.
    public init() {}

    /// Reads a line as `ctr events` prints it.
    ///
    /// - Parameters:
    ///   - line: the line without its ending; it is copied.
    ///   - position: where it stands.
    ///   - emit: called for each event.
    /// - Returns: false where the line is none of the kind.
    public mutating func readLine(
        _ line: UnsafeRawBufferPointer, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) -> Bool {
        guard let document = ContainerdEventLine.event(line, parser: parser) else { return false }
        do throws(ReadFault) {
            try read(document, at: position, emit: emit)
            return true
        } catch {
            return false
        }
    }

    public mutating func read(
        _ document: JSONDocument, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        let root = document.root
        guard let topic = root["topic"]?.text, topic.hasPrefix("/") else {
            throw ReadFault("an event of containerd needs a topic")
        }
        var event = Event(source: .containerdEvents, position: position, document: document)
        event.time = root["timestamp"]?.text.flatMap { Timestamp(rfc3339: $0) }
        event.verb = topic.dropFirst(1)
        event.outcome = .succeeded
        let said = root["event"]
        event.object = said
        let namespace = root["namespace"]?.text
        event.target.namespace = namespace
        event.action = Self.action(topic)
        // The end of a command in a container is not the container's.
        if event.action == .stop, let process = said?["id"]?.text, let container = said?["container_id"]?.text,
            !process.isEmpty, process != container
        {
            event.action = .other
        }
        if !topic.hasPrefix("/containers/"), !topic.hasPrefix("/tasks/") {
            // Images, namespaces and snapshots; since 2.0 sandboxes and contents as well. The topic says which.
            let kind = topic.dropFirst(1)
            event.target.resource = kind.firstIndex(of: UInt8(ascii: "/")).map { kind.prefix($0) } ?? kind
            event.target.name = said?["name"]?.text
            event.target.uid = said?["sandbox_id"]?.text
        } else {
            event.readContainer(root["container"], id: Self.identifier(said), in: namespace, parser)
            event.passOverSandbox(root["container"])
        }
        if event.action == .exec {
            // Neither the command nor who asked is in the event.
            event.execution = Execution()
        }
        emit(event)
    }

    /// The container that an event is about.
    private static func identifier(_ said: JSONValue?) -> JSONText? {
        (said?["container_id"] ?? said?["id"])?.text
    }

    private static func action(_ topic: JSONText) -> Action {
        let table: [(StaticString, Action)] = [
            ("/containers/create", .create), ("/containers/update", .modify), ("/containers/delete", .delete),
            ("/tasks/start", .start), ("/tasks/exec-started", .exec), ("/tasks/exit", .stop), ("/tasks/oom", .other),
            ("/tasks/paused", .stop), ("/tasks/resumed", .start), ("/tasks/checkpointed", .modify),
            ("/images/create", .image), ("/images/update", .image), ("/images/delete", .delete),
            ("/namespaces/create", .other), ("/namespaces/delete", .delete),
        ]
        return table.first { topic == $0.0 }?.1 ?? .other
    }
}

/// Reads what containerd keeps of a container, as `ctr containers info` prints it; found, as nobody knows who made it.
public struct ContainerdContainerReader: EventReader {
    public static let format = LogFormat.containerdContainers

    private let parser = JSONParser()

    /// Makes a reader.
    public init() {}

    public mutating func read(
        _ document: JSONDocument, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        try RecordList.forEach(in: document, at: position) { (record, position) throws(ReadFault) in
            guard record["ID"]?.text != nil, record["Spec"] != nil || record["Snapshotter"] != nil else {
                throw ReadFault("no container of containerd: neither ID nor Spec")
            }
            var event = Event(source: .containerdContainer, position: position, document: document, record: record)
            event.action = .found
            event.outcome = .succeeded
            event.time = record["CreatedAt"]?.text.flatMap { Timestamp(rfc3339: $0) }
            event.object = record
            event.readContainer(record, id: nil, in: record["Namespace"]?.text, parser)
            event.passOverSandbox(record)
            emit(event)
        }
    }
}

extension Event {
    /// That a Pod gets its sandbox is no deployment of anybody; what somebody does inside of it still counts.
    fileprivate mutating func passOverSandbox(_ object: JSONValue?) {
        guard action != .exec, let object, PodSandbox.isPlain(object) else { return }
        action = .other
    }

    /// Reads the container that an event is about, as far as the record has it.
    fileprivate mutating func readContainer(
        _ object: JSONValue?, id: JSONText?, in namespace: JSONText?, _ parser: JSONParser
    ) {
        target.resource = JSONText("containers")
        target.uid = object?["ID"]?.text ?? id
        guard let object, object.kind == .object else {
            var workload = Workload(platform: .containerd)
            workload.kindName = "Container"
            workload.uid = target.uid
            workload.namespace = namespace
            workload.engineNamespace = namespace
            workload.object = self.object
            self.workload = workload
            // That a container was made says of which image; nothing else is known.
            if action == .create, let said = self.object, let image = said["image"], image.text?.isEmpty == false {
                var container = Container(platform: .containerd, role: .main, object: said)
                (container.id, container.image) = (target.uid, image)
                containers = [container]
            }
            return
        }
        var made = ContainerdObject(object, in: namespace, parser: parser)
        if object["Spec"] != nil { body = .present }
        if made.isPrivileged, let document = try? parser.parse(Array(#"{"privileged":true}"#.utf8)) {
            attachments.append(Attachment(label: "judged", document: document))
            made.container.privileged = document.root["privileged"]
        }
        target.name = made.workload.name
        target.namespace = made.workload.namespace
        workload = made.workload
        containers = [made.container]
        faults = made.faults
    }
}

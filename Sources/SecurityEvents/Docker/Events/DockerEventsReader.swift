public import JSONView

/// Reads the engine's event stream, `GET /events` and `docker events --format '{{json .}}'`.
///
/// Of an event's attributes only `image` and `name` are the engine's own for certain: labels are written over all
/// others, so an attribute named `exitCode` or `execID` may be the choice of whoever made the container.
public struct DockerEventsReader: EventReader {
    public static let format = LogFormat.dockerEvents

    private let parser = JSONParser()

    /// Makes a reader.
    public init() {}

    /// Reads a line as `docker events` prints it without a format.
    ///
    /// - Parameters:
    ///   - line: the line without its ending; it is copied.
    ///   - position: where it stands.
    ///   - emit: called for each event.
    /// - Returns: false where the line is none of the kind.
    public mutating func readLine(
        _ line: UnsafeRawBufferPointer, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) -> Bool {
        guard let json = EventLine.json(line), let document = try? parser.parse(json.bytes) else { return false }
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
        guard root.kind == .object else { throw ReadFault("an engine event is an object") }
        // Before API 1.22 there was only `status`; since 1.52 it is gone.
        guard let verb = (root["Action"] ?? root["status"])?.text, !verb.isEmpty else {
            throw ReadFault("an engine event needs Action")
        }
        var event = Event(source: .dockerEvents, position: position, document: document)
        event.time = Self.time(root, &event.faults)
        let words = Self.split(verb)
        event.verb = words.action
        event.outcome = .succeeded
        let kind = root["Type"]?.text ?? JSONText("container")
        event.target.resource = Self.resource(kind)
        event.action = Self.action(kind, words.action)
        if kind == "container" {
            describeContainer(root, &event)
        } else {
            describeOther(root, kind, &event)
        }
        if event.action == .exec {
            var execution = Execution()
            execution.commandText = words.command
            event.execution = execution
        }
        emit(event)
    }

    private func describeContainer(_ root: JSONValue, _ event: inout Event) {
        let actor = root["Actor"]
        let attributes = actor?["Attributes"]
        let id = (actor?["ID"] ?? actor?["Id"] ?? root["id"])?.text.flatMap { $0.isEmpty ? nil : $0 }
        let name = attributes?["name"]?.text
        event.target.uid = id
        event.target.name = name
        var workload = Workload(platform: .docker)
        workload.kindName = "Container"
        workload.uid = id
        workload.name = name
        workload.labels = attributes
        workload.object = actor
        var container = Container(platform: .docker, role: .main, object: actor ?? root)
        container.id = id
        container.name = name
        container.image = attributes?["image"] ?? root["from"]
        event.workload = workload
        event.containers = [container]
    }

    private func describeOther(_ root: JSONValue, _ kind: JSONText, _ event: inout Event) {
        let actor = root["Actor"]
        event.target.uid = (actor?["ID"] ?? actor?["Id"] ?? root["id"])?.text
        event.target.name = actor?["Attributes"]?["name"]?.text ?? event.target.uid
        event.object = actor
        guard kind == "service" || kind == "plugin", event.action != .other else { return }
        var workload = Workload(platform: .docker)
        workload.kindName = kind == "service" ? "Service" : "Plugin"
        workload.uid = event.target.uid
        workload.name = event.target.name
        event.workload = workload
    }

    /// `exec_create: sh -c id` → the action and the command; `health_status: healthy` has a state there.
    private static func split(_ verb: JSONText) -> (action: JSONText, command: JSONText?) {
        guard let colon = verb.firstIndex(of: UInt8(ascii: ":")) else { return (verb, nil) }
        var rest = verb.dropFirst(colon + 1)
        if rest.hasPrefix(" ") { rest = rest.dropFirst(1) }
        return (verb.prefix(colon), rest)
    }

    private static func time(_ root: JSONValue, _ faults: inout [FieldFault]) -> Timestamp? {
        if let nanoseconds = root["timeNano"]?.int64, nanoseconds > 0 { return Timestamp(nanoseconds: nanoseconds) }
        guard let value = root["time"], !value.isNull else { return nil }
        if let seconds = value.int64 { return Timestamp(seconds: seconds) }
        if let text = value.text, let time = Timestamp(rfc3339: text) { return time }
        faults.note(value, expected: "seconds since 1970")
        return nil
    }

    /// The API's paths have the plural of an event's type.
    private static func resource(_ kind: JSONText) -> JSONText {
        let names: [(StaticString, StaticString)] = [
            ("container", "containers"), ("image", "images"), ("network", "networks"), ("volume", "volumes"),
            ("service", "services"), ("node", "nodes"), ("plugin", "plugins"), ("secret", "secrets"),
            ("config", "configs"),
        ]
        return names.first { kind == $0.0 }.map { JSONText($0.1) } ?? kind
    }
}

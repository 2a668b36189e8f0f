#if Containerd
    internal import JSONView
    internal import PlatformAPIs
    internal import SecurityEvents
    internal import SwiftProtobuf

    /// Writes what containerd says as JSON, as `ctr` prints it.
    enum ContainerdJSON {
        private static let parser = JSONLimits(size: 8 << 20, depth: 64)

        /// A container: `ctr containers info`, with its namespace.
        static func container(_ container: Containerd_Container, in namespace: String) -> [UInt8] {
            var writer = CompactJSON()
            writer.write(raw: "{\"ID\":")
            writer.write(string: container.id.utf8)
            writer.write(raw: ",\"Namespace\":")
            writer.write(string: namespace.utf8)
            writer.write(raw: ",\"Labels\":{")
            var isFirst = true
            for (key, value) in container.labels.sorted(by: { $0.key < $1.key }) {
                if !isFirst { writer.write(raw: ",") }
                isFirst = false
                writer.write(string: key.utf8)
                writer.write(raw: ":")
                writer.write(string: value.utf8)
            }
            writer.write(raw: "},\"Image\":")
            writer.write(string: container.image.utf8)
            writer.write(raw: ",\"Runtime\":{\"Name\":")
            writer.write(string: container.runtime.name.utf8)
            writer.write(raw: "},\"CreatedAt\":")
            writer.write(string: moment(container.createdAt).utf8)
            writer.write(raw: ",\"Spec\":")
            writeSpecification(container.spec, to: &writer)
            writer.write(raw: "}")
            return writer.bytes
        }

        /// The specification is JSON already, inside the message; one that is not stays unknown.
        private static func writeSpecification(_ spec: Google_Protobuf_Any, to writer: inout CompactJSON) {
            guard !spec.value.isEmpty, let document = try? JSONParser(limits: parser).parse(Array(spec.value)) else {
                return writer.write(raw: "null")
            }
            withExtendedLifetime(document) { writer.write(document.root) }
        }

        /// An event.
        static func event(_ envelope: Containerd_Envelope) -> ContainerdEvent {
            let (container, members) = content(envelope)
            var writer = CompactJSON()
            writer.write(raw: "{\"timestamp\":")
            writer.write(string: moment(envelope.timestamp).utf8)
            writer.write(raw: ",\"namespace\":")
            writer.write(string: envelope.namespace.utf8)
            writer.write(raw: ",\"topic\":")
            writer.write(string: envelope.topic.utf8)
            writer.write(raw: ",\"event\":{")
            var isFirst = true
            for (name, value) in members {
                if !isFirst { writer.write(raw: ",") }
                isFirst = false
                writer.write(string: name.utf8)
                writer.write(raw: ":")
                switch value {
                case .text(let text): writer.write(string: text.utf8)
                case .number(let number): writer.write(number: Int(number))
                }
            }
            writer.write(raw: "}}")
            return ContainerdEvent(
                namespace: envelope.namespace, topic: envelope.topic, container: container,
                process: process(envelope.topic, container, members), json: writer.bytes)
        }

        /// The number of the container's first process, where the event is its start or its end.
        private static func process(_ topic: String, _ container: String, _ members: [(String, Value)]) -> UInt32? {
            guard topic == "/tasks/start" || topic == "/tasks/exit" else { return nil }
            var process: UInt32?
            for (name, value) in members {
                if name == "pid", case .number(let number) = value { process = number }
                // The end of a command in a container is not the container's.
                if name == "id", case .text(let text) = value, text != container { return nil }
            }
            return process
        }

        private enum Value {
            case text(String)
            case number(UInt32)
        }

        /// The container that an event is about, and its members that are not empty.
        private static func content(_ envelope: Containerd_Envelope) -> (String, [(String, Value)]) {
            let bytes = envelope.event.value
            // What cannot be read has no container, which whoever tells of it takes for a gap.
            func read<M: Message>(_ type: M.Type) -> M {
                (try? M(serializedBytes: bytes, partial: true)) ?? M()
            }
            switch envelope.topic {
            case "/containers/create", "/containers/update", "/containers/delete":
                let event = read(Containerd_ContainerEvent.self)
                return (event.id, [("id", .text(event.id)), ("image", .text(event.image))].filter(isFull))
            case "/tasks/create":
                let event = read(Containerd_TaskCreate.self)
                return (event.containerID, [("container_id", .text(event.containerID)), ("pid", .number(event.pid))])
            case "/tasks/start":
                let event = read(Containerd_TaskStart.self)
                return (event.containerID, [("container_id", .text(event.containerID)), ("pid", .number(event.pid))])
            case "/tasks/exit":
                let event = read(Containerd_TaskExit.self)
                return (
                    event.containerID,
                    [
                        ("container_id", .text(event.containerID)), ("id", .text(event.id)),
                        ("pid", .number(event.pid)),
                        ("exit_status", .number(event.exitStatus)),
                    ]
                )
            case "/tasks/delete":
                let event = read(Containerd_TaskDelete.self)
                return (
                    event.containerID,
                    [
                        ("container_id", .text(event.containerID)), ("id", .text(event.id)),
                        ("pid", .number(event.pid)),
                        ("exit_status", .number(event.exitStatus)),
                    ].filter(isFull)
                )
            case "/tasks/exec-added", "/tasks/exec-started":
                let event = read(Containerd_TaskExec.self)
                return (
                    event.containerID,
                    [
                        ("container_id", .text(event.containerID)), ("exec_id", .text(event.execID)),
                        ("pid", .number(event.pid)),
                    ]
                )
            case let topic where topic.hasPrefix("/tasks/"):
                let event = read(Containerd_TaskNotice.self)
                return (event.containerID, [("container_id", .text(event.containerID))])
            case let topic where topic.hasPrefix("/sandboxes/"):
                // Their first field is the sandbox's identifier.
                let event = read(Containerd_NamedEvent.self)
                return ("", [("sandbox_id", .text(event.name))].filter(isFull))
            default:
                let event = read(Containerd_NamedEvent.self)
                return ("", [("name", .text(event.name))].filter(isFull))
            }
        }

        private static func isFull(_ member: (String, Value)) -> Bool {
            if case .text(let text) = member.1 { !text.isEmpty } else { true }
        }

        private static func moment(_ time: Google_Protobuf_Timestamp) -> String {
            Timestamp(seconds: time.seconds, nanoseconds: Int64(time.nanos)).map { "\($0)" } ?? ""
        }
    }
#endif

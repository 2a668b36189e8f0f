package import JSONView

extension DockerRequest {
    /// What has to be asked of the engine before the call can be judged.
    package enum Question: Sendable, Equatable {
        /// A container, by its name or identifier.
        case container(String)
        /// An exec that was created, by its identifier.
        case exec(String)
        /// A service that is set back to what it was before, by its name or identifier.
        case rollback(String)
    }

    /// What the call is about and does not say itself; nil where it says all.
    package var question: Question? {
        guard let name = variables.first, !name.isEmpty else { return nil }
        return switch route?.id {
        case "containers.start", "containers.restart", "containers.exec", "containers.update", "containers.attach",
            "containers.attach.ws", "containers.archive", "containers.checkpoint":
            .container(name)
        case "exec.start": .exec(name)
        // The engine takes what it remembers and looks at no body.
        case "services.update" where parameter("rollback").map { !$0.isEmpty } ?? false: .rollback(name)
        default: nil
        }
    }

    /// Adds to a call's event what the engine says of its container.
    ///
    /// - Parameters:
    ///   - inspection: the engine's answer about the container.
    ///   - event: the event; it keeps the inspection.
    package static func lend(_ inspection: JSONDocument, to event: inout Event) {
        let object = DockerContainerObject(inspection: inspection.root)
        event.attachments.append(.init(label: "Container", document: inspection))
        event.target.uid = object.workload.uid ?? event.target.uid
        event.target.name = object.workload.name ?? event.target.name
        let own = event.workload
        var workload = object.workload
        workload.restartPolicy = own?.restartPolicy ?? workload.restartPolicy
        event.workload = workload
        event.containers = [object.container]
    }

    /// Adds to the start of an exec what was said when it was created.
    ///
    /// - Parameters:
    ///   - created: the body of its creation, or the same made of the engine's inspection.
    ///   - event: the event; it keeps the document.
    package static func lend(exec created: JSONDocument, to event: inout Event) {
        let tty = event.execution?.tty
        event.attachments.append(.init(label: "ExecCreate", document: created))
        event.execution = Execution(body: created.root)
        if let tty { event.execution?.tty = tty }
    }

    /// The volumes that the event's container mounts by their names, each once.
    package static func namedVolumes(of event: borrowing Event) -> [String] {
        guard let container = event.containers.first, container.volumes == nil else { return [] }
        var names: [String] = []
        for mount in container.dockerMounts() {
            guard let source = mount.volumeName, !source.isEmpty else { continue }
            let name = String(copying: source)
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Tells the event's container what stands behind volumes that it mounts by their names.
    ///
    /// - Parameters:
    ///   - volumes: the engine's answers about them.
    ///   - event: the event; it keeps what it needs of them.
    ///   - parser: makes that document.
    /// - Throws: why the answers together cannot be kept: nobody may take the volumes for ones without a folder behind.
    package static func lend(
        volumes: [JSONDocument], to event: inout Event, parser: JSONParser
    ) throws(JSONError) {
        guard !event.containers.isEmpty else { return }
        var written = CompactJSON()
        written.write(raw: "[")
        var isFirst = true
        for volume in volumes {
            let root = volume.root
            guard let name = root["Name"]?.text, let options = root["Options"], options["device"]?.text != nil else {
                continue
            }
            written.write(raw: isFirst ? "{\"Name\":" : ",{\"Name\":")
            isFirst = false
            written.write(string: name.bytes)
            written.write(raw: ",\"Driver\":")
            if let driver = root["Driver"] { written.write(driver) } else { written.write(raw: "null") }
            written.write(raw: ",\"DriverOpts\":")
            written.write(options)
            written.write(raw: "}")
        }
        written.write(raw: "]")
        withExtendedLifetime(volumes) {}
        if isFirst { return }
        let document = try parser.parse(written.bytes)
        event.attachments.append(.init(label: "volumes", document: document))
        event.containers[0].volumes = document.root
    }

    /// Whether a name is a whole identifier, which no other container can have.
    package static func isIdentifier(_ name: String) -> Bool {
        name.utf8.count == 64
            && name.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) }
    }

    /// The identifier that the engine gave what a call made; nil where the answer has none.
    package static func madeIdentifier(_ answer: JSONDocument) -> String? {
        (answer.root["Id"] ?? answer.root["ID"])?.text.map { String(copying: $0) }
    }
}

/// What the engine says of an exec, as the body of its creation has it.
package struct DockerExecInspection: Sendable, Equatable {
    /// The container that it runs in.
    package var container: String
    /// The same as JSON, with the names of a creation's body.
    package var body: [UInt8]

    /// Reads the engine's answer; nil where it makes no sense.
    package init?(_ root: JSONValue) {
        guard let container = root["ContainerID"]?.text, let process = root["ProcessConfig"] else { return nil }
        self.container = String(copying: container)
        var written = CompactJSON()
        written.write(raw: "{\"Cmd\":[")
        if let first = process["entrypoint"] { written.write(first) } else { written.write(raw: "\"\"") }
        for argument in process["arguments"].map({ Array($0.elements) }) ?? [] {
            written.write(raw: ",")
            written.write(argument)
        }
        written.write(raw: "]")
        let members: [(StaticString, StaticString)] = [
            ("user", ",\"User\":"), ("privileged", ",\"Privileged\":"), ("tty", ",\"Tty\":"),
        ]
        for (name, key) in members {
            guard let value = process[name] else { continue }
            written.write(raw: key)
            written.write(value)
        }
        written.write(raw: "}")
        body = written.bytes
    }
}

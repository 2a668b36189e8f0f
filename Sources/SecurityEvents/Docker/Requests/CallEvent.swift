import JSONView

/// What is known of one call of the engine's API, put together from a record or from several log lines.
struct CallEvent {
    var call: DockerCall
    var body: GoBody?
    var bodyState = BodyState.none
    /// The answer's JSON.
    var response: JSONDocument?
    var status: Int?

    /// The label of decoded request bodies, where evidence paths begin.
    static let bodyLabel = "RequestBody"
    static let responseLabel = "ResponseBody"
    static let uriLabel = "RequestUri"

    /// Fills an event with all of it.
    func fill(_ event: inout Event) {
        event.verb = call.method
        event.action = call.action
        event.target.resource = call.resource
        event.target.requestURI = call.uri
        if call.name != nil { event.target.subresource = call.operation }
        event.body = bodyState
        event.statusCode = status
        if call.isIrregular { event.irregularities.insert(.encodedPath) }
        if let decoded = call.decoded { event.attachments.append(.init(label: Self.uriLabel, document: decoded)) }
        if let body {
            event.object = body.document.root
            event.irregularities.formUnion(body.irregularities)
            event.attachments.append(.init(label: Self.bodyLabel, document: body.document))
        }
        if let response {
            event.response = response.root
            event.attachments.append(.init(label: Self.responseLabel, document: response))
        }
        if let status {
            event.outcome = Self.outcome(status)
            if status >= 400 { event.reason = response?.root["message"]?.text }
        }
        describe(&event)
    }

    /// How a call ended that was answered with a status.
    static func outcome(_ status: Int) -> Outcome {
        switch status {
        case 401, 403: .denied
        case 400...: .failed
        case 101, 200..<400: .succeeded
        default: .unknown
        }
    }

    private func describe(_ event: inout Event) {
        switch true {
        case call.asks("containers", "create"): describeCreate(&event)
        case call.resource == "containers": describeContainer(&event)
        case call.asks("exec", "start"):
            event.target.name = call.name
            var execution = Execution()
            execution.tty = body?.document.root["Tty"]?.bool
            event.execution = execution
        case call.asks("services", "create"), call.asks("services", "update"): describeService(&event)
        case call.resource == "plugins" && (event.action == .create || event.action == .start):
            event.target.name = call.name ?? call.parameter("name") ?? call.parameter("remote")
            event.workload = named("Plugin", event.target.name, nil)
        case call.asks("volumes", "create"): describeVolume(&event)
        case call.asks("networks", "create"): event.target.name = event.object?["Name"]?.text
        case call.asks("images", "create"):
            event.target.name = call.parameter("fromImage") ?? call.parameter("fromSrc")
        case call.resource == "commit": event.target.name = call.parameter("container")
        case call.resource == "build": event.target.name = call.parameter("t")
        default: event.target.name = call.name
        }
    }

    private func describeCreate(_ event: inout Event) {
        let id = response?.root["Id"]?.text ?? response?.root["ID"]?.text
        let name = call.parameter("name")
        event.target.name = name
        event.target.uid = id
        guard let root = body?.document.root, root.kind == .object else {
            // Something is deployed, and nobody can say what.
            event.workload = named("Container", name, id)
            return
        }
        let object = DockerContainerObject(create: root, name: name, id: id)
        event.workload = object.workload
        event.containers = [object.container]
        event.faults += object.faults
        if object.readsOutsideHostConfig { event.irregularities.insert(.oldAPI) }
    }

    private func describeContainer(_ event: inout Event) {
        guard let name = call.name else { return }
        let id = ContainerIdentifier.isFull(name) ? name : nil
        event.target.uid = id
        event.target.name = id == nil ? name : nil
        guard event.action != .read, event.action != .other else { return }
        event.workload = named("Container", event.target.name, id)
        guard let root = body?.document.root, root.kind == .object else { return }
        if call.asks("containers", "exec") {
            event.execution = Execution(body: root)
        } else if call.asks("containers", "update") {
            event.workload?.restartPolicy = root["RestartPolicy"]?["Name"]?.text.flatMap { $0.isEmpty ? nil : $0 }
            event.workload?.object = root
        } else if call.asks("containers", "start"), root.count > 0 {
            event.irregularities.insert(.oldAPI)
            // Later API versions refuse such a start.
            guard let version = call.version, version < 24 else { return }
            let object = DockerContainerObject(start: root, name: event.target.name, id: id)
            event.workload = object.workload
            event.containers = [object.container]
            event.faults += object.faults
        }
    }

    private func describeService(_ event: inout Event) {
        let id = call.name ?? response?.root["ID"]?.text ?? response?.root["Id"]?.text
        event.target.uid = id
        guard let root = body?.document.root, root.kind == .object else {
            event.target.name = call.name
            event.workload = named("Service", call.name, id)
            return
        }
        let object = DockerServiceObject(specification: root, id: id)
        event.target.name = object.workload.name ?? call.name
        event.workload = object.workload
        event.containers = [object.container]
        event.faults += object.faults
    }

    private func describeVolume(_ event: inout Event) {
        let name = event.object?["Name"]?.text.flatMap { $0.isEmpty ? nil : $0 } ?? response?.root["Name"]?.text
        event.target.name = name
        guard let device = event.object?["DriverOpts"]?["device"]?.text, !device.isEmpty else { return }
        // A volume made of a folder or disk of the host is the first half of a container that mounts it.
        event.action = .create
        event.workload = named("Volume", name, nil)
        event.workload?.object = event.object
    }

    private func named(_ kind: String, _ name: JSONText?, _ id: JSONText?) -> Workload {
        var workload = Workload(platform: .docker)
        workload.kindName = kind
        workload.name = name
        workload.uid = id
        return workload
    }
}

extension Execution {
    /// Reads the body of an exec's creation.
    init(body: JSONValue) {
        self.init()
        var fields = FieldReader()
        command = fields.words(body["Cmd"])
        if command?.kind == .string {
            commandText = command?.text
            command = nil
        }
        isPrivileged = fields.bool(body["Privileged"])
        user = fields.text(body["User"])
        tty = body["Tty"]?.bool
        stdin = body["AttachStdin"]?.bool
    }
}

/// What identifies a container: 64 hexadecimal digits, or a beginning of them.
enum ContainerIdentifier {
    static func isFull(_ text: JSONText) -> Bool { text.count == 64 && isHexadecimal(text) }

    static func isHexadecimal(_ text: JSONText) -> Bool {
        !text.isEmpty
            && text.bytes.allSatisfy {
                switch $0 {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
                default: false
                }
            }
    }
}

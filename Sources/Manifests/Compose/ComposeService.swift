/// Turns a service of a Compose file into the create body that Compose sends to the engine.
struct ComposeService {
    let service: PlacedValue
    let name: String
    /// The file's named volumes.
    let volumes: PlacedValue?
    /// The whole file, for secrets and configs.
    let file: PlacedValue
    private(set) var faults: [(message: String, place: Place)] = []

    init(_ service: PlacedValue, name: String, volumes: PlacedValue?, file: PlacedValue) {
        self.service = service
        self.name = name
        self.volumes = volumes
        self.file = file
    }

    mutating func fault(_ message: String, at place: Place) { faults.append((message, place)) }

    /// The body.
    mutating func body(at place: Place) -> PlacedValue {
        var body = CreateBody(at: place)
        readConfiguration(&body)
        readNamespaces(&body)
        readPrivileges(&body)
        readLimits(&body)
        readMounts(&body)
        readPorts(&body)
        return body.root
    }

    // MARK: Configuration

    private mutating func readConfiguration(_ body: inout CreateBody) {
        body.set("Image", text("image"))
        body.set("Cmd", words("command"))
        body.set("Entrypoint", words("entrypoint"))
        body.set("User", text("user"))
        body.set("WorkingDir", text("working_dir"))
        body.set("Hostname", text("hostname"))
        for variable in pairs("environment") {
            // A variable without a value comes from whoever starts it.
            guard let value = variable.value else { continue }
            body.append("Env", .text("\(variable.key)=\(value)", at: variable.place))
        }
        for label in pairs("labels") {
            body.insert("Labels", label.key, .text(label.value ?? "", at: label.place), at: label.place)
        }
        for annotation in pairs("annotations") {
            body.insertHost(
                "Annotations", annotation.key, .text(annotation.value ?? "", at: annotation.place),
                at: annotation.place)
        }
        if let check = service["healthcheck"], let test = check.member("test") {
            let words: PlacedValue =
                test.value.text.map { line in
                    PlacedValue(
                        .array([.text("CMD-SHELL", at: test.value.place), .text(line, at: test.value.place)]),
                        at: test.value.place)
                } ?? test.value
            body.insert("Healthcheck", "Test", words, at: test.keyPlace)
        }
    }

    private mutating func readNamespaces(_ body: inout CreateBody) {
        let modes = [
            ("network_mode", "NetworkMode"), ("pid", "PidMode"), ("ipc", "IpcMode"), ("uts", "UTSMode"),
            ("userns_mode", "UsernsMode"), ("cgroup", "CgroupnsMode"),
        ]
        for (key, engine) in modes {
            guard var mode = text(key), let member = service.member(key) else { continue }
            if let value = mode.text, value.hasPrefix("service:") {
                mode = .text("container:" + value.dropFirst(8), at: mode.place)
            }
            body.setHost(engine, mode, at: member.keyPlace)
        }
        body.setHost("CgroupParent", text("cgroup_parent"), at: service.member("cgroup_parent")?.keyPlace)
        body.setHost("Runtime", text("runtime"), at: service.member("runtime")?.keyPlace)
    }

    // MARK: Privileges

    private mutating func readPrivileges(_ body: inout CreateBody) {
        for (key, engine) in [("privileged", "Privileged"), ("read_only", "ReadonlyRootfs")] {
            body.setHost(engine, bool(key), at: service.member(key)?.keyPlace)
        }
        for (key, engine) in [
            ("cap_add", "CapAdd"), ("cap_drop", "CapDrop"), ("group_add", "GroupAdd"),
            ("device_cgroup_rules", "DeviceCgroupRules"), ("volumes_from", "VolumesFrom"),
        ] {
            for element in list(key) { body.appendHost(engine, element) }
        }
        for option in list("security_opt") { EngineOptions.addSecurity(option, to: &body) }
        for device in list("devices") {
            if let text = device.text {
                body.appendHost("Devices", EngineOptions.device(text, at: device.place))
            } else if let source = device["source"] {
                body.appendHost(
                    "Devices",
                    EngineOptions.device(
                        source, target: device["target"], permissions: device["permissions"], at: device.place))
            }
        }
        for option in pairs("sysctls") {
            body.insertHost("Sysctls", option.key, .text(option.value ?? "", at: option.place), at: option.place)
        }
    }

    private mutating func readLimits(_ body: inout CreateBody) {
        let restart = service["deploy"]?["restart_policy"]?.member("condition")
        if let policy = text("restart"), let member = service.member("restart") {
            let name = policy.text?.split(separator: ":").first.map(String.init) ?? ""
            body.insertHost("RestartPolicy", "Name", .text(name, at: policy.place), at: member.keyPlace)
        } else if let restart, let condition = restart.value.text {
            let names = ["any": "always", "none": "no"]
            body.insertHost(
                "RestartPolicy", "Name", .text(names[condition] ?? condition, at: restart.value.place),
                at: restart.keyPlace)
        }
        if let memory = service.member("mem_limit")
            ?? service["deploy"]?["resources"]?["limits"]?.member(
                "memory")
        {
            body.setHost("Memory", PlacedValue(.int(1), at: memory.value.place), at: memory.keyPlace)
        }
    }

    // MARK: Ports

    private mutating func readPorts(_ body: inout CreateBody) {
        for port in list("ports") {
            if let text = port.plain {
                guard let published = PortSyntax.published(text) else {
                    // A variable that is not known is no port yet.
                    if !text.contains("$") { fault("'\(text)' is no port", at: port.place) }
                    continue
                }
                for one in published {
                    body.publish(one.container, hostIP: one.hostIP, hostPort: one.host, at: port.place)
                }
            } else if let target = port["target"]?.plain {
                let transport = port["protocol"]?.text ?? "tcp"
                body.publish(
                    "\(target)/\(transport)", hostIP: port["host_ip"]?.text ?? "",
                    hostPort: port["published"]?.plain ?? "",
                    at: (port.member("published") ?? port.member("target"))?.value.place ?? port.place)
            }
        }
    }
}

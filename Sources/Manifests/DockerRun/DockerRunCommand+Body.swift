extension DockerRunCommand {
    /// The container's name, where a flag gives one.
    var name: String? { flags.last { $0.name == "name" }?.value }

    /// The body that the client would send.
    func body() -> PlacedValue {
        var body = CreateBody(at: place)
        if let image { body.set("Image", .text(image.text, at: image.place)) }
        if let first = arguments.first {
            body.set(
                "Cmd", PlacedValue(.array(arguments.map { .text($0.text, at: $0.place) }), at: first.place))
        }
        for flag in flags { apply(flag, to: &body) }
        return body.root
    }

    /// Flags that become a text of `HostConfig`.
    private static let hostTexts = [
        "pid": "PidMode", "ipc": "IpcMode", "uts": "UTSMode", "userns": "UsernsMode", "cgroupns": "CgroupnsMode",
        "cgroup-parent": "CgroupParent", "runtime": "Runtime",
    ]
    private static let hostLists = [
        "cap-add": "CapAdd", "cap-drop": "CapDrop", "group-add": "GroupAdd", "volumes-from": "VolumesFrom",
        "device-cgroup-rule": "DeviceCgroupRules",
    ]
    private static let hostBooleans = [
        "privileged": "Privileged", "read-only": "ReadonlyRootfs", "rm": "AutoRemove", "publish-all": "PublishAllPorts",
    ]
    private static let texts = ["user": "User", "workdir": "WorkingDir", "hostname": "Hostname"]

    private func apply(_ flag: Flag, to body: inout CreateBody) {
        let value = PlacedValue.text(flag.value, at: flag.place)
        if let key = Self.hostTexts[flag.name] { return body.setHost(key, value) }
        if let key = Self.hostLists[flag.name] { return body.appendHost(key, value) }
        if let key = Self.texts[flag.name] { return body.set(key, value) }
        if let key = Self.hostBooleans[flag.name] {
            let isTrue = ["true", "1", "t", "T", "TRUE", "True"].contains(flag.value)
            return body.setHost(key, PlacedValue(.bool(isTrue), at: flag.place))
        }
        switch flag.name {
        case "env": if flag.value.contains("=") { body.append("Env", value) }
        case "label", "annotation", "sysctl": applyPair(flag, to: &body)
        case "entrypoint": body.set("Entrypoint", PlacedValue(.array([value]), at: flag.place))
        case "health-cmd":
            body.insert(
                "Healthcheck", "Test",
                PlacedValue(.array([.text("CMD-SHELL", at: flag.place), value]), at: flag.place),
                at: flag.place)
        case "network", "net":
            // `--network name=host,alias=web`
            let fields = Self.fields(flag.value)
            body.setHost("NetworkMode", .text(fields["name"] ?? flag.value, at: flag.place))
        case "security-opt": EngineOptions.addSecurity(value, to: &body)
        case "device": body.appendHost("Devices", EngineOptions.device(flag.value, at: flag.place))
        case "volume": applyVolume(flag, to: &body)
        case "mount": body.appendHost("Mounts", mount(flag))
        case "tmpfs":
            let parts = flag.value.split(separator: ":", maxSplits: 1)
            body.insertHost(
                "Tmpfs", String(parts.first ?? ""), .text(parts.count == 2 ? String(parts[1]) : "", at: flag.place),
                at: flag.place)
        case "publish":
            for port in PortSyntax.published(flag.value) ?? [] {
                body.publish(port.container, hostIP: port.hostIP, hostPort: port.host, at: flag.place)
            }
        case "restart":
            let policy = flag.value.split(separator: ":").first.map(String.init) ?? ""
            body.insertHost("RestartPolicy", "Name", .text(policy, at: flag.place), at: flag.place)
        case "memory": body.setHost("Memory", PlacedValue(.int(1), at: flag.place))
        case "use-api-socket":
            body.appendHost("Binds", .text("/var/run/docker.sock:/var/run/docker.sock", at: flag.place))
        default: break
        }
    }

    private func applyPair(_ flag: Flag, to body: inout CreateBody) {
        let parts = flag.value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let value = PlacedValue.text(parts.count == 2 ? String(parts[1]) : "", at: flag.place)
        let key = String(parts[0])
        switch flag.name {
        case "label": body.insert("Labels", key, value, at: flag.place)
        case "annotation": body.insertHost("Annotations", key, value, at: flag.place)
        default: body.insertHost("Sysctls", key, value, at: flag.place)
        }
    }

    private func applyVolume(_ flag: Flag, to body: inout CreateBody) {
        guard let colon = flag.value.firstIndex(of: ":") else {
            return body.insert("Volumes", flag.value, PlacedValue(.object([]), at: flag.place), at: flag.place)
        }
        let source = String(flag.value[..<colon])
        let bind = source.hasPrefix(".") ? ComposeService.resolved(source) + flag.value[colon...] : flag.value
        body.appendHost("Binds", .text(bind, at: flag.place))
    }

    /// `type=bind,source=/,target=/host,readonly`.
    private func mount(_ flag: Flag) -> PlacedValue {
        let fields = Self.fields(flag.value)
        func member(_ key: String, _ value: PlacedValue.Content) -> PlacedValue.Member {
            .init(key: key, keyPlace: flag.place, value: PlacedValue(value, at: flag.place))
        }
        var members = [member("Type", .text(fields["type"] ?? "volume"))]
        if let source = fields["source"] ?? fields["src"] { members.append(member("Source", .text(source))) }
        if let target = fields["target"] ?? fields["destination"] ?? fields["dst"] {
            members.append(member("Target", .text(target)))
        }
        let readOnly = fields["readonly"] ?? fields["ro"]
        members.append(member("ReadOnly", .bool(readOnly == "" || readOnly == "true" || readOnly == "1")))
        if let propagation = fields["bind-propagation"] {
            members.append(member("BindOptions", .object([member("Propagation", .text(propagation))])))
        }
        let options = Self.all("volume-opt", of: flag.value).map { option in
            let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
            return member(parts.first ?? "", .text(parts.count == 2 ? parts[1] : ""))
        }
        if !options.isEmpty || fields["volume-driver"] != nil {
            let driver = member(
                "DriverConfig",
                .object([
                    member("Name", .text(fields["volume-driver"] ?? "local")), member("Options", .object(options)),
                ]))
            members.append(member("VolumeOptions", .object([driver])))
        }
        return PlacedValue(.object(members), at: flag.place)
    }

    /// The fields of a value in CSV: `type=bind,readonly`.
    private static func fields(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for field in records(text) {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            fields[parts[0].lowercased()] = parts.count == 2 ? String(parts[1]) : ""
        }
        return fields
    }

    private static func all(_ key: String, of text: String) -> [String] {
        records(text).filter { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    /// CSV (RFC 4180): commas divide, but not within quotes around a field.
    private static func records(_ text: String) -> [String] {
        var (records, field, isQuoted) = ([String](), "", false)
        for character in text {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                records.append(field)
                field = ""
            default: field.append(character)
            }
        }
        return records + [field]
    }
}

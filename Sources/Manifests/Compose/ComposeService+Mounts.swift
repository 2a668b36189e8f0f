extension ComposeService {
    /// Reads volumes, tmpfs, and secrets and configs that are files of the host.
    mutating func readMounts(_ body: inout CreateBody) {
        for volume in list("volumes") {
            if let text = volume.text { readShort(text, at: volume.place, &body) } else { readLong(volume, &body) }
        }
        // Compose mounts the engine's socket, and gives the credentials of registries with it.
        if let socket = service["use_api_socket"], socket.content == .bool(true) {
            body.appendHost("Binds", .text("/var/run/docker.sock:/var/run/docker.sock", at: socket.place))
        }
        for path in list("tmpfs") {
            guard let text = path.text else { continue }
            let parts = text.split(separator: ":", maxSplits: 1)
            guard let target = parts.first else { continue }
            body.insertHost(
                "Tmpfs", String(target), .text(parts.count == 2 ? String(parts[1]) : "", at: path.place), at: path.place
            )
        }
        for kind in ["secrets", "configs"] { readFiles(kind, &body) }
    }

    private func readShort(_ text: String, at place: Place, _ body: inout CreateBody) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            return body.insert("Volumes", text, PlacedValue(.object([]), at: place), at: place)
        }
        let source = String(parts[0])
        if !Self.isPath(source), let options = volumes?[source]?["driver_opts"] {
            let rest = parts[1].split(separator: ":", maxSplits: 1)
            let isReadOnly = rest.count == 2 && rest[1].split(separator: ",").contains("ro")
            let target = PlacedValue.text(String(rest.first ?? ""), at: place)
            return addNamed(source, options, target: target, isReadOnly: isReadOnly, at: place, &body)
        }
        let bind = Self.isPath(source) ? "\(Self.resolved(source)):\(parts[1])" : text
        body.appendHost("Binds", .text(bind, at: place))
    }

    private func readLong(_ volume: PlacedValue, _ body: inout CreateBody) {
        guard let type = volume["type"]?.text else { return }
        let source = volume["source"] ?? volume["src"]
        let target = volume["target"] ?? volume["destination"] ?? volume["dst"]
        let isReadOnly = volume["read_only"]?.content == .bool(true)
        if type == "volume", let name = source?.text, let options = volumes?[name]?["driver_opts"] {
            let place = source?.place ?? volume.place
            return addNamed(name, options, target: target, isReadOnly: isReadOnly, at: place, &body)
        }
        var members = [member("Type", .text(type, at: volume.place))]
        if let source, let text = source.text {
            let path = type == "bind" ? Self.resolved(text) : text
            members.append(member("Source", .text(path, at: source.place)))
        }
        if let target { members.append(member("Target", target)) }
        members.append(member("ReadOnly", PlacedValue(.bool(isReadOnly), at: volume.place)))
        if let propagation = volume["bind"]?["propagation"] {
            members.append(
                member(
                    "BindOptions", PlacedValue(.object([member("Propagation", propagation)]), at: propagation.place)))
        }
        body.appendHost("Mounts", PlacedValue(.object(members), at: volume.place))
    }

    /// A named volume with options, which may be a folder of the host.
    private func addNamed(
        _ name: String, _ options: PlacedValue, target: PlacedValue?, isReadOnly: Bool, at place: Place,
        _ body: inout CreateBody
    ) {
        let driver = volumes?[name]?["driver"]?.text ?? "local"
        let config = PlacedValue(
            .object([member("Name", .text(driver, at: options.place)), member("Options", options)]), at: options.place)
        var members = [
            member("Type", .text("volume", at: place)), member("Source", .text(name, at: place)),
            member("ReadOnly", PlacedValue(.bool(isReadOnly), at: place)),
            member("VolumeOptions", PlacedValue(.object([member("DriverConfig", config)]), at: place)),
        ]
        if let target { members.append(member("Target", target)) }
        body.appendHost("Mounts", PlacedValue(.object(members), at: place))
    }

    /// Secrets and configs with `file` are mounted read-only from the host.
    private func readFiles(_ kind: String, _ body: inout CreateBody) {
        for entry in list(kind) {
            guard let name = entry.text ?? entry["source"]?.text,
                let source = file[kind]?[name]?["file"], let path = source.text
            else { continue }
            let target = entry["target"] ?? .text("/run/\(kind)/\(name)", at: entry.place)
            body.appendHost(
                "Mounts",
                PlacedValue(
                    .object([
                        member("Type", .text("bind", at: source.place)),
                        member("Source", .text(Self.resolved(path), at: source.place)), member("Target", target),
                        member("ReadOnly", PlacedValue(.bool(true), at: source.place)),
                    ]), at: entry.place))
        }
    }

    private func member(_ key: String, _ value: PlacedValue) -> PlacedValue.Member {
        PlacedValue.Member(key: key, keyPlace: value.place, value: value)
    }

    static func isPath(_ source: String) -> Bool {
        guard let first = source.unicodeScalars.first else { return false }
        return first == "/" || first == "." || first == "~" || source.contains("\\") || source.hasPrefix("${")
    }

    /// Where a project is taken to lie, because where it will lie is not known; a few `..` lead out of it to the root.
    private static let project = ["srv", "compose", "project"]

    /// A path that is relative to the project, as the engine is given it.
    static func resolved(_ path: String) -> String {
        guard path.hasPrefix(".") else { return path }
        var steps = project
        for step in path.split(separator: "/", omittingEmptySubsequences: true) where step != "." {
            if step == ".." { _ = steps.popLast() } else { steps.append(String(step)) }
        }
        return "/" + steps.joined(separator: "/")
    }
}

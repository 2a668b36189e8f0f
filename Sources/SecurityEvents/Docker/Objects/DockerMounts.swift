import JSONView

/// Reads the ways in which the engine's API asks for mounts.
enum DockerMounts {
    /// `HostConfig.Binds`: `/host:/target:ro`, `name:/target`, `/target`.
    static func bind(_ element: JSONValue) -> Mount? {
        guard let text = element.text else { return nil }
        // `C:\path:D:\target` has colons of its own behind its first letters.
        let drive = isDrive(text) ? 2 : 0
        guard let colon = text.dropFirst(drive).firstIndex(of: UInt8(ascii: ":")) else {
            return Mount(kind: .volume, source: nil, target: text, isReadOnly: false, origin: element)
        }
        let source = text.prefix(drive + colon)
        let rest = text.dropFirst(drive + colon + 1)
        let restDrive = isDrive(rest) ? 2 : 0
        let end = rest.dropFirst(restDrive).firstIndex(of: UInt8(ascii: ":")).map { $0 + restDrive } ?? rest.count
        let options = rest.dropFirst(end + 1)
        let isPath =
            source.hasPrefix("/") || drive > 0 || source.hasPrefix("\\\\") || source.hasPrefix("./")
            || source.hasPrefix("../") || source.hasPrefix("~")
        var mount = Mount(
            kind: isPath ? .host : .volume, source: source, target: rest.prefix(end), isReadOnly: false, origin: element
        )
        DockerVolumeOptions.forEachOption(options) { option in
            if option == "ro" || option == "readonly" { mount.isReadOnly = true }
            if isPropagation(option) { mount.propagation = option }
        }
        return mount
    }

    /// An element of `HostConfig.Mounts`, or of a Swarm service's `Mounts`.
    static func asked(_ element: JSONValue) -> Mount? {
        guard element.kind == .object else { return nil }
        let source = element["Source"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        let type = element["Type"]?.text
        var mount = Mount(
            kind: .other, source: source, target: element["Target"]?.text,
            isReadOnly: element["ReadOnly"]?.bool ?? false, origin: element["Source"] ?? element)
        mount.propagation = element["BindOptions"]?["Propagation"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        mount.subPath = (element["VolumeOptions"] ?? element["ImageOptions"])?["Subpath"]?.text
        guard let type else { return mount }
        switch true {
        case type == "bind", type == "npipe": mount.kind = .host
        case type == "volume":
            mount.kind = .volume
            mount.volume = source
            // Its options are looked at when it is known whether there is such a volume already.
            if element["VolumeOptions"]?["DriverConfig"] != nil { mount.origin = element }
        case type == "tmpfs": mount.kind = .temporary
        case type == "image": (mount.kind, mount.isReadOnly) = (.image, true)
        case type == "cluster": mount.kind = .plugin
        default: mount.kind = .other
        }
        return mount
    }

    /// An element of an inspection's `Mounts`.
    static func made(_ element: JSONValue) -> Mount? {
        guard element.kind == .object else { return nil }
        let type = element["Type"]?.text
        var mount = Mount(
            kind: .other, source: element["Source"]?.text, target: element["Destination"]?.text,
            isReadOnly: element["RW"]?.bool.map { !$0 } ?? false, origin: element["Source"] ?? element)
        mount.propagation = element["Propagation"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        switch true {
        // Inspections before API 1.20 had no type: a name marked a volume.
        case type == nil: mount.kind = element["Name"]?.text?.isEmpty == false ? .volume : .host
        case type.map({ $0 == "bind" || $0 == "npipe" }) == true: mount.kind = .host
        case type.map({ $0 == "volume" }) == true:
            mount.kind = .volume
            mount.volume = element["Name"]?.text
            if let driver = element["Driver"]?.text, driver != "local" { mount.kind = .plugin }
            // The engine's own folder says nothing; the volume's name does.
            mount.source = mount.volume ?? mount.source
        case type.map({ $0 == "tmpfs" }) == true: mount.kind = .temporary
        case type.map({ $0 == "image" }) == true:
            mount.kind = .image
            // The engine's own folder says nothing; the image's name does.
            mount.source = element["Name"]?.text.flatMap { $0.isEmpty ? nil : $0 } ?? mount.source
        default: break
        }
        return mount
    }

    /// An element of `VolumesFrom`, `container[:ro]`: all that the other container mounts.
    ///
    /// - Parameters:
    ///   - element: the element.
    ///   - lenders: what is known of other containers, with their mounts as the engine made them.
    /// - Returns: the mounts; where nothing is known of the other container, one that only names it.
    static func volumesFrom(_ element: JSONValue, _ lenders: JSONValue?) -> [Mount] {
        guard let text = element.text, let name = lender(of: element) else { return [] }
        let isReadOnly = text.dropFirst(name.count + 1) == "ro"
        if let known = lenders?.elements.first(where: { $0["Name"]?.text.map { $0 == name } ?? false }) {
            return (known["Mounts"].map { Array($0.elements) } ?? []).compactMap(made).map { mount in
                var mount = mount
                mount.isReadOnly = mount.isReadOnly || isReadOnly
                mount.origin = element
                return mount
            }
        }
        return [Mount(kind: .other, source: name, target: nil, isReadOnly: isReadOnly, origin: element)]
    }

    /// The container that an element of `VolumesFrom` names.
    static func lender(of element: JSONValue) -> JSONText? {
        guard let text = element.text, !text.isEmpty else { return nil }
        return text.firstIndex(of: UInt8(ascii: ":")).map { text.prefix($0) } ?? text
    }

    /// A member of `Volumes`: a path in the container that gets a volume of its own.
    static func anonymous(_ target: JSONText, _ value: JSONValue) -> Mount {
        var mount = Mount(kind: .volume, source: nil, target: target, isReadOnly: false, origin: value)
        // In the days before Binds, the value was the path on the host.
        if let source = value.text, source.hasPrefix("/") { (mount.kind, mount.source) = (.host, source) }
        return mount
    }

    /// What a mount is by the options that stand beside it, and by what is known of volumes of its name, which count first:
    /// the engine makes no volume anew.
    ///
    /// - Parameters:
    ///   - mount: a mount of any kind.
    ///   - volumes: what is known of volumes: names, drivers and options.
    /// - Returns: the mount, or several where a volume is made of several folders.
    static func resolve(_ mount: Mount, in volumes: JSONValue?) -> [Mount] {
        if let name = mount.volumeName, let volumes {
            for volume in volumes.elements where volume["Name"]?.text.map({ $0 == name }) == true {
                var named = mount
                (named.kind, named.source, named.volume) = (.volume, name, name)
                return DockerVolumeOptions.behind(volume["DriverOpts"], of: volume["Driver"], named)
            }
        }
        guard mount.kind == .volume, let driver = mount.origin["VolumeOptions"]?["DriverConfig"] else { return [mount] }
        return DockerVolumeOptions.behind(driver["Options"], of: driver["Name"], mount)
    }

    private static func isPropagation(_ option: JSONText) -> Bool {
        let known: [StaticString] = ["shared", "rshared", "slave", "rslave", "private", "rprivate"]
        return known.contains { option == $0 }
    }

    private static func isDrive(_ text: JSONText) -> Bool {
        guard text.count > 2 else { return false }
        let letter = text.bytes[0] | 0x20
        let isLetter = letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z")
        return isLetter && text.bytes[1] == UInt8(ascii: ":")
            && (text.bytes[2] == UInt8(ascii: "\\") || text.bytes[2] == UInt8(ascii: "/") && isDriveSlash(text))
    }

    /// `c:/data:/data` is a drive; `v:/data` is a volume of one letter.
    private static func isDriveSlash(_ text: JSONText) -> Bool {
        text.dropFirst(2).firstIndex(of: UInt8(ascii: ":")) != nil && text.bytes.count { $0 == UInt8(ascii: ":") } > 2
    }
}

import JSONView

/// What stands behind a volume of the engine's own driver, whose options are those of the system's `mount`.
enum DockerVolumeOptions {
    /// File systems that show the kernel, and where the host shows the same.
    private static let kernel: [(type: StaticString, path: StaticString)] = [
        ("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev"),
        ("debugfs", "/sys/kernel/debug"), ("tracefs", "/sys/kernel/tracing"),
        ("securityfs", "/sys/kernel/security"), ("configfs", "/sys/kernel/config"),
        ("bpf", "/sys/fs/bpf"), ("cgroup", "/sys/fs/cgroup"), ("cgroup2", "/sys/fs/cgroup"),
        ("efivarfs", "/sys/firmware/efi/efivars"), ("pstore", "/sys/fs/pstore"),
        ("binfmt_misc", "/proc/sys/fs/binfmt_misc"),
    ]
    /// File systems of which a whole folder of the host can be a layer.
    private static let layered: [StaticString] = ["overlay", "overlayfs", "aufs"]
    private static let memory: [StaticString] = ["tmpfs", "ramfs"]
    private static let remote: [StaticString] = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "9p", "virtiofs", "glusterfs", "afs", "lustre", "beegfs",
    ]
    /// What a folder that is named without a leading slash is judged as: it begins where the engine was started, which is
    /// the root of the host for every service manager.
    private static var engineFolder: JSONText { JSONText("/") }

    /// Tells what is mounted.
    ///
    /// - Parameters:
    ///   - options: `DriverOpts` of a volume.
    ///   - driver: the driver's name; nil or empty for the engine's own.
    ///   - mount: the mount of the volume.
    /// - Returns: what is mounted, one mount for each folder of the host where there are several.
    static func behind(_ options: JSONValue?, of driver: JSONValue?, _ mount: Mount) -> [Mount] {
        var mount = mount
        if let name = driver?.text, !name.isEmpty, name != "local" {
            mount.kind = .plugin
            return [mount]
        }
        guard let options, let device = options["device"]?.text, !device.isEmpty else { return [mount] }
        let flags = options["o"]?.text ?? JSONText("")
        var (isBind, isOfHost) = (false, false)
        forEachOption(flags) { option in
            if option == "bind" || option == "rbind" { isBind = true }
            if option == "ro" { mount.isReadOnly = true }
            if option.hasPrefix("addr=") { isOfHost = Mount.isLoopback(option.dropFirst(5)) }
        }
        let type = options["type"]?.text ?? JSONText("")
        mount.source = device
        mount.origin = options["device"] ?? mount.origin
        if isBind {
            mount.kind = .host
            if !device.hasPrefix("/") { mount.source = engineFolder }
            return [mount]
        }
        if memory.contains(where: { type == $0 }) {
            mount.kind = .temporary
        } else if let path = kernel.first(where: { type == $0.type })?.path {
            (mount.kind, mount.source) = (.host, JSONText(path))
        } else if layered.contains(where: { type == $0 }) {
            return layers(flags, options["o"], mount)
        } else if type.hasPrefix("nfs"), let path = exported(device, isOfHost: isOfHost) {
            (mount.kind, mount.source) = (.host, path)
        } else if type == "none" || type.isEmpty {
            mount.kind = device.hasPrefix("/") ? .host : .plugin
        } else if device.hasPrefix("/"), !remote.contains(where: { type == $0 }), !type.hasPrefix("fuse") {
            // A file system on a disk of the host, however the disk is called.
            mount.kind = .host
        } else {
            mount.kind = .plugin
        }
        return [mount]
    }

    /// The path on the host that the host's own file server exports as `127.0.0.1:/path`; nil where another server does.
    ///
    /// The engine puts the address of `addr=` in the place of the device's own.
    private static func exported(_ device: JSONText, isOfHost: Bool) -> JSONText? {
        let inBrackets = device.hasPrefix("[") ? device.firstIndex(of: UInt8(ascii: "]")) ?? 0 : 0
        guard let colon = device.dropFirst(inBrackets).firstIndex(of: UInt8(ascii: ":")) else { return nil }
        guard isOfHost || Mount.isLoopback(device.prefix(inBrackets + colon)) else { return nil }
        return device.dropFirst(inBrackets + colon + 1)
    }

    /// The folders that an overlay shows; only the uppermost can be written to.
    private static func layers(_ flags: JSONText, _ origin: JSONValue?, _ mount: Mount) -> [Mount] {
        var found: [Mount] = []
        func add(_ path: JSONText, isReadOnly: Bool) {
            guard !path.isEmpty, found.count < 64 else { return }
            var layer = mount
            layer.kind = .host
            layer.source = path.hasPrefix("/") ? path : engineFolder
            layer.isReadOnly = mount.isReadOnly || isReadOnly
            layer.origin = origin ?? mount.origin
            found.append(layer)
        }
        forEachOption(flags) { option in
            guard let equal = option.firstIndex(of: UInt8(ascii: "=")) else { return }
            let (name, value) = (option.prefix(equal), option.dropFirst(equal + 1))
            switch true {
            case name == "upperdir": add(value, isReadOnly: false)
            case name == "lowerdir", name == "lowerdir+", name == "datadir+", name == "br", name == "dirs":
                forEachOption(value, separator: UInt8(ascii: ":")) { add($0, isReadOnly: true) }
            default: break
            }
        }
        var whole = mount
        whole.kind = .plugin
        return found.isEmpty ? [whole] : found
    }

    static func forEachOption(
        _ options: JSONText, separator: UInt8 = UInt8(ascii: ","), _ body: (JSONText) -> Void
    ) {
        var rest = options
        while !rest.isEmpty {
            let end = rest.firstIndex(of: separator) ?? rest.count
            body(rest.prefix(end))
            rest = rest.dropFirst(end + 1)
        }
    }
}

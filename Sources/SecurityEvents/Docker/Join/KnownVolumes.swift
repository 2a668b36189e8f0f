import JSONView

/// Volumes that stand for a folder or disk of the host, by name.
///
/// Who mounts such a volume by its name mounts the host, and the container's own records do not say so.
struct KnownVolumes {
    private static let limit = 4096
    private static let sizeLimit = 4096

    /// The volume's `{Name, Driver, DriverOpts}` as JSON.
    private var volumes: [String: [UInt8]] = [:]
    private var order: [String] = []

    /// Remembers a volume's creation or inspection.
    mutating func learn(_ event: borrowing Event) {
        guard let object = event.object, event.outcome != .denied, event.outcome != .failed,
            let name = event.target.name, name.count <= 256,
            let options = object["DriverOpts"] ?? object["Options"], options["device"]?.text != nil
        else { return }
        var copy = CompactJSON()
        copy.write(raw: #"{"Name":"#)
        copy.write(string: name.bytes)
        copy.write(raw: #","Driver":"#)
        if let driver = object["Driver"] { copy.write(driver) } else { copy.write(raw: "null") }
        copy.write(raw: #","DriverOpts":"#)
        copy.write(options)
        copy.write(raw: "}")
        guard copy.bytes.count <= Self.sizeLimit else { return }
        if volumes.updateValue(copy.bytes, forKey: String(name)) == nil { order.append(String(name)) }
        guard order.count > Self.limit else { return }
        for old in order.prefix(Self.limit / 4) { volumes[old] = nil }
        order.removeFirst(Self.limit / 4)
    }

    /// Tells a container what stands behind the volumes that it mounts by name.
    func lend(to event: inout Event, _ parser: JSONParser) {
        guard !volumes.isEmpty, let container = event.containers.first, container.volumes == nil else { return }
        var named: [[UInt8]] = []
        for mount in container.dockerMounts() where named.count < 64 {
            guard let name = mount.volumeName, name.count <= 256, let known = volumes[String(name)] else { continue }
            named.append(known)
        }
        guard !named.isEmpty else { return }
        let text = [UInt8(ascii: "[")] + named.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
        guard let document = try? parser.parse(Array(text)) else { return }
        event.attachments.append(.init(label: "volumes", document: document))
        event.containers[0].volumes = document.root
    }
}

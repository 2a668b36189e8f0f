import JSONView

/// Reads the ports of the engine's API.
enum DockerPorts {
    /// A member of `PortBindings`: `"80/tcp": [{"HostIp": "", "HostPort": "8080"}]`.
    static func bound(_ key: JSONText, _ bindings: JSONValue) -> [Port] {
        var port = Port(container: number(containerPart(key)), host: nil, origin: bindings)
        port.transport = transport(key)
        guard bindings.count > 0 else { return [port] }
        return bindings.elements.map { binding in
            var port = port
            port.origin = binding
            port.hostIP = binding["HostIp"]?.text
            let host = binding["HostPort"]?.text
            // Without a port, and for a range, the engine chooses.
            port.host = host.flatMap { number($0) } ?? 0
            return port
        }
    }

    /// The exposed ports of a create body or inspection that are not bound.
    static func exposed(_ object: JSONValue, except bound: [JSONText], publishAll: JSONValue?) -> [Port] {
        guard let ports = object["ExposedPorts"] ?? object["Config"]?["ExposedPorts"] else { return [] }
        return ports.members.compactMap { key, value in
            guard !bound.contains(key) else { return nil }
            var port = Port(container: number(containerPart(key)), host: nil, origin: value)
            port.transport = transport(key)
            if publishAll?.bool == true { port.host = 0 }
            return port
        }
    }

    /// An element of a Swarm service's `EndpointSpec.Ports`.
    static func service(_ element: JSONValue) -> Port {
        // In the ingress and in the host mode alike the port is open on the host; without one Swarm chooses.
        let published = element["PublishedPort"]?.int64.flatMap { Int(exactly: $0) }
        var port = Port(
            container: element["TargetPort"]?.int64.flatMap { Int(exactly: $0) }, host: published ?? 0, origin: element)
        port.name = element["Name"]?.text
        port.transport = element["Protocol"]?.text
        return port
    }

    private static func containerPart(_ key: JSONText) -> JSONText {
        key.firstIndex(of: UInt8(ascii: "/")).map { key.prefix($0) } ?? key
    }

    private static func transport(_ key: JSONText) -> JSONText? {
        key.firstIndex(of: UInt8(ascii: "/")).map { key.dropFirst($0 + 1) }
    }

    private static func number(_ text: JSONText) -> Int? {
        guard !text.isEmpty, text.count <= 5, text.bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return text.bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}

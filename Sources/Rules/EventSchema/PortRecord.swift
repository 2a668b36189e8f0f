internal import CEL
package import JSONView
internal import SecurityEvents

/// `port`: a port that a container listens on or that leads to it.
package final class PortRecord: TabledRecord {
    let port: Port
    var kept: KeptValues { .none }

    init(_ port: Port) { self.port = port }

    package var origin: JSONValue? { port.origin }

    static let table = SchemaTable<PortRecord>(
        "Port", "A port that a container listens on or that leads to it.",
        [
            .text("name", "The port's name.") { $0.port.name },
            .number("container", "The port in the container.") { $0.port.container.map { Int64($0) } },
            .number("host", "The port on the host; 0 where the engine chooses; not known where none is bound.") {
                $0.port.host.map { Int64($0) }
            },
            .text("hostIP", "The address of the host that it is bound to; empty for all.") { $0.port.hostIP },
            SchemaField("protocol", .string, "TCP, UDP or SCTP.") { record in
                guard let transport = record.port.transport, !transport.isEmpty else { return .text(JSONText("TCP")) }
                return .string(String(transport).uppercased())
            },
        ])
}

internal import CEL
package import JSONView
internal import SecurityEvents

/// `mount`: a place outside a container's own file system that it can reach.
package final class MountRecord: TabledRecord {
    let mount: Mount
    var kept: KeptValues { .none }

    init(_ mount: Mount) { self.mount = mount }

    package var origin: JSONValue? { mount.origin }

    static let table = SchemaTable<MountRecord>(
        "Mount", "A place outside a container's own file system that it can reach.",
        [
            .word(
                "kind",
                "host, volume, emptyDirectory, secret, configMap, projected, temporary, device, image, plugin or "
                    + "other."
            ) {
                $0.mount.kind.word
            },
            .text(
                "source",
                "The path on the host, the name of the volume, secret or config map, or the image's reference."
            ) {
                $0.mount.source
            },
            .text("target", "The path in the container; not known for a volume that no container mounts.") {
                $0.mount.target
            },
            SchemaField("readOnly", .bool, "Whether the container can only read it.", origins: { [$0.mount.origin] }) {
                .bool($0.mount.isReadOnly)
            },
            .text("propagation", "How mounts inside it spread, as written: rshared, Bidirectional.") {
                $0.mount.propagation
            },
            .text("subPath", "The part of the volume that is mounted.") { $0.mount.subPath },
            .text("type", "Kubernetes' hostPath.type.") { $0.mount.hostPathType },
            .text("volume", "The name of the volume in the Pod.") { $0.mount.volume },
        ])
}

extension Mount.Kind {
    fileprivate var word: StaticString {
        switch self {
        case .host: "host"
        case .volume: "volume"
        case .emptyDirectory: "emptyDirectory"
        case .secret: "secret"
        case .configMap: "configMap"
        case .projected: "projected"
        case .temporary: "temporary"
        case .device: "device"
        case .image: "image"
        case .plugin: "plugin"
        case .other: "other"
        }
    }
}

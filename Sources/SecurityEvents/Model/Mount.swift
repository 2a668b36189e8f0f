public import JSONView

/// A place outside a container's own file system that it can reach.
public struct Mount: BitwiseCopyable {
    /// What stands behind a mount.
    public enum Kind: String, CaseIterable, Sendable, BitwiseCopyable {
        /// A path of the host (`hostPath`, a bind, a local volume with `o=bind`, NFS from the host itself).
        case host
        /// A volume that the platform keeps.
        case volume
        case emptyDirectory
        case secret
        case configMap
        case projected
        case temporary
        /// A raw device.
        case device
        /// The files of an image (`volumes[].image`, `--mount type=image`).
        case image
        /// A CSI driver's, a network file system's of another machine, or another plugin's.
        case plugin
        case other
    }

    public var kind: Kind
    /// The path on the host, the name of the volume, secret or config map, the image's reference.
    public var source: JSONText?
    /// The path in the container; nil for a volume that no container mounts.
    public var target: JSONText?
    public var isReadOnly: Bool
    /// `rshared`, `Bidirectional` and the like, as written.
    public var propagation: JSONText?
    public var subPath: JSONText?
    /// Kubernetes' `hostPath.type`.
    public var hostPathType: JSONText?
    /// The name of the volume in the Pod.
    public var volume: JSONText?
    /// The value that names the source.
    public var origin: JSONValue

    /// The name of the engine's volume that is mounted; nil where none is named.
    var volumeName: JSONText? { volume ?? (kind == .volume ? source : nil) }

    /// Makes a mount.
    public init(kind: Kind, source: JSONText?, target: JSONText?, isReadOnly: Bool, origin: JSONValue) {
        self.kind = kind
        self.source = source
        self.target = target
        self.isReadOnly = isReadOnly
        self.origin = origin
    }
}

/// A port that a container listens on or that leads to it.
public struct Port: BitwiseCopyable {
    public var name: JSONText?
    /// The port in the container.
    public var container: Int?
    /// The port on the host; nil where none is bound, 0 where the engine chooses.
    public var host: Int?
    /// The address of the host that it is bound to; nil or empty for all.
    public var hostIP: JSONText?
    /// `TCP`, `UDP`, `SCTP` in any case; nil for TCP.
    public var transport: JSONText?
    public var origin: JSONValue

    /// Makes a port.
    public init(container: Int?, host: Int?, origin: JSONValue) {
        self.container = container
        self.host = host
        self.origin = origin
    }
}

/// A variable of a container's environment.
public struct EnvironmentVariable: BitwiseCopyable {
    public var name: JSONText
    /// The value as written; nil where it comes from elsewhere.
    public var value: JSONText?
    /// `secretKeyRef`, `configMapKeyRef`, `fieldRef` and so on, where the value comes from elsewhere.
    public var from: JSONText?
    public var origin: JSONValue

    /// Makes a variable.
    public init(name: JSONText, value: JSONText?, from: JSONText?, origin: JSONValue) {
        self.name = name
        self.value = value
        self.from = from
        self.origin = origin
    }
}

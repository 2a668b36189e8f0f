/// containerd.
package struct ContainerdSection: ConfigSection {
    package var use = SourceUse.auto
    package var socket: String?
    package var containers = 16_384

    package init() {}

    package static let path = "sources.containerd"
    package static let summary =
        "containerd, in all of its namespaces: its events, and the specification of every container."
    package static let keys: [ConfigKey<Self>] = [
        .choice(
            "use", \.use,
            "Whether it is followed. With auto it is where its socket is and no other sources are named."),
        .path(
            "socket", \.socket,
            "The path of its socket. Default: the first of " + usualSockets.joined(separator: ", ") + " that is there."),
        .number(
            "containers", \.containers, 1...10_000_000,
            "How many containers are remembered, to tell who they are and what came and went. Past it events do not say who "
                + "a container is, which is a gap."),
    ]

    /// Where containerd listens when nothing else is said, a kubelet's before a Docker engine's own.
    static let usualSockets = [
        "/run/containerd/containerd.sock", "/run/k3s/containerd/containerd.sock",
        "/run/docker/containerd/containerd.sock",
    ]
}

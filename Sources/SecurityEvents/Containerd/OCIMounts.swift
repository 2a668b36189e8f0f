import JSONView

extension Container {
    /// The mounts of an OCI runtime specification, without those that every container has.
    package func ociMounts() -> [Mount] {
        guard let madeMounts else { return [] }
        return madeMounts.elements.compactMap(OCIMounts.mount)
    }
}

/// Reads the mounts of an OCI runtime specification.
enum OCIMounts {
    /// Folders in which engines and kubelets keep what containers are given, by the kind of what stands there.
    private static let kept: [(part: StaticString, kind: Mount.Kind)] = [
        ("/volumes/kubernetes.io~secret/", .secret), ("/volumes/kubernetes.io~configmap/", .configMap),
        ("/volumes/kubernetes.io~projected/", .projected), ("/volumes/kubernetes.io~downward-api/", .projected),
        ("/volumes/kubernetes.io~empty-dir/", .emptyDirectory), ("/volumes/kubernetes.io~csi/", .plugin),
        ("/volumes/kubernetes.io~nfs/", .plugin), ("/volumes/kubernetes.io~local-volume/", .volume),
        ("/volume-subpaths/", .volume),
    ]

    /// A mount; nil for what the kernel provides to every container.
    static func mount(_ element: JSONValue) -> Mount? {
        guard element.kind == .object else { return nil }
        let type = element["type"]?.text
        let source = element["source"]?.text
        let options = element["options"]
        var isBind = type.map { $0 == "bind" || $0 == "none" || $0 == "rbind" } ?? false
        var mount = Mount(
            kind: .other, source: source, target: element["destination"]?.text, isReadOnly: false,
            origin: element["source"] ?? element)
        for option in options?.elements.map({ $0 }) ?? [] {
            guard let text = option.text else { continue }
            if text == "bind" || text == "rbind" { isBind = true }
            if text == "ro" { mount.isReadOnly = true }
            if isPropagation(text) { mount.propagation = text }
        }
        guard isBind, let source else { return isOrdinary(type, mount.target) ? nil : withKind(mount, type) }
        mount.kind = kind(of: source)
        return isOwn(source) ? nil : mount
    }

    private static func withKind(_ mount: Mount, _ type: JSONText?) -> Mount {
        var mount = mount
        if type.map({ $0 == "tmpfs" }) ?? false { mount.kind = .temporary }
        return mount
    }

    /// Where kubelets keep what Pods are given: their own folder, and those of k0s and MicroK8s.
    private static let kubelets: [StaticString] = [
        "/var/lib/kubelet/pods/", "/var/lib/k0s/kubelet/pods/", "/var/snap/microk8s/common/var/lib/kubelet/pods/",
    ]

    /// Where containerd keeps what it makes for Pods: its own folders, and those of k3s, RKE2, k0s and MicroK8s.
    private static let pods: [StaticString] = [
        "/var/lib/containerd/io.containerd.grpc.v1.cri/", "/run/containerd/io.containerd.grpc.v1.cri/",
        "/var/lib/rancher/k3s/agent/containerd/io.containerd.grpc.v1.cri/",
        "/var/lib/rancher/rke2/agent/containerd/io.containerd.grpc.v1.cri/",
        "/run/k3s/containerd/io.containerd.grpc.v1.cri/", "/var/lib/k0s/containerd/io.containerd.grpc.v1.cri/",
        "/run/k0s/containerd/io.containerd.grpc.v1.cri/",
        "/var/snap/microk8s/common/var/lib/containerd/io.containerd.grpc.v1.cri/",
        "/var/snap/microk8s/common/run/containerd/io.containerd.grpc.v1.cri/",
    ]

    /// What is left of a path behind one of several folders; nil where it is in none, or climbs out.
    private static func rest(of path: JSONText, in folders: [StaticString]) -> JSONText? {
        guard let folder = folders.first(where: { path.hasPrefix($0) }), !path.contains("/../") else { return nil }
        return path.dropFirst(folder.utf8CodeUnitCount)
    }

    /// What stands in a folder of the host.
    private static func kind(of source: JSONText) -> Mount.Kind {
        // Since containerd 2.1 the image of an image volume is put there; which one it is the path does not say.
        if let made = rest(of: source, in: pods), made.hasPrefix("image-volumes/") { return .image }
        guard kubelets.contains(where: { source.hasPrefix($0) }) else {
            let isVolume =
                (source.hasPrefix("/var/lib/docker/volumes/") || source.hasPrefix("/var/lib/nerdctl/"))
                && source.hasSuffix("/_data")
            return isVolume ? .volume : .host
        }
        // A path that climbs out of its folder is the host's.
        guard !source.contains("/../") else { return .host }
        return kept.first { source.contains($0.part) }?.kind ?? .other
    }

    /// Files that an engine makes for a container: its names, its resolver, its log of how it ended.
    private static func isOwn(_ source: JSONText) -> Bool {
        guard !source.contains("/../") else { return false }
        if kubelets.contains(where: { source.hasPrefix($0) }) {
            return source.hasSuffix("/etc-hosts") || source.contains("/containers/")
        }
        let isEngines =
            rest(of: source, in: pods)?.hasPrefix("sandboxes/") == true
            || source.hasPrefix("/var/lib/docker/containers/") || source.hasPrefix("/var/lib/nerdctl/")
        return isEngines
            && ["/hostname", "/hosts", "/resolv.conf", "/shm", "/mounts/shm"].contains { source.hasSuffix($0) }
    }

    /// What the kernel provides where every container has it.
    private static func isOrdinary(_ type: JSONText?, _ target: JSONText?) -> Bool {
        guard let type, let target else { return false }
        let known: [(StaticString, StaticString)] = [
            ("proc", "/proc"), ("tmpfs", "/dev"), ("devpts", "/dev/pts"), ("tmpfs", "/dev/shm"), ("shm", "/dev/shm"),
            ("mqueue", "/dev/mqueue"), ("sysfs", "/sys"), ("cgroup", "/sys/fs/cgroup"), ("cgroup2", "/sys/fs/cgroup"),
            ("tmpfs", "/run"),
        ]
        return known.contains { type == $0.0 && target == $0.1 }
    }

    private static func isPropagation(_ option: JSONText) -> Bool {
        ["rshared", "shared", "rslave", "slave", "rprivate", "private"].contains { option == $0 }
    }
}

package import JSONView

/// The container that only holds a Pod's namespaces, which a kubelet has made for every Pod: nobody deploys it.
///
/// A label says which containers are sandboxes, and anybody who may create a container may give it; so one is taken for a
/// sandbox only where it does what a sandbox does: it runs `/pause` of an image of that name, or of one that has no name, with
/// no more rights than every container has and with nothing of the host. Namespaces of the host that it shares are the Pod's, whose other
/// containers show them.
package enum PodSandbox {
    /// The member of a container's brief that says that it was seen to be one.
    package static let member: StaticString = "PlainSandbox"

    private static let label: StaticString = "io.cri-containerd.kind"
    /// What every container may do.
    private static let capabilities: Set<String> = [
        "CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD",
        "CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID",
        "CAP_SYS_CHROOT",
    ]

    /// Whether a container is a sandbox and nothing else.
    ///
    /// - Parameter container: `ID`, `Labels`, `Image` and `Spec`, as `ctr containers info` prints them.
    /// - Returns: whether it is; no, where that cannot be seen.
    package static func isPlain(_ container: JSONValue) -> Bool {
        if let told = container[member]?.bool { return told }
        guard let spec = container["Spec"], container["Labels"]?[label]?.text.map({ $0 == "sandbox" }) == true,
            isPause(container["Image"]?.text) || isNameless(container["Image"]?.text) && isMadeByInterface(spec),
            let process = spec["process"], runsPause(process["args"])
        else { return false }
        return hasUsualRights(process) && hasNothingOfHost(spec)
    }

    private static func isPause(_ image: JSONText?) -> Bool {
        guard let image, image.count <= 1024, let name = (try? ImageReference(image))?.repository else { return false }
        return name.split(separator: "/").last?.contains("pause") ?? false
    }

    /// Whether an image is known by nothing but its identifier, `sha256:…`, as one that was imported without a tag, or whose
    /// tag has moved on.
    private static func isNameless(_ image: JSONText?) -> Bool {
        guard let image, image.count == 71, image.hasPrefix("sha256:") else { return false }
        return image.dropFirst(7).bytes.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// Whether the container runtime interface says of a specification that it made it for a sandbox, as every release of
    /// it does; what stands in for an image's name.
    private static func isMadeByInterface(_ spec: JSONValue) -> Bool {
        guard let type = spec["annotations"]?["io.kubernetes.cri.container-type"] else { return false }
        return type.text.map { $0 == "sandbox" } == true
    }

    private static func runsPause(_ args: JSONValue?) -> Bool {
        guard let args, args.kind == .array, args.count == 1 else { return false }
        return args.elements.first { _ in true }?.text.map { $0 == "/pause" } ?? false
    }

    private static func hasUsualRights(_ process: JSONValue) -> Bool {
        guard let sets = process["capabilities"] else { return true }
        return sets.members.allSatisfy { set in
            set.value.elements.allSatisfy { $0.text.map { capabilities.contains(String($0.prefix(64))) } ?? false }
        }
    }

    private static func hasNothingOfHost(_ spec: JSONValue) -> Bool {
        if let devices = spec["linux"]?["devices"], devices.count > 0 { return false }
        guard let mounts = spec["mounts"] else { return true }
        return mounts.elements.allSatisfy { mount in
            guard let made = OCIMounts.mount(mount) else { return true }
            // Of a Pod that shares the host's inter-process communication, which its other containers show.
            if made.isReadOnly, let source = made.source, source == "/dev/shm", let target = made.target,
                target == "/dev/shm"
            {
                return true
            }
            return made.kind != .host && made.kind != .volume && made.kind != .other
        }
    }
}

internal import JSONView

/// Judges paths of a host.
enum HostPath {
    /// The path without doubled slashes, `.`, `..` and a slash at the end, as the kernel would take it.
    static func normalized(_ path: JSONText) -> [JSONText] {
        var parts: [JSONText] = []
        for part in path.prefix(4096).split(UInt8(ascii: "/")) where !part.isEmpty && part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts
    }

    /// Whether a path is the host's root, however it is spelt, or a way to it through `/proc/1/root`.
    static func isRoot(_ path: JSONText) -> Bool {
        if path.hasPrefix("/") {
            let parts = normalized(path)
            if parts.isEmpty { return true }
            return parts.count == 3 && parts[0] == "proc" && parts[2] == "root"
        }
        // A drive of Windows.
        return (path.count == 2 || path.count == 3) && ASCII.isLetter(path[byte: 0])
            && path[byte: 1] == UInt8(ascii: ":")
            && (path.count == 2 || path[byte: 2] == UInt8(ascii: "\\") || path[byte: 2] == UInt8(ascii: "/"))
    }

    /// Words in the names of runtimes' sockets.
    static let runtimes: [StaticString] = [
        "docker", "containerd", "crio", "cri-o", "podman", "buildkit", "dockershim", "moby", "frakti", "kubelet", "nri",
    ]

    /// Whether a path is a container runtime's socket, or a folder that has one.
    static func isRuntimeSocket(_ path: JSONText) -> Bool {
        if path.contains("\\pipe\\") || path.hasPrefix("//./pipe/") {
            return path.contains("docker") || path.contains("containerd")
        }
        guard path.hasPrefix("/") else { return false }
        var parts = normalized(path)
        if parts.first == "var", parts.count > 1, parts[1] == "run" { parts.removeFirst() }
        guard let first = parts.first, first == "run", let last = parts.last else {
            return parts.last.map { isSocketName($0) } ?? false
        }
        if parts.count == 1 { return true }
        if isSocketName(last) { return true }
        // The socket's own folder: /run/containerd, /run/k3s/containerd, /run/crio.
        guard !last.contains(".") else { return false }
        return parts.count <= 3 && runtimes.contains { last == $0 }
    }

    private static func isSocketName(_ name: JSONText) -> Bool {
        guard name.hasSuffix(".sock") || name.hasSuffix(".socket") else { return false }
        return runtimes.contains { name.contains($0) }
    }
}

private func == (text: JSONText?, literal: StaticString) -> Bool { text.map { $0 == literal } ?? false }

internal import JSONView

/// Tells whether a command steps out of its container into the host.
///
/// By the host's first process (`nsenter -t 1`, `/proc/1/root`), by a mount of its root (`chroot /host`), by its disk, or
/// by the kernel's files that start a program of one's choice on the host.
enum EntersHost {
    static func judge(_ text: JSONText) -> Bool {
        guard text.count > 8 else { return false }
        let text = text.prefix(ShellScript.sizeLimit)
        if text.contains(anyOf: ways) { return true }
        guard text.contains(anyOf: tools) else { return false }
        return ShellScript(text).allCommands.contains(where: enters)
    }

    private static let ways: [StaticString] = [
        "/proc/1/root", "/proc/1/ns/", "release_agent", "/proc/sys/kernel/core_pattern",
    ]
    private static let tools: [StaticString] = [
        "nsenter", "chroot", "mount", "debugfs", "pivot_root", "docker", "podman", "nerdctl", "ctr ", "ln -",
    ]

    /// Literals of which one stands in every text that enters the host.
    static let signs = ways + tools

    private static func enters(_ command: ShellScript.Command) -> Bool {
        let words = command.words
        for (position, word) in words.enumerated() {
            switch ShellScript.Command.baseName(word) {
            case "nsenter": if aimsAtInit(words[(position + 1)...]) { return true }
            case "chroot", "pivot_root":
                let folder = words[(position + 1)...].first { !$0.hasPrefix("-") } ?? ""
                if isMountOfRoot(folder) { return true }
            case "mount", "debugfs":
                if position == 0 || position == words.count - command.core.count,
                    words[(position + 1)...].contains(where: isDisk)
                {
                    return true
                }
            // A link to the root or to the host's own files, for whoever follows it on the host: the kubelet that reads logs.
            case "ln":
                let rest = words[(position + 1)...]
                if position == words.count - command.core.count,
                    rest.contains(where: { $0.hasPrefix("-") && $0.contains("s") }),
                    rest.first(where: { !$0.hasPrefix("-") }).map(isLinkedTo) ?? false
                {
                    return true
                }
            case "docker", "podman", "nerdctl", "ctr":
                if startsOnRoot(words[(position + 1)...]) { return true }
            default: continue
            }
        }
        return false
    }

    private static func isLinkedTo(_ path: String) -> Bool {
        path == "/"
            || ["/etc/shadow", "/etc/kubernetes/", "/var/lib/kubelet/", "/root/.ssh/"].contains(where: path.hasPrefix)
    }

    /// `docker run -v /:/host …`: another container, which is given the host's root.
    private static func startsOnRoot(_ words: ArraySlice<String>) -> Bool {
        guard words.contains(where: { $0 == "run" || $0 == "create" }) else { return false }
        return words.contains { word in
            word.hasPrefix("/:") || word.hasPrefix("-v/:") || word.hasPrefix("--volume=/:")
                || (word.contains("type=bind")
                    && word.split(separator: ",").contains { $0 == "source=/" || $0 == "src=/" })
        }
    }

    /// `-t 1`, `-t1`, `--target 1`, `--target=1`, in any order with the other options.
    private static func aimsAtInit(_ options: ArraySlice<String>) -> Bool {
        var expectsTarget = false
        for word in options {
            if expectsTarget { return word == "1" }
            if word == "--target=1" || (!word.hasPrefix("--") && word.hasPrefix("-") && word.hasSuffix("t1")) {
                return true
            }
            if word == "--target" { expectsTarget = true }
            if word.hasPrefix("-"), !word.hasPrefix("--"), word.hasSuffix("t") { expectsTarget = true }
            if !word.hasPrefix("-"), !expectsTarget { return false }
        }
        return false
    }

    private static func isMountOfRoot(_ folder: String) -> Bool {
        let folder = folder.hasSuffix("/") && folder.count > 1 ? String(folder.dropLast()) : folder
        return ["/host", "/mnt", "/hostfs", "/rootfs", "/node", "/noderoot", "/host-root", "/hostroot"].contains {
            name in
            folder == name || folder.hasPrefix(name + "/")
        }
    }

    private static func isDisk(_ word: String) -> Bool {
        ["/dev/sd", "/dev/vd", "/dev/xvd", "/dev/nvme", "/dev/dm-", "/dev/mapper/", "/dev/hd", "/dev/disk/"].contains {
            word.hasPrefix($0)
        }
    }
}

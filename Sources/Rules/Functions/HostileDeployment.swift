internal import JSONView

/// Tells whether a command deploys a container that takes over the machine it runs on.
///
/// `docker run -v /:/host …`, also at another machine's engine; `kubectl run --overrides` or a manifest in the command that has
/// the host's processes, root or full privileges together; a request to an engine's API that asks for the same. What the
/// container has that gives the command does not matter: the engine or the cluster does it.
enum HostileDeployment {
    /// Literals of which one stands in every text that does so.
    static let signs: [StaticString] = ["docker", "podman", "nerdctl", "ctr ", "kubectl", "containers/create", "/pods"]
    private static let clients: Set<String> = ["docker", "podman", "nerdctl", "ctr", "k3s", "crictl"]

    static func judge(_ text: JSONText) -> Bool {
        guard text.count > 16, text.contains(anyOf: signs) else { return false }
        let text = text.prefix(ShellScript.sizeLimit)
        if carriesManifest(text) { return true }
        return ShellScript(text).allCommands.contains { starts($0) }
    }

    // MARK: Objects in the text

    /// An object of either API, spelt in the command; spaces and escapes between its words do not count.
    private static func carriesManifest(_ text: JSONText) -> Bool {
        let asks =
            text.contains("containers/create") || text.contains("/pods")
            || text.contains("kubectl")
                && (text.contains("overrides") || text.contains("apply") || text.contains("create"))
        guard asks else { return false }
        let plain = text.bytes.filter { !ASCII.isSpace($0) && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "\"") }
        return plain.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return false }
            return takesHost(JSONText(start: start, count: bytes.count))
        }
    }

    private static func takesHost(_ plain: JSONText) -> Bool {
        if plain.contains("Binds:[/:") || plain.contains("PidMode:host") { return true }
        let privileged = plain.contains("privileged:true") || plain.contains("Privileged:true")
        if privileged, plain.contains("hostPID:true") || plain.contains("nsenter") || plain.contains("chroot") {
            return true
        }
        return plain.contains("hostPath:{path:/}") || plain.contains("hostPath:{path:/,")
            || plain.contains("hostPath:path:/") && plain.contains("chroot")
    }

    // MARK: Clients of engines

    private static func starts(_ command: ShellScript.Command) -> Bool {
        guard clients.contains(command.program) else { return false }
        let operands = Array(command.operands)
        guard let verb = operands.firstIndex(where: { $0 == "run" || $0 == "create" }) else { return false }
        let options = operands[(verb + 1)...]
        let isPrivileged = options.contains { $0 == "--privileged" || $0 == "--privileged=true" }
        let hasProcesses = pairs(options).contains { ($0 == "--pid=host" || $0 == "--pid" && $1 == "host") }
        if options.contains(where: isRoot) { return true }
        return isPrivileged && hasProcesses
            || (isPrivileged || hasProcesses) && options.contains { $0 == "nsenter" || $0.hasSuffix("/nsenter") }
    }

    private static func pairs(_ words: ArraySlice<String>) -> Zip2Sequence<ArraySlice<String>, [String]> {
        zip(words, Array(words.dropFirst()) + [""])
    }

    /// `-v /:/host`, `--volume=/:/h`, `--mount type=bind,source=/,target=/h`.
    private static func isRoot(_ word: String) -> Bool {
        if word.hasPrefix("/:/") || word.hasPrefix("-v/:/") || word.hasPrefix("--volume=/:/") { return true }
        return word.contains("type=bind") && word.split(separator: ",").contains { $0 == "source=/" || $0 == "src=/" }
    }
}

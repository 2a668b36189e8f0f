internal import JSONView

/// Tells whether a command does nothing but set the kernel's limits or the rules of its own network.
///
/// `sysctl -w vm.max_map_count=262144`, with the questions and messages of a script around it; `iptables … -j DROP`; whether
/// memory comes in huge pages. Such a step runs once before a database or a proxy and asks for privileges that it cannot do without.
enum KernelLimits {
    private static let lengthLimit = 4096
    private static let around: Set<String> = [
        "set", "test", "[", "[[", "echo", "printf", "true", ":", "fi", "done", "ulimit", "exit", "ip6tables-save",
        "iptables-save",
    ]
    private static let filters: Set<String> = ["iptables", "ip6tables", "iptables-legacy", "iptables-nft", "nft"]

    static func judge(_ text: JSONText) -> Bool {
        guard text.count > 8, text.count <= lengthLimit else { return false }
        var sets = false
        for command in ShellScript(text).allCommands {
            guard command.inputs.isEmpty else { return false }
            // `echo never > /host-sys/kernel/mm/transparent_hugepage/enabled`
            let files = command.outputs.filter { $0 != "/dev/null" }
            guard files.allSatisfy(isOfHugePages) else { return false }
            sets = sets || !files.isEmpty
            let program = command.program
            if program.isEmpty || around.contains(program) || isWrapper(command) { continue }
            if program == "sysctl" {
                guard command.operands.allSatisfy(isLimit) else { return false }
            } else if !filters.contains(program) {
                return false
            }
            sets = true
        }
        return sets
    }

    private static func isOfHugePages(_ file: String) -> Bool {
        file.contains("/kernel/mm/transparent_hugepage/") && !file.contains("..") && !file.contains("$")
    }

    /// `sh -c`: what it is given is judged by itself.
    private static func isWrapper(_ command: ShellScript.Command) -> Bool {
        Interpreters.isShell(command.program) && !command.inner.isEmpty
            && command.operands.contains(where: Interpreters.isCommandOption)
    }

    /// An option, or a parameter of memory, files or network with its number.
    ///
    /// Those of the kernel itself (`kernel.core_pattern`) name programs.
    private static func isLimit(_ word: String) -> Bool {
        if word == "-w" || word == "-n" || word == "-q" || word == "-e" { return true }
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first,
            name.hasPrefix("vm.") || name.hasPrefix("fs.") || name.hasPrefix("net.") || name.hasPrefix("user."),
            name.utf8.allSatisfy({ ASCII.isAlphanumeric($0) || "._-/".utf8.contains($0) })
        else { return false }
        return parts.count == 1
            || parts[1].utf8.allSatisfy { ASCII.isAlphanumeric($0) || "_ ${}\t".utf8.contains($0) }
    }
}

internal import JSONView

/// Tells whether a command only keeps its container running, or opens a shell, so that somebody can enter it.
///
/// A loop of `sleep`, `tail -f /dev/null`, a shell without a script. Installing packages first is preparing for it; a
/// command that does anything else has a purpose of its own.
enum WaitsToBeEntered {
    private static let lengthLimit = 4096
    private static let commandLimit = 64

    private static let idle: Set<String> = [
        "true", "false", ":", "done", "fi", "echo", "printf", "trap", "wait", "date", "cd", "set", "test", "[", "]",
        "umask", "exit", "for", "in", "hostname", "id", "whoami",
    ]
    private static let installers: Set<String> = [
        "apt", "apt-get", "apk", "yum", "dnf", "microdnf", "zypper", "pacman", "tdnf",
    ]

    static func judge(_ text: JSONText) -> Bool {
        guard text.count > 1, text.count <= lengthLimit else { return false }
        if sleepsInOneLanguage(text) { return true }
        let commands = ShellScript(text).allCommands
        guard commands.count <= commandLimit else { return false }
        var waits = false
        for command in commands where !does(nothing: command) {
            guard keepsRunning(command) else { return false }
            waits = true
        }
        return waits
    }

    private static func does(nothing command: ShellScript.Command) -> Bool {
        let program = command.program
        if program.isEmpty || idle.contains(program) || installers.contains(program) { return true }
        // What `sh -c` is given is judged by itself.
        return Interpreters.isShell(program) && !command.inner.isEmpty
            && command.operands.contains(where: Interpreters.isCommandOption)
    }

    private static func keepsRunning(_ command: ShellScript.Command) -> Bool {
        let operands = command.operands
        switch command.program {
        // The image whose program is `sleep` may have its whole command in one word.
        // `sleep 30 --path.rootfs=/host` is some program's name and option, and no waiting.
        case "sleep": return !operands.contains { $0.hasPrefix("-") }
        case "read": return true
        case "tail":
            return operands.contains("/dev/null")
                && operands.contains { $0.hasPrefix("-f") || $0 == "-F" || $0 == "--follow" }
        case "cat": return operands.isEmpty && command.inputs.isEmpty && command.outputs.isEmpty
        case let program where program.hasPrefix("sleep "): return true
        case let program:
            guard Interpreters.isShell(program), command.inputs.isEmpty else { return false }
            return operands.allSatisfy { word in
                (word.hasPrefix("-") || word.hasPrefix("+")) && !Interpreters.isCommandOption(word)
            }
        }
    }

    /// `python3 -c 'import time; time.sleep(1e9)'`, `node -e 'setInterval(() => {}, 1e9)'`.
    private static func sleepsInOneLanguage(_ text: JSONText) -> Bool {
        guard text.count < 160, text.contains(" -c ") || text.contains(" -e "),
            text.contains("sleep(") || text.contains("setInterval(")
        else { return false }
        return text.bytes.count { $0 == UInt8(ascii: "(") } <= 2
    }
}

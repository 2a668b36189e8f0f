internal import JSONView

/// Tells whether a command line starts a shell, or a tool that hands one to somebody.
///
/// What a container with rights on its host runs decides what it is: a program of its own, or an open door.
enum RunsShell {
    private static let tools: Set<String> = ["nsenter", "chroot", "nc", "ncat", "netcat", "socat", "unshare"]
    /// A command line says early what it starts.
    private static let lengthLimit = 4096
    private static let wordLimit = 64

    static func judge(_ text: JSONText) -> Bool {
        var words = 0
        for part in text.prefix(lengthLimit).split(UInt8(ascii: " ")) where !part.isEmpty {
            words += 1
            guard words <= wordLimit else { return false }
            // `--shell=/bin/bash` names one, and starts none.
            if part.hasPrefix("-") { continue }
            let name = ShellScript.Command.baseName(unquoted(part))
            if Interpreters.isShell(name) { return true }
            if words == 1, tools.contains(name) { return true }
        }
        return false
    }

    /// The word without quotes and the signs that separate commands.
    private static func unquoted(_ word: JSONText) -> String {
        let signs: Set<Character> = ["\"", "'", "(", ")", ";", "&", "|", "`", "\n", "\t"]
        return String(String(word).filter { !signs.contains($0) })
    }
}

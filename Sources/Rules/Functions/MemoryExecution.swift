internal import JSONView

/// Tells whether a command runs something out of memory, without a file: a file in memory that is started, or a process
/// whose memory is written to.
enum MemoryExecution {
    static let signs: [StaticString] = files + ["/proc/self/mem", "of=/proc/"]
    /// The call by its name, and by its numbers on amd64, arm64 and i386.
    private static let files: [StaticString] = [
        "memfd_create", "syscall(319", "syscall 319", "syscall(279", "syscall 279", "syscall(356", "syscall 356",
    ]
    private static let starts: [StaticString] = ["exec", "/proc/self/fd", "/proc/$$/fd", "spawn"]

    static func judge(_ text: JSONText) -> Bool {
        guard text.contains(anyOf: signs) else { return false }
        if text.contains(anyOf: files), text.contains(anyOf: starts) { return true }
        return writesMemory(text)
    }

    /// Whether a literal is one of the signs; rules look for them by `contains` too.
    static func isSign(_ literal: String) -> Bool {
        signs.contains { sign in literal.withText { $0 == sign } }
    }

    /// Whether one of the signs stands in a text.
    static func stands(in text: JSONText) -> Bool { text.contains(anyOf: signs) }

    /// `dd of=/proc/self/mem seek=…`, `of=/proc/$$/mem`, `open("/proc/self/mem", "wb")` with a place to seek.
    private static func writesMemory(_ text: JSONText) -> Bool {
        if text.contains("/proc/self/mem"), text.contains("of=/proc/self/mem") || text.contains("seek") { return true }
        return ShellScript(text).allCommands.contains { command in
            command.program == "dd"
                && command.operands.contains { word in
                    guard word.hasPrefix("of=/proc/") else { return false }
                    let parts = word.split(separator: "/")
                    return parts.count == 4 && parts[3] == "mem"
                }
        }
    }
}

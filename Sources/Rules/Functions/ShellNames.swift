/// Names that a script gives to programs and commands of its own: functions, aliases, copies and links of programs.
struct ShellNames {
    private var functions: [String: (body: [ShellScript.Pipeline], weight: Int)] = [:]
    private var programs: [String: String] = [:]
    private static let limit = 32

    /// Keeps what a function does.
    mutating func define(_ name: String, as body: [ShellScript.Pipeline]) {
        guard functions.count < Self.limit || functions[name] != nil else { return }
        functions[name] = (body, body.reduce(1) { $1.commands.reduce($0) { $0 + $1.weight } })
    }

    /// What a command does whose program is a function of the script, and how many words it takes to look at that.
    func body(of command: ShellScript.Command) -> (body: [ShellScript.Pipeline], weight: Int)? {
        functions.isEmpty ? nil : functions[command.core.first ?? ""]
    }

    /// Puts the program itself where its other name stands, and keeps a name that the command gives.
    mutating func resolve(_ command: inout ShellScript.Command) {
        let core = command.core
        if !programs.isEmpty, let first = core.first, let program = programs[first] {
            command.words[core.startIndex] = program
        }
        guard programs.count < Self.limit else { return }
        switch command.program {
        // `alias k=sh`.
        case "alias":
            for word in command.operands {
                let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                if parts.count == 2, !parts[1].contains(" ") { programs[parts[0]] = parts[1] }
            }
        // `cp /bin/sh /tmp/k`, `ln -s /bin/sh /tmp/k`.
        case "cp", "ln", "mv", "install":
            let files = command.operands.filter { !$0.hasPrefix("-") }
            guard files.count == 2, let name = files.last, let file = files.first, file.contains("/"),
                Interpreters.isInterpreter(ShellScript.Command.baseName(file))
                    || DownloadAndRun.isFetcher(ShellScript.Command.baseName(file))
            else { return }
            programs[name] = file
            if !name.contains("/") { programs["./" + name] = file }
        default: return
        }
    }

    /// A program's name, where it is a shell's variable or a pattern that finds a program of interest.
    static func known(_ name: String) -> String {
        guard let first = name.utf8.first else { return name }
        if first == UInt8(ascii: "$"), shellVariables.contains(name) { return "sh" }
        // `/bin/s?`, `c?rl`.
        let isPattern = name.utf8.contains { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "*") }
        guard isPattern, name.utf8.count <= 16, name.utf8.contains(where: { ($0 | 0x20) >= 97 && ($0 | 0x20) <= 122 })
        else { return name }
        return patterned.first { matches(name.utf8[...], $0.utf8[...]) } ?? name
    }

    private static let shellVariables: Set<String> = [
        "$SHELL", "${SHELL}", "$BASH", "${BASH}", "$0", "${0}", "${SHELL:-sh}", "${SHELL:-bash}",
    ]
    private static let patterned = [
        "sh", "bash", "dash", "ash", "curl", "wget", "base64", "nc", "ncat", "python3", "perl", "nsenter", "chroot",
    ]

    private static func matches(_ pattern: Substring.UTF8View.SubSequence, _ name: Substring.UTF8View.SubSequence)
        -> Bool
    {
        guard let first = pattern.first else { return name.isEmpty }
        if first == UInt8(ascii: "*") {
            return matches(pattern.dropFirst(), name) || !name.isEmpty && matches(pattern, name.dropFirst())
        }
        guard let letter = name.first, first == UInt8(ascii: "?") || first == letter else { return false }
        return matches(pattern.dropFirst(), name.dropFirst())
    }
}

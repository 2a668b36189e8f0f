/// Programs that run what they are given.
enum Interpreters {
    private static let shells: Set<String> = [
        "sh", "bash", "ash", "dash", "zsh", "ksh", "mksh", "fish", "csh", "tcsh", "rbash", "busybox",
    ]

    private static let languages = ["python", "perl", "ruby", "node", "php", "lua", "tclsh", "pwsh", "deno", "bun"]

    static func isShell(_ program: String) -> Bool { shells.contains(program) }

    /// Whether a name is an interpreter's, with or without a version: `python3.11`.
    static func isInterpreter(_ program: String) -> Bool {
        if isShell(program) { return true }
        return languages.contains { language in
            program.hasPrefix(language)
                && program.dropFirst(language.count).allSatisfy { $0.isNumber || $0 == "." || $0 == "-" }
        }
    }

    /// Whether an option of a shell says that a command follows: `-c`, `-ec`, `-lc`.
    static func isCommandOption(_ word: String) -> Bool {
        guard word.hasPrefix("-"), !word.hasPrefix("--"), word.count <= 6 else { return false }
        return word.last == "c" && word.dropFirst().allSatisfy { $0.isLetter }
    }

    /// Whether an interpreter of a language is given its code in words: `python3 -c`, `perl -ne`, `node --eval`, `php -r`.
    ///
    /// What follows a script's file or a module's name is the program's own.
    static func isGivenCode(_ command: ShellScript.Command) -> Bool {
        let program = command.program
        guard isInterpreter(program), !isShell(program) else { return false }
        for word in command.operands {
            guard word.hasPrefix("-") else { return program == "deno" && word == "eval" }
            if word == "-m" { return false }
            if isCommandOption(word) || word == "-" || word.hasPrefix("--eval") || word.hasPrefix("--print") {
                return true
            }
            if program.hasPrefix("php"), word == "-r" || word == "-B" || word == "-R" { return true }
            if program.hasPrefix("pwsh"), word.lowercased().hasPrefix("-c") || word.lowercased().hasPrefix("-e") {
                return true
            }
            // `-e`, `-ne`, `-pe`, `-lE`: letters of one word.
            if let last = word.last, last == "e" || last == "E" || word == "-p", !word.hasPrefix("--"), word.count <= 5
            {
                return true
            }
        }
        return false
    }

    /// Whether a command, given something on its standard input, runs it.
    static func runsInput(_ command: ShellScript.Command) -> Bool {
        let program = command.program
        let operands = command.operands
        if program == "." || program == "source" {
            return operands.first.map { $0 == "/dev/stdin" || $0 == "-" || $0.hasPrefix("/proc/self/fd") } ?? false
        }
        // `xargs sh -c`, `xargs -I{} sh -c "{}"` run their input as arguments.
        if command.words.contains(where: { ShellScript.Command.baseName($0) == "xargs" }), isShell(program) {
            return true
        }
        guard isInterpreter(program) else { return false }
        if isShell(program) {
            for (offset, word) in operands.enumerated() {
                if word == "-s" || word == "-" || word == "/dev/stdin" { return true }
                if isCommandOption(word) { return false }
                if word.hasPrefix("-") || word.hasPrefix("+") { continue }
                // `-o pipefail` takes a word; any other is a script's file.
                if offset > 0, operands[operands.startIndex + offset - 1] == "-o" { continue }
                return false
            }
            return true
        }
        // `python -m json.tool`, `perl -ne …`, `node script.js` only work on the input; what follows `-` is the program's.
        guard let first = operands.first(where: { $0 != "-u" }) else { return true }
        return first == "-" || first == "/dev/stdin"
    }

    /// `bash <<< "$(…)"`: an interpreter whose input is what another command writes.
    static func runsHereString(_ command: ShellScript.Command) -> Bool {
        command.inputs.contains { $0.hasPrefix("$()") } && runsInput(command)
    }

    /// The file that an interpreter or `.` is given to run, or that is itself the program.
    static func scriptFile(_ command: ShellScript.Command) -> String? {
        let program = command.program
        let first = command.core.first ?? ""
        if program == "." || program == "source" || isInterpreter(program) {
            return command.operands.first { !$0.hasPrefix("-") && !$0.hasPrefix("+") }
        }
        // `java -jar a.jar`, `java -cp a.jar Main`.
        if program == "java" || program == "javaw" {
            let operands = Array(command.operands)
            let option = operands.firstIndex { ["-jar", "-cp", "-classpath", "--class-path"].contains($0) }
            return option.flatMap { $0 + 1 < operands.count ? operands[$0 + 1] : nil }
        }
        return first.contains("/") ? first : nil
    }
}

/// Follows output that a script keeps in a variable until something runs it: `x=$(curl …); echo "$x" | sh`,
/// `curl … | while read l; do eval "$l"; done`.
enum KeptOutput {
    /// Whether what some commands write is kept in a variable and run.
    ///
    /// - Parameters:
    ///   - pipelines: The pipelines of a script, in their order.
    ///   - writes: Whether a command's output is of the kind that is followed.
    /// - Returns: Whether it is run.
    static func isRun(_ pipelines: [ShellScript.Pipeline], _ writes: (ShellScript.Command) -> Bool) -> Bool {
        var names: Set<String> = []
        for pipeline in pipelines {
            if !names.isEmpty, runs(names, pipeline) { return true }
            var flows = false
            for command in pipeline.commands {
                let holds = command.inner.contains { $0.allCommands.contains(where: writes) }
                if holds { for word in command.words { if let name = assigned(word) { names.insert(name) } } }
                // What a pipe brings is kept line by line.
                if flows, command.program == "read" || command.program == "mapfile" || command.program == "readarray" {
                    names.formUnion(command.operands.filter { !$0.hasPrefix("-") })
                }
                flows = flows || holds || writes(command)
            }
            if names.count > 64 { return false }
        }
        return false
    }

    /// `NAME=$(…)`, as a word of its own or behind `export` and the like.
    private static func assigned(_ word: String) -> String? {
        guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")), word[equals...].hasPrefix("=$()") else {
            return nil
        }
        return String(word[..<equals])
    }

    private static func runs(_ names: Set<String>, _ pipeline: ShellScript.Pipeline) -> Bool {
        var flows = false
        for command in pipeline.commands {
            if flows, Interpreters.runsInput(command) { return true }
            if command.inputs.contains(where: { isNamed($0, names) }), Interpreters.runsInput(command) { return true }
            let operands = command.operands
            if let first = command.core.first, isNamed(first, names) { return true }
            if Interpreters.isInterpreter(command.program),
                let option = operands.firstIndex(where: { Interpreters.isCommandOption($0) || $0 == "-e" }),
                operands[option...].dropFirst().first.map({ isNamed($0, names) }) == true
            {
                return true
            }
            flows = flows || operands.contains { isNamed($0, names) }
        }
        return false
    }

    /// Whether a word begins with one of the variables: `$x`, `${x}`.
    private static func isNamed(_ word: String, _ names: Set<String>) -> Bool {
        guard word.hasPrefix("$") else { return false }
        let rest = word.dropFirst(word.hasPrefix("${") ? 2 : 1)
        return names.contains(String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }))
    }
}

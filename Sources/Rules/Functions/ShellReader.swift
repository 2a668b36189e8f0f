internal import JSONView

/// Reads the text of a ``ShellScript`` once from left to right.
struct ShellReader {
    let text: JSONText
    let depth: Int
    var budget: Int
    private var at = 0
    private var pipelines: [ShellScript.Pipeline] = []
    private var pipeline = ShellScript.Pipeline()
    private var command = ShellScript.Command()
    private var word: [UInt8] = []
    private var hasWord = false
    /// Where the next word goes.
    private var destination = Destination.words
    /// Where the pipelines of open groups begin, and the function whose body a group is.
    private var groups: [(start: Int, function: String?)] = []
    /// Where the pipelines of open `if … fi` and `for … done` begin.
    private var compounds: [Int] = []
    /// The function whose body comes next.
    private var defined: String?
    private var names: ShellNames

    private enum Destination { case words, output, input }

    init(text: JSONText, depth: Int, budget: Int, names: ShellNames) {
        self.text = text
        self.depth = depth
        self.budget = budget
        self.names = names
    }

    mutating func read() -> [ShellScript.Pipeline] {
        while at < text.count, budget > 0 { step() }
        endPipeline()
        return pipelines
    }

    private mutating func step() {
        let byte = text[byte: at]
        switch byte {
        case UInt8(ascii: "\\"):
            // A line that goes on; otherwise the next byte stands for itself.
            if text[byte: at + 1] == UInt8(ascii: "\n") {
                at += 2
            } else {
                append(text[byte: at + 1])
                at += 2
            }
        case UInt8(ascii: "'"): singleQuoted()
        case UInt8(ascii: "\""): doubleQuoted()
        case UInt8(ascii: "`"): backticks()
        case UInt8(ascii: "$") where text[byte: at + 1] == UInt8(ascii: "("): substitution(open: 2)
        case UInt8(ascii: "$") where skipSeparator(): endWord()
        case UInt8(ascii: "<") where text[byte: at + 1] == UInt8(ascii: "("),
            UInt8(ascii: ">") where text[byte: at + 1] == UInt8(ascii: "("):
            command.readsProcess = command.readsProcess || byte == UInt8(ascii: "<")
            substitution(open: 2)
        case UInt8(ascii: ">"), UInt8(ascii: "<"): redirection(byte)
        case UInt8(ascii: "|"): pipeOrList()
        case UInt8(ascii: "&"): ampersand()
        case UInt8(ascii: ";"), UInt8(ascii: "\n"):
            endPipeline()
            at += 1
        case UInt8(ascii: "(") where defineFunction(): break
        case UInt8(ascii: "("):
            openGroup()
            at += 1
        case UInt8(ascii: ")"):
            at += 1
            closeGroup()
        case UInt8(ascii: "#") where !hasWord: skipComment()
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
            endWord()
            at += 1
        default:
            append(byte)
            at += 1
        }
    }

    /// `${IFS}` and `$IFS` separate words as a space does.
    private mutating func skipSeparator() -> Bool {
        let rest = text.dropFirst(at)
        if rest.hasPrefix("${IFS}") {
            at += 6
        } else if rest.hasPrefix("$IFS") {
            at += 4
            // `$IFS$9`: a variable that is empty ends the name.
            if text[byte: at] == UInt8(ascii: "$"), ASCII.isDigit(text[byte: at + 1]) { at += 2 }
        } else {
            return false
        }
        return true
    }

    private mutating func append(_ byte: UInt8) {
        hasWord = true
        if word.count < 16 << 10 { word.append(byte) }
    }

    private mutating func singleQuoted() {
        hasWord = true
        at += 1
        while at < text.count, text[byte: at] != UInt8(ascii: "'") {
            append(text[byte: at])
            at += 1
        }
        at += 1
    }

    private mutating func doubleQuoted() {
        hasWord = true
        at += 1
        while at < text.count, text[byte: at] != UInt8(ascii: "\"") {
            switch text[byte: at] {
            case UInt8(ascii: "\\"):
                // Within these quotes it stands for itself before most letters: `"\x63\x75"`.
                if !"$`\"\\\n".utf8.contains(text[byte: at + 1]) { append(UInt8(ascii: "\\")) }
                append(text[byte: at + 1])
                at += 2
            case UInt8(ascii: "$") where text[byte: at + 1] == UInt8(ascii: "("): substitution(open: 2)
            case UInt8(ascii: "`"): backticks()
            default:
                append(text[byte: at])
                at += 1
            }
        }
        at += 1
    }

    private mutating func backticks() {
        let begin = at + 1
        at = begin
        while at < text.count, text[byte: at] != UInt8(ascii: "`") { at += 1 }
        inner(text.slice(begin..<at))
        at += 1
    }

    /// Reads `$( … )` and `<( … )` to the matching parenthesis.
    private mutating func substitution(open: Int) {
        let begin = at + open
        var level = 1
        at = begin
        while at < text.count {
            let byte = text[byte: at]
            if byte == UInt8(ascii: "(") { level += 1 }
            if byte == UInt8(ascii: ")") { level -= 1 }
            if level == 0 { break }
            at += 1
        }
        inner(text.slice(begin..<at))
        at += 1
    }

    private mutating func inner(_ part: JSONText) {
        // What stood there is kept as a mark, so that `sh -c $(…)` still has its operand.
        for byte in "$()".utf8 { append(byte) }
        addInner(part)
    }

    private mutating func addInner(_ part: JSONText) {
        guard depth < ShellScript.depthLimit, part.count > 0 else { return }
        budget -= 1
        let before = budget
        command.inner.append(ShellScript(part, depth: depth + 1, budget: &budget, names: names))
        command.weight += max(before - budget, 1)
    }

    private mutating func redirection(_ byte: UInt8) {
        // A number right before belongs to the redirection: `2>&1`.
        if hasWord, !word.isEmpty, word.count <= 3, word.allSatisfy(ASCII.isDigit) {
            word.removeAll()
            hasWord = false
        }
        endWord()
        at += 1
        if byte == UInt8(ascii: "<"), text[byte: at] == byte {
            // A here document or string: its operand is text, not a file.
            let begin = at
            while text[byte: at] == byte { at += 1 }
            if at - begin == 2 { destination = .input }
            return
        }
        if text[byte: at] == UInt8(ascii: ">") || text[byte: at] == UInt8(ascii: "|") { at += 1 }
        if text[byte: at] == UInt8(ascii: "&") {
            at += 1
            if ASCII.isDigit(text[byte: at]) || text[byte: at] == UInt8(ascii: "-") {
                command.duplicatesDescriptor = true
                while ASCII.isDigit(text[byte: at]) || text[byte: at] == UInt8(ascii: "-") { at += 1 }
                return
            }
        }
        destination = byte == UInt8(ascii: ">") ? .output : .input
    }

    private mutating func pipeOrList() {
        at += 1
        if text[byte: at] == UInt8(ascii: "|") {
            at += 1
            endPipeline()
        } else {
            if text[byte: at] == UInt8(ascii: "&") { at += 1 }
            endCommand(isPiped: true)
        }
    }

    private mutating func ampersand() {
        if text[byte: at + 1] == UInt8(ascii: ">") {
            at += 1
            redirection(UInt8(ascii: ">"))
            return
        }
        at += text[byte: at + 1] == UInt8(ascii: "&") ? 2 : 1
        endPipeline()
    }

    private mutating func skipComment() {
        while at < text.count, text[byte: at] != UInt8(ascii: "\n") { at += 1 }
    }

    private mutating func openGroup() {
        endPipeline()
        if groups.count < 64 { groups.append((pipelines.count, defined)) }
        defined = nil
    }

    /// `name()`: the next group is the function's body.
    private mutating func defineFunction() -> Bool {
        guard hasWord, command.words.isEmpty || beginsScript || command.words == ["function"],
            word.allSatisfy({ ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "_") })
        else { return false }
        var end = at + 1
        while text[byte: end] == UInt8(ascii: " ") { end += 1 }
        guard text[byte: end] == UInt8(ascii: ")") else { return false }
        defined = String(decoding: word, as: UTF8.self)
        word.removeAll(keepingCapacity: true)
        hasWord = false
        command = ShellScript.Command()
        at = end + 1
        return true
    }

    /// Ends `( … )` or `{ …; }`; when a pipe follows, all its commands write into it.
    private mutating func closeGroup() {
        endPipeline()
        guard let (start, function) = groups.popLast() else { return }
        if let function {
            names.define(function, as: Array(pipelines[min(start, pipelines.count)...].prefix(64)))
            return
        }
        var next = at
        while text[byte: next] == UInt8(ascii: " ") { next += 1 }
        guard text[byte: next] == UInt8(ascii: "|"), text[byte: next + 1] != UInt8(ascii: "|") else { return }
        let commands = pipelines[min(start, pipelines.count)...].flatMap(\.commands).prefix(64)
        budget -= commands.reduce(0) { $0 + $1.weight }
        if budget > 0 { pipeline.commands = Array(commands) }
    }

    private mutating func endWord() {
        guard hasWord else { return }
        budget -= 1
        if command.isEmpty || beginsScript, word.count == 1, destination == .words {
            if word[0] == UInt8(ascii: "{") || word[0] == UInt8(ascii: "}") {
                let opens = word[0] == UInt8(ascii: "{")
                word.removeAll(keepingCapacity: true)
                hasWord = false
                if opens { openGroup() } else { closeGroup() }
                return
            }
        }
        let finished = String(decoding: word, as: UTF8.self)
        word.removeAll(keepingCapacity: true)
        hasWord = false
        switch destination {
        case .words where (command.isEmpty || beginsScript) && finished.hasPrefix("{") && finished.hasSuffix("}"):
            // `{curl,-s,http://x}` is three words.
            let parts = finished.dropFirst().dropLast().split(separator: ",").map(String.init)
            command.words += parts.count > 1 ? parts : [finished]
        case .words: command.words.append(finished)
        case .output: command.outputs.append(finished)
        case .input: command.inputs.append(finished)
        }
        destination = .words
    }

    /// Whether the next word begins what `sh -c` is given, where the quotes around it were lost.
    private var beginsScript: Bool {
        command.words.count > 1 && command.words.last.map(Interpreters.isCommandOption) == true
            && Interpreters.isShell(command.program)
    }

    private mutating func endCommand(isPiped: Bool = false) {
        endWord()
        destination = .words
        guard !command.isEmpty else { return }
        if let commands = compound(isPiped: isPiped) {
            pipeline.commands = commands
            command = ShellScript.Command()
            return
        }
        names.resolve(&command)
        takeShellOperand()
        names.resolve(&command)
        if let (body, weight) = names.body(of: command), weight < budget {
            budget -= weight
            command.inner.append(ShellScript(pipelines: body))
            command.weight += weight
        }
        pipeline.commands.append(command)
        command = ShellScript.Command()
    }

    /// What `if … fi | sh` and `for … done | sh` write into the pipe: all their commands; nil where none of them ends here.
    private mutating func compound(isPiped: Bool) -> [ShellScript.Command]? {
        // `sh -c if …`: the quotes around the script were lost.
        let isLost = Interpreters.isShell(command.words.first ?? "") && command.words.count > 2
        let lead = isLost && Interpreters.isCommandOption(command.words[1]) ? command.words[2] : command.words.first
        switch lead {
        case "if", "for", "while", "until", "case": if compounds.count < 64 { compounds.append(pipelines.count) }
        case "fi", "done", "esac":
            guard let start = compounds.popLast(), isPiped, command.words.count == 1 else { return nil }
            let commands = pipelines[min(start, pipelines.count)...].flatMap(\.commands).prefix(64)
            budget -= commands.reduce(0) { $0 + $1.weight }
            return budget > 0 ? Array(commands) : nil
        default: break
        }
        return nil
    }

    private mutating func endPipeline() {
        endCommand()
        guard !pipeline.commands.isEmpty else { return }
        pipelines.append(pipeline)
        pipeline = ShellScript.Pipeline()
    }

    /// Reads what `sh -c` and `eval` are given: one quoted word, or, where the quotes were lost, the rest of the words.
    private mutating func takeShellOperand() {
        if command.words.first == "eval" {
            let operand = command.words.dropFirst().joined(separator: " ")
            if Self.isScript(operand) { operand.withText { addInner($0) } }
            return
        }
        // `find … -exec sh -c '…' \;` runs what follows.
        if command.program == "find",
            let run = command.words.firstIndex(where: { $0 == "-exec" || $0 == "-execdir" || $0 == "-ok" })
        {
            command.words = command.words[(run + 1)...].filter { $0 != ";" && $0 != "\\;" }
        }
        // `ssh HOST 'curl … | sh'`: the other machine's shell reads it.
        if command.program == "ssh", let last = command.words.last, command.words.count > 2, Self.isScript(last),
            !last.hasPrefix("-")
        {
            last.withText { addInner($0) }
            return
        }
        let core = command.core
        guard Interpreters.isShell(command.program),
            let option = core.dropFirst().firstIndex(where: { Interpreters.isCommandOption($0) }),
            core.dropFirst()[..<option].allSatisfy({ $0.hasPrefix("-") || $0.hasPrefix("+") })
        else { return }
        // `sh -c -- …`: the options end, the command comes.
        let operands = core[(option + 1)...].drop { $0 == "--" }
        guard let first = operands.first else { return }
        if Self.isScript(first) {
            first.withText { addInner($0) }
        } else if !operands.isEmpty, !command.words.contains("xargs") {
            // `xargs -I{} sh -c {}` runs what it reads.
            // `sh -c curl x | sh`: the quotes are gone, the words themselves are the command.
            // `nsenter -t 1 sh -c id`: what stands before the shell still holds.
            command.words = Array(command.words[..<core.startIndex]) + operands
            takeShellOperand()
        }
    }

    private static func isScript(_ operand: String) -> Bool {
        operand.contains { $0 == " " || $0 == "|" || $0 == ";" || $0 == "\n" || $0 == ">" }
    }
}

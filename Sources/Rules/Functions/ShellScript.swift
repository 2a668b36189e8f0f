internal import JSONView

/// A command line or script, taken apart as a shell would.
///
/// It is a reading, not an interpretation: quoting, pipes, lists, redirections and substitutions are seen, variables
/// are left as written. A line whose quotes were lost when its words were joined still reads well enough. Bounded in
/// size, in words and in depth.
struct ShellScript {
    /// One command with its redirections.
    struct Command {
        var words: [String] = []
        /// Files that output goes to: `> file`, `>> file`.
        var outputs: [String] = []
        /// Files or process substitutions that input comes from.
        var inputs: [String] = []
        /// Scripts inside the command: `$(…)`, backticks, `<(…)`, and the operand of `sh -c`.
        var inner: [ShellScript] = []
        /// Whether a `<(…)` stands among the words.
        var readsProcess = false
        /// Whether a descriptor is copied from another (`0>&1`, `<&5`).
        var duplicatesDescriptor = false

        /// How many words it takes to look at it and all that is inside.
        var weight = 1

        var isEmpty: Bool { words.isEmpty && outputs.isEmpty && inputs.isEmpty && inner.isEmpty }
    }

    /// Commands joined by pipes.
    struct Pipeline {
        var commands: [Command] = []
    }

    var pipelines: [Pipeline] = []

    /// How many bytes are looked at; what is longer is cut.
    static let sizeLimit = 128 << 10
    static let depthLimit = 4
    static let wordLimit = 20_000

    /// Reads a script.
    init(_ text: JSONText) {
        var budget = Self.wordLimit
        self.init(text.prefix(Self.sizeLimit), depth: 0, budget: &budget)
    }

    init(pipelines: [Pipeline]) { self.pipelines = pipelines }

    init(_ text: JSONText, depth: Int, budget: inout Int, names: ShellNames = ShellNames()) {
        var reader = ShellReader(text: text, depth: depth, budget: budget, names: names)
        pipelines = reader.read()
        budget = reader.budget
    }

    /// All commands, those of inner scripts behind the one they stand in.
    var allCommands: [Command] {
        pipelines.flatMap { $0.commands.flatMap { [$0] + $0.inner.flatMap(\.allCommands) } }
    }

    /// All pipelines, those of inner scripts behind the one they stand in.
    var allPipelines: [Pipeline] {
        pipelines.flatMap { [$0] + $0.commands.flatMap { $0.inner.flatMap(\.allPipelines) } }
    }
}

extension ShellScript.Command {
    /// Commands that only run another one, and how many operands of their own they take.
    private static let wrappers: [String: Int] = [
        "sudo": 0, "doas": 0, "nohup": 0, "exec": 0, "setsid": 0, "env": 0, "nice": 0, "ionice": 0, "time": 0,
        "command": 0, "busybox": 0, "toybox": 0, "stdbuf": 0, "timeout": 1, "chroot": 1, "tini": 0, "dumb-init": 0,
        "then": 0, "do": 0, "else": 0, "if": 0, "while": 0, "until": 0, "!": 0, "{": 0, "eval": 0, "nsenter": 0,
        "unshare": 0, "xargs": 0, "watch": 0, "&": 0, "cmd": 1, "cmd.exe": 1,
    ]

    /// Options of wrappers that take the next word.
    private static let wrapperOptions: Set<String> = [
        "-u", "-n", "-g", "-c", "-k", "-s", "-t", "--target", "-S", "-I", "-P", "-L", "-r", "-w", "-C",
    ]

    /// The words without assignments, `sudo`, `env`, `timeout 5`, `nsenter …` and the like before them.
    var core: ArraySlice<String> {
        var rest = words[...]
        var steps = 0
        while let first = rest.first, steps < 16 {
            steps += 1
            if Self.isAssignment(first) {
                rest = rest.dropFirst()
                continue
            }
            guard let operands = Self.wrappers[Self.baseName(first)] else { break }
            rest = rest.dropFirst()
            while let option = rest.first, option.hasPrefix("-") {
                rest = rest.dropFirst()
                if option == "--" { break }
                // `exec -a NAME`: what it is to be called.
                if option == "-a", Self.baseName(first) == "exec" {
                    rest = rest.dropFirst()
                    continue
                }
                // `-t 1 -m -u` of nsenter: only options with a plain word behind them that is no program.
                if Self.wrapperOptions.contains(option), let operand = rest.first, Self.isOperand(operand) {
                    rest = rest.dropFirst()
                }
            }
            rest = rest.dropFirst(min(operands, rest.count))
        }
        return rest
    }

    /// The program's name without its folder; `sh` where a shell is named by its variable or a pattern.
    var program: String { core.first.map { ShellNames.known(Self.baseName($0)) } ?? "" }

    /// The words behind the program.
    var operands: ArraySlice<String> { core.dropFirst() }

    static func baseName(_ word: String) -> String {
        word.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(word[word.utf8.index(after: $0)...]) } ?? word
    }

    private static func isOperand(_ word: String) -> Bool {
        !word.hasPrefix("-") && (word.utf8.allSatisfy(ASCII.isDigit) || word == "root" || word == "{}")
    }

    private static func isAssignment(_ word: String) -> Bool {
        guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")), equals != word.utf8.startIndex else {
            return false
        }
        return word.utf8[..<equals].allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
    }
}

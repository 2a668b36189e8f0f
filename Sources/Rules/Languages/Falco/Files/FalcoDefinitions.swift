internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// A list: texts that conditions name together.
struct FalcoList {
    var name: String
    var items: [FalcoConstant]
    /// When it was first defined, and when last changed: what it may build on was defined before that.
    var index: Int
    var visibility: Int
    var origin: FalcoOrigin
}

/// A macro: a condition with a name.
struct FalcoMacro {
    var name: String
    var condition: [FalcoPiece]
    var index: Int
    var visibility: Int
    var origin: FalcoOrigin
}

/// A rule, all its files read.
struct FalcoRule {
    var name: String
    var condition: [FalcoPiece]
    var output: [FalcoPiece]
    var description: String
    var priority: FalcoPriority
    var source = FalcoSource.syscall.name
    var isEnabled = true
    var tags: [String] = []
    var exceptions: [FalcoException] = []
    var skipsUnknownFields = false
    var origin: FalcoOrigin
}

/// An exception of a rule: values of fields with which it does not fire.
struct FalcoException {
    var name: String
    var fields: FalcoEntry?
    var comps: FalcoEntry?
    var values: [FalcoEntry] = []
    var origin: FalcoOrigin
}

/// A text, or a list of entries.
indirect enum FalcoEntry {
    case text(FalcoPiece)
    case list([FalcoEntry], FalcoOrigin)
}

/// Where something was written.
struct FalcoOrigin {
    var node: Node
    var file: YAMLText

    func diagnostic(_ message: String) -> Diagnostic { file.fault(at: node, message) }
}

/// Falco's priorities, most urgent first.
enum FalcoPriority: String, CaseIterable {
    case emergency, alert, critical, error, warning, notice, informational, debug

    /// Reads a priority as Falco does: in any case, `info` for `informational`.
    init?(written: String) {
        let lower = written.lowercased()
        self.init(rawValue: lower == "info" ? "informational" : lower)
    }

    var level: Level {
        switch self {
        case .emergency, .alert, .critical: .critical
        case .error: .high
        case .warning: .medium
        case .notice: .low
        case .informational, .debug: .informational
        }
    }
}

/// Everything that some files define, each file adding to those before: Falco's rule collector.
struct FalcoDefinitions {
    private(set) var lists: [String: FalcoList] = [:]
    private(set) var macros: [String: FalcoMacro] = [:]
    private(set) var rules: [String: FalcoRule] = [:]
    /// The names of the rules, in the order of their first definitions.
    private(set) var ruleNames: [String] = []
    /// Macros and lists that were left out for a fault, so that what names them is not told that they do not exist.
    private(set) var faulty: Set<String> = []
    private var steps = 0

    mutating func noteFaulty(_ name: String) { faulty.insert(name) }

    private mutating func step() -> Int {
        steps += 1
        return steps
    }

    mutating func define(_ list: FalcoList) {
        var list = list
        (list.index, list.visibility) = (lists[list.name]?.index ?? steps + 1, step())
        lists[list.name] = list
    }

    mutating func append(to name: String, items: [FalcoConstant]) -> Bool {
        guard lists[name] != nil else { return false }
        lists[name]?.items += items
        let now = step()
        lists[name]?.visibility = now
        return true
    }

    mutating func define(_ macro: FalcoMacro) {
        var macro = macro
        (macro.index, macro.visibility) = (macros[macro.name]?.index ?? steps + 1, step())
        macros[macro.name] = macro
    }

    mutating func append(to name: String, condition: FalcoPiece) -> Bool {
        guard macros[name] != nil else { return false }
        macros[name]?.condition.append(condition)
        let now = step()
        macros[name]?.visibility = now
        return true
    }

    mutating func define(_ rule: FalcoRule) {
        if rules[rule.name] == nil { ruleNames.append(rule.name) }
        rules[rule.name] = rule
    }

    /// Takes a rule out that could not be read whole.
    mutating func remove(rule name: String) {
        rules[name] = nil
        ruleNames.removeAll { $0 == name }
    }

    /// Changes a rule that was defined before; false where none was.
    mutating func change(rule name: String, _ change: (inout FalcoRule) -> Void) -> Bool {
        guard var rule = rules[name] else { return false }
        rules[name] = nil
        change(&rule)
        rules[name] = rule
        return true
    }
}

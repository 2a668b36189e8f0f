/// Something that lint says about a rule.
public struct LintFinding: Sendable, Equatable {
    /// What kind of thing it is; the same word for the same kind for ever.
    public enum Check: String, CaseIterable, Sendable {
        /// The rule is refused.
        case fault
        /// The condition cannot be true of any event.
        case neverFires = "never-fires"
        /// The condition is true of every event that it is asked about.
        case alwaysTrue = "always-true"
        /// A field that no record has.
        case unknownField = "unknown-field"
        /// A value that the field cannot have.
        case impossibleValue = "impossible-value"
        /// A verb that Kubernetes does not have.
        case unknownVerb = "unknown-verb"
        /// A resource that Kubernetes itself does not have.
        case unknownResource = "unknown-resource"
        /// A verb that is only one of those that the thing is done with.
        case narrowVerb = "narrow-verb"
        /// A selection that the condition does not use.
        case unusedSelection = "unused-selection"
        /// The rule waits for a log that is not read.
        case waits
        /// None of the sources that were named has events for the rule.
        case noSource = "no-source"
        /// Two rules have one id.
        case duplicateID = "duplicate-id"
        /// A rule in a folder of its own has no page.
        case missingPage = "missing-page"
        /// What loading says without refusing the rule.
        case notice
    }

    /// How much it matters.
    public enum Severity: String, CaseIterable, Comparable, Sendable {
        /// Good to know.
        case notice
        /// Part of the rule does not do what it says.
        case warning
        /// The rule does nothing, or too much.
        case error

        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    public var check: Check
    public var severity: Severity
    /// The rule's name; empty where the file could not be read as one.
    public var rule: String
    public var file: String
    /// The line and column, from 1; 0 where it is about the whole file.
    public var line: Int
    public var column: Int
    public var message: String

    /// Says something about a rule.
    public init(
        _ check: Check, _ severity: Severity, rule: String, file: String, line: Int = 0, column: Int = 0,
        message: String
    ) {
        self.check = check
        self.severity = severity
        self.rule = rule
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }
}

public import SecurityEvents

/// Something that a rule says about a file that asks for a deployment, and where in the file.
public struct CheckIssue: Sendable, Equatable {
    /// The rule's identifier, name and title.
    public var rule: String
    public var ruleName: String
    public var title: String
    public var level: Level
    /// What is wrong, with the values that made it so.
    public var message: String
    /// The file as the user named it.
    public var file: String
    /// The line and column of the field that made it so, from 1; 0 where it is about the whole file.
    public var line: Int
    public var column: Int
    /// The text of the line.
    public var text: String
    /// The object or service that it is about.
    public var subject: String
    /// The template that a renderer made the object of, where it says so.
    public var source: String?
    public var evidence: [Place]
    public var tags: [String]
    public var falsePositives: [String]
    public var remediation: String?
    /// Whether a patch that makes it pass is known.
    public var isFixable: Bool

    /// A value of the file that made the rule true.
    public struct Place: Sendable, Equatable {
        public var path: String
        public var value: String
        public var line: Int
        public var column: Int

        /// Makes a place.
        public init(path: String, value: String, line: Int, column: Int) {
            self.path = path
            self.value = value
            self.line = line
            self.column = column
        }
    }

    /// Makes an issue.
    public init(
        rule: String, ruleName: String, title: String, level: Level, message: String, file: String, line: Int,
        column: Int, text: String, subject: String, source: String? = nil, evidence: [Place] = [], tags: [String] = [],
        falsePositives: [String] = [], remediation: String? = nil, isFixable: Bool = false
    ) {
        self.rule = rule
        self.ruleName = ruleName
        self.title = title
        self.level = level
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.text = text
        self.subject = subject
        self.source = source
        self.evidence = evidence
        self.tags = tags
        self.falsePositives = falsePositives
        self.remediation = remediation
        self.isFixable = isFixable
    }
}

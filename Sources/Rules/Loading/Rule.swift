public import SecurityEvents

/// What a rule file says about a rule, apart from its condition: Sigma's envelope.
public struct Rule: Sendable, Equatable {
    /// The rule's identifier, a UUID.
    public var id: String
    /// The name of the folder that the rule stands in; of a rule without a folder, its file's.
    public var name: String
    public var title: String
    /// `stable`, `test`, `experimental`, `deprecated` or `unsupported`.
    public var status: String
    public var description: String
    public var references: [String]
    public var author: String
    public var date: String
    public var modified: String
    /// How much a finding matters, where no entry of `levels` says otherwise.
    public var level: Level
    /// `attack.t1610` and the like.
    public var tags: [String]
    public var logsource: LogSource
    public var falsePositives: [String]
    public var remediation: String?
    /// The condition as written.
    public var condition: String
    /// The file that the rule was read from.
    public var file: String
    /// The text of the page beside the rule.
    public var page: String?
    /// The line of the file that the rule, or what it counts, begins on; 0 where it is not known.
    public var line = 0

    /// The logs that a rule is about, as Sigma writes it.
    public struct LogSource: Sendable, Equatable {
        public var category: String?
        public var product: String?
        public var service: String?

        /// Makes a log source.
        public init(category: String? = nil, product: String? = nil, service: String? = nil) {
            self.category = category
            self.product = product
            self.service = service
        }
    }
}

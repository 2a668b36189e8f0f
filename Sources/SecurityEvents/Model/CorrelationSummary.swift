/// What several events were together, in a finding that no single event makes.
public struct CorrelationSummary: Sendable, Equatable {
    /// What was worked out, as Sigma spells it: `event_count`, `temporal_ordered`.
    public var type: String
    /// What it came to: how many events, values or rules, or their sum, average or percentile.
    public var value: Double
    /// The keys that the events have in common.
    public var groupBy: [Key]
    /// How long a window is, in seconds; nil where events count for ever.
    public var timespan: Int?
    /// How many events there were in the window.
    public var count: Int
    /// When the first and the last of them happened.
    public var first: Timestamp?
    public var last: Timestamp?
    /// The events, oldest first; of many only some.
    public var events: [Member]

    /// A key and its value.
    public struct Key: Sendable, Equatable {
        public var name: String
        public var value: String

        /// Makes a key.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// An event that counted.
    public struct Member: Sendable, Equatable {
        /// The rule that it matched.
        public var rule: String
        public var position: SourcePosition
        public var time: Timestamp?

        /// Names an event.
        public init(rule: String, position: SourcePosition, time: Timestamp?) {
            self.rule = rule
            self.position = position
            self.time = time
        }
    }

    /// Makes a summary.
    public init(
        type: String, value: Double, groupBy: [Key], timespan: Int?, count: Int, first: Timestamp?, last: Timestamp?,
        events: [Member]
    ) {
        self.type = type
        self.value = value
        self.groupBy = groupBy
        self.timespan = timespan
        self.count = count
        self.first = first
        self.last = last
        self.events = events
    }
}

public import SecurityEvents

/// How much a detector may remember, and how findings are shown.
public struct DetectorOptions: Sendable {
    /// How many workloads are remembered.
    public var workloads = 50_000
    /// How many roles and service accounts with dangerous rights are remembered.
    public var grants = 10_000
    /// How many shapes of short-lived workloads are remembered.
    public var shapes = 10_000
    /// How many findings are remembered, so that the same fact makes no second one.
    public var findings = 200_000
    /// Findings of lower levels are known when they come again, but not made: nobody asks for them.
    ///
    /// Rules that make no others are not asked.
    public var level = Level.informational
    /// Whether a finding is made once more when another source tells who did it.
    public var tellsFilled = false
    /// How many containers of one event are looked at.
    public var containers = 512
    /// How many pieces of evidence a finding has at most.
    public var evidence = 16
    /// How many characters of a value are shown.
    public var valueLength = 256
    /// How long a deployment counts as recent, in seconds.
    public var recentSeconds = 600
    /// How long a workload lives at most to count as short-lived, in seconds.
    public var shortLifeSeconds = 300
    /// How many groups one aggregation keeps apart; the one that was quiet for longest is forgotten first.
    public var groups = 20_000
    /// How many events of one group are remembered; the oldest are forgotten first.
    public var groupEvents = 10_000
    /// How many events all aggregations remember together; a group that gets one more forgets its oldest then.
    public var aggregatedEvents = 500_000
    /// How much later than its time an event may come and still be counted in its place, in seconds.
    public var lateSeconds = 60
    /// How many of the events that made an aggregated finding are named in it.
    public var namedEvents = 32
    /// What takes secrets out of findings.
    public var redactor = Redactor()

    /// The usual limits.
    public init() {}

    /// Limits for so many workloads, the others in proportion.
    public init(workloads: Int) {
        let usual = DetectorOptions()
        func scaled(_ limit: Int) -> Int {
            let (product, overflow) = limit.multipliedReportingOverflow(by: max(1, workloads))
            return overflow ? limit : max(limit, product / usual.workloads)
        }
        self.workloads = max(1, workloads)
        grants = scaled(usual.grants)
        shapes = scaled(usual.shapes)
        findings = scaled(usual.findings)
    }
}

/// What a detector did so far.
public struct DetectorStatistics: Sendable, Equatable {
    /// Events looked at.
    public var events = 0
    /// Events that some rule was asked about.
    public var judged = 0
    /// Findings made.
    public var findings = 0
    /// Findings left out because the same fact had made one.
    public var repeated = 0
    /// What was forgotten because a limit of the options was reached.
    public var forgotten = Forgotten()
    /// Conditions that had no answer, by the rule's name: how often, and why the first time.
    public var failures: [String: Failure] = [:]
    /// Events of which only the first containers were looked at.
    public var cut = 0
    /// Events that an aggregation could not count, because they lack one of the keys that it groups by.
    public var ungrouped = 0
    /// Events and groups that aggregations forgot because a limit of the options was reached.
    public var uncounted = 0

    /// How many things were forgotten.
    public struct Forgotten: Sendable, Equatable {
        /// Workloads, by each name that they are found by.
        public var workloads = 0
        /// Roles and service accounts with dangerous rights.
        public var grants = 0
        /// Shapes of workloads, to notice many short-lived ones that are alike.
        public var shapes = 0
        /// Findings, so that one may come again.
        public var findings = 0
    }

    /// Why a condition had no answer.
    public struct Failure: Sendable, Equatable {
        public var count: Int
        public var reason: String
    }
}

public import Rules
public import SecurityEvents

/// Plays a rule's own events: those that must make it speak and those that must not.
public struct RuleTrial: Sendable {
    /// The events beside a rule, a record a line.
    public struct Events: Sendable {
        /// What happened before; shown first, and of no meaning by itself.
        public var before: [String]
        /// Each line must make the rule speak; for a rule that counts, all lines together.
        public var fires: [String]
        /// No line may.
        public var silent: [String]

        /// Gathers events.
        public init(before: [String] = [], fires: [String] = [], silent: [String] = []) {
            self.before = before
            self.fires = fires
            self.silent = silent
        }
    }

    /// Something that did not go as it must.
    public struct Failure: Sendable, Equatable {
        /// `fires.jsonl` or `silent.jsonl`.
        public var file: String
        /// The line, from 1; 0 where it is about the whole file.
        public var line: Int
        public var reason: String
    }

    /// Runs a trial.
    ///
    /// - Parameters:
    ///   - rule: the rule.
    ///   - library: has it, and the lists that it uses.
    ///   - events: its events.
    /// - Returns: what went wrong; nothing where all is as it must be.
    public static func run(_ rule: CompiledRule, in library: RuleLibrary, events: Events) -> [Failure] {
        fires(rule, library, events) + silent(rule, library, events)
    }

    private static func fires(_ rule: CompiledRule, _ library: RuleLibrary, _ events: Events) -> [Failure] {
        var player = EventPlayer(library)
        for line in events.before { _ = player.play(line) }
        var failures: [Failure] = []
        var spoke = false
        for (number, line) in events.fires.enumerated() {
            let fired = player.play(line).contains { $0.rule == rule.rule.id }
            spoke = spoke || fired
            if !fired, rule.aggregation == nil {
                failures.append(Failure(file: "fires.jsonl", line: number + 1, reason: "the rule says nothing"))
            }
        }
        if rule.aggregation != nil, !events.fires.isEmpty, !spoke {
            failures.append(
                Failure(file: "fires.jsonl", line: 0, reason: "the rule says nothing of all events together"))
        }
        return failures + faults(of: player, rule, "fires.jsonl")
    }

    private static func silent(_ rule: CompiledRule, _ library: RuleLibrary, _ events: Events) -> [Failure] {
        var player = EventPlayer(library)
        for line in events.before { _ = player.play(line) }
        var failures: [Failure] = []
        for (number, line) in events.silent.enumerated() {
            for finding in player.play(line) where finding.rule == rule.rule.id {
                failures.append(
                    Failure(file: "silent.jsonl", line: number + 1, reason: "the rule speaks: \(finding.message)"))
            }
        }
        return failures + faults(of: player, rule, "silent.jsonl")
    }

    private static func faults(of player: EventPlayer, _ rule: CompiledRule, _ file: String) -> [Failure] {
        var failures = player.faults.map { Failure(file: file, line: 0, reason: "not understood: \($0.message)") }
        if let failure = player.detector.statistics.failures[rule.rule.name] {
            failures.append(Failure(file: file, line: 0, reason: "the condition has no answer: \(failure.reason)"))
        }
        return failures
    }
}

/// Reads records and shows their events to a detector, each as if the log ended behind it.
public struct EventPlayer {
    /// What judges.
    public private(set) var detector: Detector
    /// What could not be read.
    public private(set) var faults: [Diagnostic] = []
    /// Knows of a container what lines before said, as wherever rules are asked.
    private var join = ContainerJoin()

    /// Makes a player that has shown nothing yet.
    ///
    /// - Parameters:
    ///   - library: the rules and lists.
    ///   - options: how much the detector may remember.
    public init(_ library: RuleLibrary, _ options: DetectorOptions = DetectorOptions()) {
        detector = Detector(library: library, options: options)
    }

    /// Plays one line.
    ///
    /// - Parameter line: a record.
    /// - Returns: what the rules say.
    public mutating func play(_ line: some StringProtocol) -> [Finding] {
        var reader = LogReader()
        var findings: [Finding] = []
        let bytes = Array(line.utf8)
        var (detector, join) = (self.detector, self.join)
        func take(_ event: borrowing Event) {
            var event = copy event
            join.complete(&event)
            findings += detector.observe(event)
        }
        bytes.withUnsafeBytes { reader.read($0, at: SourcePosition(name: "line", line: 1), emit: take) }
        reader.finish(emit: take)
        (self.detector, self.join) = (detector, join)
        faults += reader.takeDiagnostics()
        return findings
    }
}

package import Detection
package import Rules
package import SecurityEvents

/// Reads a log and explains what one rule says of one line of it.
package struct RuleExplainer {
    /// What a rule says of an event, and why.
    package struct Explained: Sendable {
        package var position: SourcePosition
        package var source: SourceType
        package var action: Action
        /// Why the rule would not be asked at all.
        package var note: String?
        package var parts: [ConditionExplanation]
    }

    private let rule: CompiledRule
    private let line: Int?
    private let limit: Int
    private var detector: Detector
    private var join = ContainerJoin()
    private var reader = LogReader()
    /// How many events were explained.
    package private(set) var shown = 0
    /// What could not be read.
    package private(set) var diagnostics: [Diagnostic] = []

    /// Prepares the work.
    ///
    /// - Parameters:
    ///   - rule: the rule.
    ///   - library: has it, and its lists.
    ///   - line: the line whose events are explained; nil for all.
    ///   - limit: how many events at most.
    package init(_ rule: CompiledRule, library: RuleLibrary, line: Int?, limit: Int) {
        self.rule = rule
        self.line = line
        self.limit = limit
        detector = Detector(library: library.keeping { $0.rule.id == rule.rule.id })
    }

    /// Reads a line.
    package mutating func read(
        _ bytes: UnsafeRawBufferPointer, at position: SourcePosition, report: (Explained) -> Void
    ) {
        var reader = reader
        reader.read(bytes, at: position) { take($0, report) }
        diagnostics += reader.takeDiagnostics()
        self.reader = reader
    }

    /// Takes what was held back until the log's end.
    package mutating func finish(report: (Explained) -> Void) {
        var reader = reader
        reader.finish { take($0, report) }
        diagnostics += reader.takeDiagnostics()
        self.reader = reader
    }

    private mutating func take(_ event: borrowing Event, _ report: (Explained) -> Void) {
        // Values of an event are views: its documents must outlive all that is done here.
        defer { withExtendedLifetime((event.document, event.attachments)) {} }
        guard event.source.platform == .docker, event.action != .read else { return look(event, report) }
        var joined = copy event
        join.complete(&joined)
        look(joined, report)
    }

    private mutating func look(_ event: borrowing Event, _ report: (Explained) -> Void) {
        if shown < limit, line.map({ $0 == event.position.line }) ?? true {
            shown += 1
            report(
                Explained(
                    position: event.position, source: event.source, action: event.action, note: note(event),
                    parts: detector.explanations(of: rule, for: event)))
        }
        _ = detector.observe(event)
    }

    private func note(_ event: borrowing Event) -> String? {
        if !rule.waitsFor.isEmpty {
            return "the rule waits for \(rule.waitsFor.joined(separator: ", ")) and is not asked"
        }
        let asked = rule.requirement
        if asked.sources & Requirement.bit(event.source) == 0 {
            return "the rule is not asked about events of \(event.source.rawValue)"
        }
        if asked.actions & Requirement.bit(event.action) == 0 {
            return "the rule is not asked about the action \(event.action.rawValue)"
        }
        return nil
    }
}

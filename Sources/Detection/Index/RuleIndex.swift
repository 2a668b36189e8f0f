import CEL
import Rules
import SecurityEvents

/// A rule in one place, so that using it does not copy all that it holds.
final class RuleEntry {
    let rule: CompiledRule
    /// The condition, taken apart for telling why it was true.
    private(set) lazy var condition = EvidenceNode(rule.condition.root)
    /// The further fields that a finding shows, taken apart likewise.
    private(set) lazy var fields = rule.fieldPrograms.map { EvidenceNode($0.expression.root) }

    init(_ rule: CompiledRule) { self.rule = rule }
}

/// Finds the rules that an event has a chance with.
///
/// Events with one number (``EventNumbers``) have the same rules before them, which are looked for when the number comes for
/// the first time. Most events of a log have a chance with none: that is one look into a table.
final class RuleIndex {
    let entries: [RuleEntry]
    private let numbers: EventNumbers
    private var buckets: [UInt64: RuleBucket?] = [:]
    /// In front of ``buckets``: a log has few kinds of events.
    private let recent = RecentBuckets()
    /// Rules that come together for several kinds of events are planned once.
    private var planned: [[Int]: RuleBucket] = [:]
    private lazy var parts = entries.map { ConditionParts(of: $0.rule) }

    /// Where a log brings more kinds of events than this, all are looked for anew.
    static let bucketLimit = 1 << 14

    /// Plans an index.
    ///
    /// - Parameters:
    ///   - rules: all rules; those that cannot speak are left out.
    ///   - lists: what the rules look things up in.
    ///   - level: the lowest level that anybody asks for.
    init(_ rules: [CompiledRule], lists: RuleLists, level: Level = .informational) {
        let rules = rules.filter { $0.isAsked && $0.highestLevel >= level && $0.hasChance(with: lists) }
        entries = rules.map { RuleEntry($0) }
        numbers = EventNumbers(rules.map(\.requirement))
    }

    /// The rules for an event; nil where there are none.
    func bucket(for event: borrowing Event) -> RuleBucket? {
        let flags = EventFlags(of: event)
        let key = numbers.number(of: event, flags)
        return recent.bucket(of: key) { known(key) ?? find(key, for: event, flags) }
    }

    /// Tells which events have rules before them, for another thread: it shares no memory with this index.
    func makeSieve() -> EventSieve { EventSieve(entries.map(\.rule.requirement)) }

    private func known(_ key: UInt64) -> RuleBucket?? { buckets[key] }

    private func find(_ key: UInt64, for event: borrowing Event, _ flags: EventFlags) -> RuleBucket? {
        // What ``recent`` has is held by what is forgotten here.
        if buckets.count >= Self.bucketLimit {
            recent.forget()
            buckets.removeAll()
        }
        let found = find(for: event, flags)
        buckets[key] = .some(found)
        return found
    }

    private func find(for event: borrowing Event, _ flags: EventFlags) -> RuleBucket? {
        let found = numbers.candidates(for: event, flags)
        if found.isEmpty { return nil }
        if let made = planned[found] { return made }
        let made = RuleBucket(found.map { (number: $0, rule: entries[$0].rule, parts: parts[$0]) })
        planned[found] = made
        return made
    }
}

import CEL
import JSONView
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
/// What rules ask of an event by literals (its source, action, outcome, resource, verb and so on) makes a number; events with
/// one number have the same rules before them, which are looked for when the number comes for the first time. Most events
/// of a log have a chance with none: that is one look into a table.
final class RuleIndex {
    let entries: [RuleEntry]
    /// The texts that some rule asks for, by field.
    private let literals: [TextNumbers]
    /// The fields that some rule asks for, and their texts.
    private let asked: [(field: IndexedText, texts: TextNumbers)]
    private var buckets: [UInt64: RuleBucket?] = [:]
    /// In front of ``buckets``: a log has few kinds of events.
    private let recent = RecentBuckets()
    /// Rules that come together for several kinds of events are planned once.
    private var planned: [[Int]: RuleBucket] = [:]
    private lazy var parts = entries.map { ConditionParts(of: $0.rule) }

    /// Bits of a number that each text has; texts beyond share the last value, and may be any of those.
    private static let textWidth = 9
    /// Where a log brings more kinds of events than this, all are looked for anew.
    private static let bucketLimit = 1 << 14

    init(_ rules: [CompiledRule], lists: RuleLists) {
        let rules = rules.filter { $0.isAsked && $0.hasChance(with: lists) }
        entries = rules.map { RuleEntry($0) }
        let literals = IndexedText.all.map { field in
            let texts = rules.compactMap { $0.requirement.texts[field] }.joined().map { $0.lowercased() }
            return TextNumbers(Set(texts).sorted())
        }
        self.literals = literals
        asked = IndexedText.all.compactMap { literals[$0.rawValue].isEmpty ? nil : ($0, literals[$0.rawValue]) }
    }

    /// The rules for an event; nil where there are none.
    func bucket(for event: borrowing Event) -> RuleBucket? {
        let flags = EventFlags(of: event)
        // 10 sources, 12 actions, 6 outcomes and 6 bodies are 13 bits, flags 6, texts 45: all of a number's 64.
        var key = UInt64(event.source.position)
        key = key * UInt64(Action.allCases.count) + UInt64(event.action.position)
        key = key * UInt64(Outcome.allCases.count) + UInt64(event.outcome.position)
        key = key * UInt64(BodyState.allCases.count) + UInt64(event.body.position)
        key = key << UInt64(EventFlags.width) | UInt64(flags.rawValue)
        for (field, texts) in asked {
            key = key << UInt64(Self.textWidth) | UInt64(number(of: field.text(of: event), among: texts))
        }
        return recent.bucket(of: key) { known(key) ?? find(key, for: event, flags) }
    }

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

    @inline(__always)
    private func number(of text: JSONText, among texts: TextNumbers) -> Int {
        // Some languages compare without regard to case; the index may not be stricter than they are.
        let number = hasUppercase(text) ? String(copying: text).lowercased().withText { texts[$0] } : texts[text]
        return min(number, 1 << Self.textWidth - 1)
    }

    @inline(__always)
    private func hasUppercase(_ text: JSONText) -> Bool {
        for byte in text.bytes where byte &- UInt8(ascii: "A") < 26 { return true }
        return false
    }

    private func find(for event: borrowing Event, _ flags: EventFlags) -> RuleBucket? {
        let (source, action) = (Requirement.bit(event.source), Requirement.bit(event.action))
        let (outcome, body) = (Requirement.bit(event.outcome), Requirement.bit(event.body))
        let numbers = IndexedText.allCases.map { number(of: $0.text(of: event), among: literals[$0.rawValue]) }
        let found = entries.indices.filter { index in
            let asked = entries[index].rule.requirement
            return asked.sources & source != 0 && asked.actions & action != 0 && asked.outcomes & outcome != 0
                && asked.bodies & body != 0 && flags.isSuperset(of: asked.flags)
                && asked.texts.allSatisfy { field, texts in
                    texts.contains { text in
                        text.withText { number(of: $0, among: literals[field.rawValue]) } == numbers[field.rawValue]
                    }
                }
        }
        if found.isEmpty { return nil }
        if let made = planned[found] { return made }
        let made = RuleBucket(found.map { (number: $0, rule: entries[$0].rule, parts: parts[$0]) })
        planned[found] = made
        return made
    }
}

extension SourceType {
    fileprivate var position: Int {
        switch self {
        case .dockerEvents: 0
        case .dockerDaemon: 1
        case .dockerAuthorization: 2
        case .dockerInspect: 3
        case .kubernetesAudit: 4
        case .kubernetesEvent: 5
        case .kubernetesAdmission: 6
        case .kubernetesObject: 7
        case .containerdEvents: 8
        case .containerdContainer: 9
        }
    }
}

extension Action {
    fileprivate var position: Int {
        switch self {
        case .create: 0
        case .start: 1
        case .exec: 2
        case .attach: 3
        case .connect: 4
        case .modify: 5
        case .delete: 6
        case .stop: 7
        case .image: 8
        case .read: 9
        case .other: 10
        case .found: 11
        }
    }
}

extension Outcome {
    fileprivate var position: Int {
        switch self {
        case .requested: 0
        case .allowed: 1
        case .denied: 2
        case .succeeded: 3
        case .failed: 4
        case .unknown: 5
        }
    }
}

extension BodyState {
    fileprivate var position: Int {
        switch self {
        case .none: 0
        case .present: 1
        case .missing: 2
        case .truncated: 3
        case .oversize: 4
        case .unreadable: 5
        }
    }
}

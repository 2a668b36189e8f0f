import CEL
import JSONView
import Rules
import SecurityEvents

/// What makes two findings the same one.
///
/// A fact may be seen more than once: in several stages of one request, in the audit log and by admission, in the
/// Deployment and in each of its Pods. Each way of knowing it again is a key.
struct FindingIdentity {
    /// The finding's id: the same in every run over the same log.
    let id: String
    /// Keys of which one that was seen makes the finding a repetition.
    private(set) var asked: [Fingerprint]
    /// Keys that are seen from here on.
    private(set) var told: [Fingerprint]

    /// The identity of a finding whose rule says by which values findings are one; nil where one of them has no answer.
    init?(_ entry: RuleEntry, level: Level, dedup context: EventContext, using evaluator: Evaluator) {
        guard !entry.rule.dedupPrograms.isEmpty else { return nil }
        var key = Fingerprint(entry.rule.rule.id)
        key.add(level.rawValue)
        for program in entry.rule.dedupPrograms {
            let value = program.evaluate(context, using: evaluator)
            if case .error = value { return nil }
            key.add(ValueText(Self.dedupLength).text(of: value))
        }
        (asked, told, id) = ([key], [key], key.hexadecimal)
    }

    /// How much of a value counts: names are shorter.
    private static let dedupLength = 1024

    /// Whether the reasons of a finding are a part of what it is.
    static func asksWhy(_ entry: RuleEntry, _ event: borrowing Event) -> Bool {
        !entry.rule.isSearch && event.workload != nil
    }

    /// The identity of a finding.
    ///
    /// - Parameters:
    ///   - entry: the rule.
    ///   - event: what it is true of.
    ///   - context: the event as rules see it.
    ///   - facts: what is remembered of earlier events.
    ///   - print: the fingerprint of its reasons, where they are asked for (``asksWhy(_:_:)``).
    init(
        _ entry: RuleEntry, event: borrowing Event, context: EventContext, facts: FactsRecord, _ print: Fingerprint
    ) {
        var base = Fingerprint(entry.rule.rule.id)
        if entry.rule.isSearch {
            // Every event that a search finds counts; only the stages of one request are one.
            base.add(event.verb ?? .none)
            let record = Self.record(event, base)
            (asked, told, id) = ([record], [record], record.hexadecimal)
            return
        }
        // Docker's workload is its one container, which a request without a name names only afterwards.
        let isOneContainer = Self.isOneContainer(event)
        if !isOneContainer { base.add(context.container?.shown?.pointee.name ?? .none) }
        let record = Self.record(event, base)
        asked = [record]
        told = [record]
        var id = record
        if event.workload != nil {
            let identity = DeploymentMemory.Identity(context.shownEvent)
            let top = facts.topOwner(of: context.shownEvent)
            let isPart = event.source.platform == .containerd && !isOneContainer
            var named = base
            named.add(print)
            named.add(identity.namespace)
            let isNamed: Bool
            if let top {
                named.add(top.reference.kind)
                named.add(top.reference.name)
                isNamed = !top.reference.name.isEmpty
            } else {
                identity.withKind { named.add($0) }
                named.add(identity.name)
                isNamed = !identity.name.isEmpty
            }
            var uid = top?.reference.uid ?? String(copying: identity.uid)
            if uid.isEmpty { uid = (top?.seen ?? facts.touchedWorkload(context.shownEvent))?.uid ?? "" }
            if isNamed { told.append(named) }
            // A name may be given again: only what a controller makes is known by its owner's name.
            if isNamed, top != nil || context.actor.judged.isController || Self.isSeen(context.shownEvent, facts) {
                asked.append(named)
            }
            if !uid.isEmpty {
                var known = base
                // Docker's and containerd's sources describe one container each in their own words; what it is does not
                // change after it was made.
                let isMaking = event.action == .create || event.action == .start || event.action == .found
                if !(isOneContainer || isPart) || !isMaking { known.add(print) }
                known.add(uid)
                asked.append(known)
                told.append(known)
                id = known
                // A node tells in its own words what runs of a Pod, whose object was looked at before.
                var running = base
                running.add(uid)
                if event.source.platform == .kubernetes { told.append(running) }
                // Or before: then the object, which is made once, fills in what the node told.
                running.add("node")
                if isPart, isMaking { told.append(running) }
                if event.source.platform == .kubernetes, isMaking { asked.append(running) }
            }
        }
        self.id = id.hexadecimal
    }

    /// Whether the workload is its one container.
    private static func isOneContainer(_ event: borrowing Event) -> Bool {
        switch event.source.platform {
        case .docker: true
        case .containerd: event.workload?.kindName != "Pod"
        case .kubernetes: false
        }
    }

    /// Whether a workload that a watch or a list shows is one whose request was seen, which may not have told its
    /// identifier.
    private static func isSeen(_ event: UnsafePointer<Event>, _ facts: FactsRecord) -> Bool {
        guard event.pointee.source == .kubernetesObject, let known = facts.touchedWorkload(event) else { return false }
        guard !known.uid.isEmpty, let uid = event.pointee.target.uid else { return true }
        return known.uid.withText { $0 == uid }
    }

    /// The record itself: its own identifier, which the stages of one request share, or all of its text.
    private static func record(_ event: borrowing Event, _ base: Fingerprint) -> Fingerprint {
        var key = base
        if let identifier = event.identifier, !identifier.isEmpty {
            key.add(identifier)
        } else {
            let bytes = event.document.bytes
            key.add(UInt64(event.position.item))
            if let start = bytes.baseAddress { key.add(JSONText(start: start, count: bytes.count)) }
        }
        return key
    }
}

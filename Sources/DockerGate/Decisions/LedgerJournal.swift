import Gate
import Ledger
import SecurityEvents

/// Writes what a Docker gate did into the gate's journal, and says what a person should see at once.
package struct LedgerJournal: GateJournal {
    private let journal: DecisionJournal
    private let say: @Sendable (String) -> Void

    /// Makes a journal.
    ///
    /// - Parameters:
    ///   - journal: writes behind the answers.
    ///   - say: tells a person, a line at a time.
    package init(_ journal: DecisionJournal, say: @escaping @Sendable (String) -> Void) {
        self.journal = journal
        self.say = say
    }

    package func note(made record: EventRecord) { journal.keep(.deployment(record)) }

    package func note(_ decision: DecisionRecord) {
        if decision.decision.verdict != .allow { say(Self.line(decision)) }
        journal.keep(.decision(decision))
    }

    package func note(_ text: String) { journal.note(text) }

    package func note(gap reason: String) {
        say(reason)
        journal.keep(.gap(Gap(source: "docker gate", from: SystemTime.now, to: SystemTime.now, reason: reason)))
    }

    private static func line(_ record: DecisionRecord) -> String {
        let decision = record.decision
        let actor = record.request.actor.user ?? "somebody"
        let what = [record.request.verb, record.request.resource].compactMap { $0 }.joined(separator: " ")
        let why = decision.reasons.first?.message ?? decision.unjudged.first?.detail ?? ""
        return "\(decision.verdict.rawValue) \(decision.id) \(actor) \(what): \(why)"
    }
}

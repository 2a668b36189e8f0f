import Ledger
import SecurityEvents
import Synchronization

/// Writes what a gate did into a ledger, behind the calls and never before them.
///
/// A full disk makes no call wait: what cannot be written is counted and said.
package final class LedgerJournal: GateJournal {
    /// How many entries wait at most.
    private static let limit = 8192

    private let writer: LedgerWriter?
    private let say: @Sendable (String) -> Void
    private let stream: AsyncStream<LedgerEntry>
    private let continuation: AsyncStream<LedgerEntry>.Continuation
    private let lost = Mutex(0)

    /// Makes a journal; ``run()`` has to run beside the gate.
    ///
    /// - Parameters:
    ///   - writer: the ledger; nil keeps nothing.
    ///   - say: tells a person, a line at a time.
    package init(writer: LedgerWriter?, say: @escaping @Sendable (String) -> Void) {
        self.writer = writer
        self.say = say
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.limit))
    }

    /// How many entries were not kept.
    package var lostEntries: Int { lost.withLock { $0 } }

    package func note(made record: EventRecord) { keep(.deployment(record)) }

    package func note(_ decision: DecisionRecord) {
        if decision.decision.verdict != .allow { say(Self.line(decision)) }
        keep(.decision(decision))
    }

    package func note(_ text: String) {
        say(text)
        keep(.note(LedgerNote(author: "gate docker", text: text)))
    }

    /// Writes until the task is cancelled, and then what is left.
    package func run() async {
        guard let writer else {
            for await _ in stream {}
            return
        }
        var isFailing = false
        for await entry in stream {
            do {
                try await writer.add(entry)
                isFailing = false
            } catch {
                lost.withLock { $0 += 1 }
                if !isFailing { say("the ledger cannot be written: \(error)") }
                isFailing = true
            }
        }
        _ = try? await writer.flush()
    }

    /// Lets ``run()`` end once everything is written.
    package func finish() { continuation.finish() }

    private func keep(_ entry: LedgerEntry) {
        guard writer != nil else { return }
        if case .dropped = continuation.yield(entry) {
            let count = lost.withLock { lost in
                lost += 1
                return lost
            }
            if count.nonzeroBitCount == 1 { say("\(count) entries were not kept: the ledger is too slow") }
        }
    }

    private static func line(_ record: DecisionRecord) -> String {
        let decision = record.decision
        let actor = record.request.actor.user ?? "somebody"
        let what = [record.request.verb, record.request.resource].compactMap { $0 }.joined(separator: " ")
        let why = decision.reasons.first?.message ?? decision.unjudged.first?.detail ?? ""
        return "\(decision.verdict.rawValue) \(decision.id) \(actor) \(what): \(why)"
    }
}

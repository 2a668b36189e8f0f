import Foundation
import GRDB
import SecurityEvents
import TestSupport

@testable import Ledger

/// A clock that stands still.
let noon: @Sendable () -> Timestamp = { Timestamp(nanoseconds: 1_795_435_200_000_000_000) }

/// One entry of each kind but decisions, of which there is one in ``sampleDecision``.
let oneOfEach: [LedgerEntry] = [
    .deployment(.sample()),
    .finding(.sample()),
    .gap(Gap(source: "docker", from: Timestamp(nanoseconds: 1), to: nil, reason: "reconnected", estimate: 3)),
    .note(LedgerNote(author: "carol", subject: "f-1", text: "known, see ticket 12")),
]

/// What a gate said.
let sampleDecision: LedgerEntry = .decision(
    DecisionRecord(
        time: Timestamp(nanoseconds: 2), gate: "kubernetes",
        decision: Decision(
            id: "d-1", verdict: .deny,
            reasons: [
                Decision.Reason(
                    origin: .rule, rule: "r-1", ruleName: "privileged-container", level: .high, mode: .enforce,
                    message: "container web runs with full privileges", container: "web",
                    fields: [Evidence(path: "spec.containers[0].securityContext.privileged", value: "true")],
                    patch: [
                        Decision.PatchOperation(
                            operation: "replace", path: "/spec/containers/0/securityContext/privileged",
                            value: "false")
                    ])
            ], unjudged: [Decision.Unjudged(.policy, "nobody knows")], annotations: ["p/k": "v"]),
        request: .sample(), isDryRun: true))

extension ScratchFolder {
    /// A ledger in the folder with one entry of each kind and findings behind them.
    func ledger(findings: Int = 0) async throws -> SQLiteLedger {
        let ledger = try SQLiteLedger(path: file("ledger"), now: noon)
        var batch = oneOfEach
        for number in 0..<findings { batch.append(.finding(.sample(id: "more-\(number)"))) }
        _ = try await ledger.append(batch)
        return ledger
    }

    /// Does to a ledger's file what its own rules would not allow.
    func tamper(_ name: String = "ledger", _ sql: String, _ arguments: StatementArguments = StatementArguments()) throws
    {
        let queue = try DatabaseQueue(path: file(name))
        try queue.writeWithoutTransaction { database in
            for trigger in ["entry_is_never_changed", "entry_is_never_removed", "head_is_never_removed"] {
                try database.execute(sql: "DROP TRIGGER IF EXISTS \(trigger)")
            }
            try database.execute(sql: sql, arguments: arguments)
        }
        try queue.close()
    }
}

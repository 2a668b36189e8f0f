import SecurityEvents
import Testing

@testable import Detection

@Suite("A condition about containers is asked in two parts")
struct RuleMatcherTests {
    private func outcome(_ condition: String, privileged: Bool) throws -> (findings: Int, failures: Int) {
        var player = EventPlayer(try library(condition))
        let found = player.play(
            Audit.event(
                "create", "pods", "web", by: "alice", id: "1",
                object: Audit.object("Pod", "web", privileged: privileged)))
        return (found.count, player.detector.statistics.failures.values.reduce(0) { $0 + $1.count })
    }

    struct Case: Sendable {
        var condition: String
        var privileged: Bool
        var findings: Int
        var failures: Int
    }

    @Test(
        "the parts together say what the whole says",
        arguments: [
            Case(condition: "event.deploys && !(container.name == 'x')", privileged: false, findings: 1, failures: 0),
            Case(condition: "event.dryRun && container.name == 'app'", privileged: false, findings: 0, failures: 0),
            // The event's part has no answer.
            Case(condition: "raw.nothing && container.name == 'app'", privileged: false, findings: 0, failures: 1),
            Case(condition: "raw.nothing && container.name == 'x'", privileged: false, findings: 0, failures: 0),
            // The container's part has none.
            Case(condition: "event.deploys && container.runAsUser == 0", privileged: false, findings: 0, failures: 1),
            Case(condition: "event.dryRun && container.runAsUser == 0", privileged: false, findings: 0, failures: 0),
            Case(condition: "container.name == 'app' || raw.nothing", privileged: false, findings: 1, failures: 0),
            // A feature that the container lacks spares the question.
            Case(condition: "raw.nothing && container.privileged", privileged: false, findings: 0, failures: 0),
            Case(condition: "raw.nothing && container.privileged", privileged: true, findings: 0, failures: 1),
            Case(condition: "container.privileged && workload.hostPID", privileged: true, findings: 0, failures: 0),
        ])
    func parts(_ sample: Case) throws {
        let (found, failed) = try outcome(sample.condition, privileged: sample.privileged)
        #expect(found == sample.findings)
        #expect(failed == sample.failures)
    }
}

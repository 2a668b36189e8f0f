import Foundation
import JSONView
import SecurityEvents
import TestSupport
import Testing

@Suite("Recordings of a cluster")
struct KubernetesRecordingTests {
    static let folder = "data/recordings/kubernetes"

    @Test("Every line of every audit log and every review is understood")
    func everyLine() {
        for name in SharedFolder.files(Self.folder, suffix: ".jsonl") {
            let reading = LogReading(shared: name)
            #expect(reading.diagnostics == [], "\(name)")
            #expect(reading.events.count == reading.statistics.lines, "\(name)")
        }
    }

    @Test(
        "The scenarios' deployments appear with what is wrong about them",
        arguments: [
            ("peirates-hostroot-pod", "Pod", Action.create, "mallory"),
            ("kinsing-ubuntu-deployment", "Deployment", .create, "mallory"),
            ("teamtnt-privileged-daemonset", "DaemonSet", .create, "mallory"),
            ("cronjob-persistence", "CronJob", .create, "mallory"),
            ("sidecar-injected", "Deployment", .modify, "mallory"),
            ("ephemeral-container-injected", "Pod", .modify, "kubernetes-admin"),
        ])
    func scenarios(_ scenario: String, _ kind: String, _ action: Action, _ user: String) {
        guard SharedFolder.path != nil else { return print("skipped: no shared folder") }
        for suffix in ["audit", "reviews"] {
            let reading = LogReading(shared: "\(Self.folder)/\(scenario).\(suffix).jsonl")
            let found = reading.events.first { event in
                event.action == action && event.workload?.kindText == kind && !event.containers.isEmpty
                    && (suffix == "reviews" || event.actor.user.string == user)
            }
            #expect(found != nil, "\(scenario).\(suffix)")
            #expect(found?.workload?.name != nil, "\(scenario).\(suffix)")
            #expect(found?.containers.allSatisfy { $0.image != nil } == true)
        }
    }

    @Test("Real audit logs of other people parse without a fault")
    func realAuditLogs() throws {
        guard let data = SharedFolder.contents("data/corpora/audit-logs-real.jsonl") else { return }
        var inputs: [UInt8] = []
        var count = 0
        let parser = JSONParser()
        for line in data.split(separator: 0x0A) {
            let row = try parser.parse(Array(line))
            let input = try #require(row.root["input"])
            let range = try #require(row.sourceRange(of: input))
            inputs += row.bytes[range] + [0x0A]
            count += 1
        }
        let reading = LogReading(inputs)
        #expect(reading.diagnostics == [])
        #expect(reading.events.count == count)
        #expect(reading.events.allSatisfy { $0.source == .kubernetesAudit && $0.time != nil && $0.verb != nil })
    }
}

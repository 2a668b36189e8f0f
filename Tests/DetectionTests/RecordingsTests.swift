import SecurityEvents
import Testing

@testable import Detection

/// The shipped rules over recordings of attacks and of ordinary operation.
@Suite("Recordings")
struct RecordingsTests {
    @Test("A recording is judged as it is marked", arguments: Recording.all)
    func verdict(_ recording: Recording) throws {
        var player = try LogPlayer()
        for file in recording.files { try player.play(file: file) }
        #expect(player.events > 0, "the log is understood")
        #expect(player.detector.statistics.failures.isEmpty, "every condition has an answer")
        let highest = player.highest
        print("\(recording.verdict) \(recording.testDescription): \(player.summary)")
        guard recording.isTelling else { return }
        switch recording.verdict {
        case .malicious: #expect(highest.map { $0 >= .high } ?? false, "high or critical")
        case .suspicious: #expect(highest.map { $0 >= .medium } ?? false, "at least medium")
        case .benign: #expect(highest.map { $0 <= .low } ?? true, "nothing above low")
        }
    }

    /// A finding that must be among those of a recording.
    struct Naming: Sendable {
        var scenario: String
        var rule: String
        var person: String
        var object: String

        init(_ scenario: String, _ rule: String, _ person: String, _ object: String) {
            (self.scenario, self.rule, self.person, self.object) = (scenario, rule, person, object)
        }
    }

    @Test(
        "The person behind it and the right object are named",
        arguments: [
            Naming("peirates-hostroot-pod", "host-root-mount-writable", "mallory", "attack-pod-hqkzvx"),
            Naming("kinsing-ubuntu-deployment", "download-and-run", "mallory", "kube-healthz"),
            Naming("teamtnt-privileged-daemonset", "privileged-container", "mallory", "kube-proxy-agent"),
            Naming("camouflaged-exporter", "component-impostor", "mallory", "node-exporter-metrics"),
            Naming("sidecar-injected", "container-added", "mallory", "web"),
            Naming("ephemeral-container-injected", "ephemeral-container", "mallory", "web-5c586b9989-gbgp4"),
            Naming("shortlived-burst", "many-short-lived-look-alikes", "mallory", "sync-838"),
            Naming("static-pod", "static-pod", "system:node:lab-node", "node-agent-lab-node"),
            Naming("cronjob-persistence", "encoded-command", "mallory", "logrotate"),
            Naming("dockersock-mount", "runtime-socket-mount", "mallory", "builder"),
            Naming("rbac-escalation", "cluster-admin-granted", "mallory", "node-health"),
            Naming("webhook-disabled", "admission-weakened", "kubernetes-admin", "capture"),
        ])
    func names(_ naming: Naming) throws {
        let kinds = ["audit.jsonl", "reviews.jsonl"]
        let recordings = Recording.all.filter { $0.scenario == naming.scenario && kinds.contains($0.kind) }
        for recording in recordings {
            var player = try LogPlayer()
            for file in recording.files { try player.play(file: file) }
            let found = player.findings.contains { finding in
                finding.ruleName == naming.rule && finding.workload?.name == naming.object
                    && [finding.actor.user, finding.actor.impersonatedUser, finding.actor.onBehalfOf]
                        .contains(naming.person)
            }
            #expect(found, "\(recording.testDescription): \(naming.rule) names \(naming.person) and \(naming.object)")
        }
    }
}

import Foundation
import SecurityEvents
import TestSupport
import Testing

@testable import Detection

/// The shipped rules over software as its makers publish it: what is serious there must really be powerful.
@Suite("Published software")
struct PublishedSoftwareTests {
    /// The rules that say that a component really is as powerful as its host.
    private static let powers: Set = [
        "privileged-container", "runtime-socket-mount", "dangerous-capability", "host-root-mount-writable",
    ]

    @Test("Recorded clusters: serious findings are about privileged components only")
    func recordedClusters() throws {
        for file in SharedFolder.files("data/recordings/kubernetes-benign", suffix: ".audit.jsonl.gz") {
            var player = try LogPlayer()
            try player.play(file: file)
            #expect(player.detector.statistics.failures.isEmpty)
            judge(player, of: file)
        }
    }

    @Test(
        "Published manifests, created by an administrator and by an ordinary user",
        arguments: ["cert-manager", "ingress-nginx", "kube-prometheus", "kubernetes-examples", "metrics-server"],
        ["system:masters", "dev"])
    func manifests(_ project: String, _ group: String) throws {
        guard let corpus = SharedFolder.contents("data/corpora/benign-\(project).jsonl") else { return }
        var player = try LogPlayer()
        for (number, line) in corpus.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let row = try JSONSerialization.jsonObject(with: line) as? [String: Any],
                let manifest = row["input"] as? [String: Any], manifest["metadata"] is [String: Any]
            else { continue }
            let record = ManifestRecord(
                manifest, user: "carol", groups: [group, "system:authenticated"], number: number + 1)
            player.play(record: try record.data(), line: number + 1)
        }
        #expect(player.events > 0)
        judge(player, of: "\(project) by \(group)")
    }

    @Test("Compose files, as the calls that create their containers")
    func composeFiles() throws {
        guard let corpus = SharedFolder.contents("data/corpora/benign-awesome-compose.jsonl") else { return }
        var player = try LogPlayer()
        for (number, line) in corpus.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let row = try JSONSerialization.jsonObject(with: line) as? [String: Any],
                row["kind"] as? String == "compose-service", let service = row["input"] as? [String: Any]
            else { continue }
            player.play(record: try ComposeService(service, number: number).call(), line: number + 1)
        }
        #expect(player.events > 0)
        judge(player, of: "awesome-compose")
    }

    private func judge(_ player: LogPlayer, of name: String) {
        let powerful = Set(player.findings.filter { Self.powers.contains($0.ruleName) }.map(Self.object))
        let serious = player.findings.filter { $0.level >= .high }
        let wrong = serious.filter { !powerful.contains(Self.object($0)) }
        print(
            "\(name): \(player.summary); \(serious.count) serious, \(wrong.count) of them not about a privileged component"
        )
        for finding in wrong { Issue.record("\(name): \(finding.ruleName): \(finding.message)") }
    }

    private static func object(_ finding: Finding) -> String {
        // A DaemonSet and what its controller makes of it are one component.
        finding.workload.map { $0.owner ?? "\($0.kind)/\($0.name ?? "")" } ?? ""
    }
}

/// A service of a Compose file as the engine's authorization plugin sees its container's creation.
private struct ComposeService {
    private let service: [String: Any]
    private let number: Int

    init(_ service: [String: Any], number: Int) {
        self.service = service
        self.number = number
    }

    func call() throws -> Data {
        let host: [String: Any] = [
            "NetworkMode": service["network_mode"] ?? "default", "Privileged": service["privileged"] ?? false,
            "CapAdd": service["cap_add"] ?? [], "PidMode": service["pid"] ?? "",
            "SecurityOpt": service["security_opt"] ?? [], "Binds": binds, "PortBindings": ports,
        ]
        let body: [String: Any] = [
            "Image": service["image"] ?? "local/build:1", "Cmd": words("command"), "Entrypoint": words("entrypoint"),
            "Env": environment, "HostConfig": host,
        ]
        return try JSONSerialization.data(withJSONObject: [
            "User": "carol", "UserAuthNMethod": "TLS", "RequestMethod": "POST",
            "RequestUri": "/v1.43/containers/create?name=service-\(number)",
            "RequestHeaders": ["Content-Type": "application/json"],
            "RequestBody": try JSONSerialization.data(withJSONObject: body).base64EncodedString(),
        ])
    }

    private func words(_ key: String) -> Any {
        if let list = service[key] as? [Any] { return list.map { "\($0)" } }
        return (service[key] as? String)?.split(separator: " ").map(String.init) ?? NSNull()
    }

    private var environment: [String] {
        if let list = service["environment"] as? [String] { return list }
        return (service["environment"] as? [String: Any])?.map { "\($0.key)=\($0.value)" } ?? []
    }

    private var binds: [String] {
        (service["volumes"] as? [Any] ?? []).compactMap { volume in
            if let text = volume as? String {
                return text.hasPrefix(".") ? "/home/dev/project/" + text : text
            }
            guard let volume = volume as? [String: Any], volume["type"] as? String == "bind",
                let source = volume["source"] as? String, let target = volume["target"] as? String
            else { return nil }
            return (source.hasPrefix(".") ? "/home/dev/project/" + source : source) + ":" + target
        }
    }

    private var ports: [String: [[String: String]]] {
        var ports: [String: [[String: String]]] = [:]
        for port in service["ports"] as? [Any] ?? [] {
            let parts = "\(port)".split(separator: ":").map(String.init)
            guard !(port is [String: Any]), let inner = parts.last else { continue }
            ports[inner + "/tcp"] = [["HostIp": "", "HostPort": parts.count > 1 ? parts[parts.count - 2] : ""]]
        }
        return ports
    }
}

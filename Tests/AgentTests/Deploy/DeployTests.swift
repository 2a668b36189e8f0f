import EventSources
import Foundation
import Manifests
import PlatformAPIs
import Reports
import Rules
import Testing
import Yams

@testable import Agent

@Suite("What is deployed")
struct DeployTests {
    private static let folder = ConfigKeysTests.root.appending(path: "deploy")

    private func documents(_ path: String) throws -> [[String: Any]] {
        let text = try String(contentsOf: Self.folder.appending(path: path), encoding: .utf8)
        return try Yams.load_all(yaml: text).compactMap { $0 as? [String: Any] }
    }

    /// One resource of one group, with what may be done to it.
    struct Right: Hashable, CustomStringConvertible {
        let group: String
        let resource: String
        let verb: String
        var description: String { "\(verb) \(resource).\(group)" }
    }

    @Test("the rights of the cluster's agent are exactly what it lists and watches")
    func rights() throws {
        let roles = try documents("kubernetes/rbac.yaml").filter { $0["kind"] as? String == "ClusterRole" }
        #expect(roles.count == 1)
        var granted: Set<Right> = []
        for rule in roles.first?["rules"] as? [[String: Any]] ?? [] {
            // Which cluster it is, its own namespace says: no right to any other one.
            if rule["resourceNames"] as? [String] == ["kube-system"] {
                #expect(rule["resources"] as? [String] == ["namespaces"])
                #expect(rule["verbs"] as? [String] == ["get"])
                #expect(ClusterIdentity.path == "/api/v1/namespaces/kube-system")
                continue
            }
            #expect(Set(rule.keys) == ["apiGroups", "resources", "verbs"])
            for group in rule["apiGroups"] as? [String] ?? [] {
                for resource in rule["resources"] as? [String] ?? [] {
                    for verb in rule["verbs"] as? [String] ?? [] {
                        granted.insert(Right(group: group, resource: resource, verb: verb))
                    }
                }
            }
        }
        let watched = KubernetesOpener.resources.flatMap { resource in
            ["list", "watch"].map { Right(group: resource.group, resource: resource.name, verb: $0) }
        }
        #expect(granted == Set(watched))
        #expect(!granted.isEmpty)
    }

    @Test("the configurations are sound", arguments: ["kubernetes/configuration.yaml", "systemd/tallyman.yaml"])
    func configurations(_ path: String) throws {
        let documents = try documents(path)
        var texts = documents.compactMap { ($0["data"] as? [String: Any])?["tallyman.yaml"] as? String }
        if texts.isEmpty { texts = [try String(contentsOf: Self.folder.appending(path: path), encoding: .utf8)] }
        #expect(!texts.isEmpty)
        for text in texts {
            let loaded = try ConfigLoader.load(file: (path, text))
            #expect(loaded.warnings.isEmpty)
            let values = loaded.effective.values
            #expect(values.ledger.file == "/var/lib/tallyman/ledger.db")
            #expect(values.server.listen?.port == 9464)
            // systemd and the kubelet wait for 30 s.
            #expect(values.shutdown.deadline < .seconds(25))
        }
    }

    @Test("the cluster's agent keeps to the restricted standard that its namespace demands")
    func restricted() throws {
        let text = try String(contentsOf: Self.folder.appending(path: "kubernetes/deployment.yaml"), encoding: .utf8)
        var run = CheckRun(library: try RuleLibrary.load(), podSecurity: .init(.restricted))
        run.take(ManifestFiles.File(name: "deployment.yaml", text: text, isNamed: true))
        #expect(run.issues.filter { $0.ruleName.hasPrefix("pod-security-") }.map(\.message) == [])
    }

    @Test("the nodes' agent breaks of the standards only what its mounts of the host break")
    func node() throws {
        let text = try String(contentsOf: Self.folder.appending(path: "kubernetes/daemonset.yaml"), encoding: .utf8)
        var run = CheckRun(library: try RuleLibrary.load(), podSecurity: .init(.restricted))
        run.take(ManifestFiles.File(name: "daemonset.yaml", text: text, isNamed: true))
        let broken = Set(run.issues.map(\.ruleName).filter { $0.hasPrefix("pod-security-") })
        #expect(broken == ["pod-security-restrictedVolumes"])
    }

    @Test("all files of the folder are in the kustomization, and every object is in a namespace of ours or in none")
    func whole() throws {
        let names = try FileManager.default.contentsOfDirectory(
            atPath: Self.folder.appending(path: "kubernetes").path)
        let listed = try documents("kubernetes/kustomization.yaml").first?["resources"] as? [String] ?? []
        #expect(Set(names).subtracting(["kustomization.yaml"]) == Set(listed))
        for name in listed {
            for document in try documents("kubernetes/\(name)") {
                let metadata = document["metadata"] as? [String: Any]
                let namespace = metadata?["namespace"] as? String
                let isOfCluster = ["Namespace", "ClusterRole", "ClusterRoleBinding"].contains(
                    document["kind"] as? String)
                #expect((namespace == nil) == isOfCluster, "\(name)")
                #expect(namespace.map { ["tallyman", "tallyman-node"].contains($0) } ?? true, "\(name)")
            }
        }
    }

    @Test("the unit waits longer for the end than the agent takes, and gives no rights")
    func unit() throws {
        let text = try String(contentsOf: Self.folder.appending(path: "systemd/tallyman.service"), encoding: .utf8)
        let lines = text.split(separator: "\n")
        for line in [
            "User=tallyman", "CapabilityBoundingSet=", "AmbientCapabilities=", "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "TimeoutStopSec=30", "ExecReload=/bin/kill -HUP $MAINPID",
        ] {
            #expect(lines.contains { $0 == line }, "\(line)")
        }
    }
}

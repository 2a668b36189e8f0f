import Manifests
import Reports
import Rules
import SecurityEvents
import Testing

@testable import Agent

@Suite("Pod Security Standards before deployment")
struct PodSecurityIssuesTests {
    private func run(_ text: String, _ policy: PodSecurity.Policy) throws -> CheckRun {
        var run = CheckRun(library: try CheckRunTests.library.get(), podSecurity: policy)
        run.take(ManifestFiles.File(name: "a.yaml", text: text, isNamed: true))
        return run
    }

    private static let deployment = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          template:
            spec:
              hostPID: true
              containers:
                - name: web
                  image: registry.k8s.io/web:v1.2.3
                - image: registry.k8s.io/side:v1.2.3
                  name: side
                  securityContext:
                    runAsNonRoot: true
        """

    @Test("Violations stand at their field, with the API server's message; the baseline's weigh more")
    func issues() throws {
        let run = try run(Self.deployment, .init(.restricted))
        let all = run.issues.filter { $0.ruleName.hasPrefix("pod-security-") }
        let namespaces = try #require(all.first { $0.ruleName == "pod-security-hostNamespaces" })
        #expect((namespaces.line, namespaces.level) == (8, .high))
        #expect(namespaces.message == "violates Pod Security \"restricted:latest\": host namespaces (hostPID=true)")
        let escalation = try #require(all.first { $0.ruleName == "pod-security-allowPrivilegeEscalation" })
        #expect(escalation.level == .medium && escalation.isFixable)
        #expect(try self.run(Self.deployment, .init(.privileged)).issues.allSatisfy { !$0.ruleName.hasPrefix("pod-") })
    }

    @Test("The patch sets what the standard prescribes for every program, and the patched file passes those checks")
    func patch() throws {
        let run = try run(Self.deployment, .init(.restricted))
        let patch = try #require(run.patches().first)
        #expect(
            patch.contains("+                  allowPrivilegeEscalation: false")
                || patch.contains("+            allowPrivilegeEscalation: false"))
        let mended = UnifiedPatch.apply(patch, to: Self.deployment)
        let left = Set(try self.run(mended, .init(.restricted)).issues.map(\.ruleName))
        #expect(
            left.isDisjoint(with: [
                "pod-security-allowPrivilegeEscalation", "pod-security-capabilities_restricted",
                "pod-security-seccompProfile_restricted",
            ]))
        #expect(left.contains("pod-security-hostNamespaces") && left.contains("pod-security-runAsNonRoot"))
    }
}

/// Applies patches as `patch` does, for tests.
enum UnifiedPatch {
    static func apply(_ patch: String, to text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var offset = 0
        var at = 0
        for line in patch.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2) {
            if line.hasPrefix("@@") {
                let begin = line.split(separator: " ")[1].dropFirst().split(separator: ",")[0]
                at = (Int(begin) ?? 1) - 1 + offset
            } else if line.hasPrefix("+") {
                lines.insert(String(line.dropFirst()), at: at)
                at += 1
                offset += 1
            } else if line.hasPrefix("-") {
                lines.remove(at: at)
                offset -= 1
            } else if line.hasPrefix(" ") {
                at += 1
            }
        }
        return lines.joined(separator: "\n")
    }
}

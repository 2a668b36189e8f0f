import JSONView
import Manifests
import Reports
import Rules
import SecurityEvents
import TestSupport
import Testing

@testable import Agent

@Suite("Checks of published software")
struct PublishedManifestTests {
    /// What is serious there really is as powerful as its host, and says so in the field that is named.
    private static let powers: Set = [
        "privileged-container", "runtime-socket-mount", "host-root-mount-writable", "host-root-mount-read-only",
        "sensitive-host-mount-writable", "host-network-namespace", "host-pid-namespace", "host-ipc-namespace",
        "dangerous-capability",
    ]

    @Test(
        "High findings in manifests of other projects are about powers that they ask for",
        arguments: ["cert-manager", "ingress-nginx", "kube-prometheus", "metrics-server"])
    func manifests(_ project: String) throws {
        guard let corpus = SharedFolder.contents("data/corpora/benign-\(project).jsonl") else { return }
        var run = CheckRun(library: try CheckRunTests.library.get())
        for (number, line) in corpus.split(separator: UInt8(ascii: "\n")).enumerated() {
            try withJSON(String(decoding: line, as: UTF8.self)) { row in
                guard let input = row["input"], input["kind"] != nil else { return }
                var text = CompactJSON()
                text.write(input)
                run.take(
                    .init(name: "\(number).json", text: String(decoding: text.bytes, as: UTF8.self), isNamed: true))
            }
        }
        #expect(run.diagnostics.allSatisfy { $0.severity == .warning })
        let wrong = run.issues.filter { $0.level >= .high && !Self.powers.contains($0.ruleName) }
        #expect(wrong.isEmpty, "\(wrong.map(\.message))")
    }
}

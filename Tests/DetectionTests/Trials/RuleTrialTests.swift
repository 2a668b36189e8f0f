import Rules
import SecurityEvents
import Testing

@testable import Detection

@Suite("Trials of rules")
struct RuleTrialTests {
    private static func pod(privileged: Bool) -> String {
        """
        {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"\(privileged)","kind":{"kind":"Pod"},\
        "resource":{"version":"v1","resource":"pods"},"operation":"CREATE","object":{"spec":{"containers":\
        [{"name":"a","image":"a:1","securityContext":{"privileged":\(privileged)}}]}}}}
        """
    }

    @Test("A line that should fire and does not, one that should not and does, and one that is no record are told")
    func failures() throws {
        let library = try library("event.deploys && container.privileged")
        let rule = try #require(library.rules.first)
        let (yes, no) = (Self.pod(privileged: true), Self.pod(privileged: false))
        #expect(RuleTrial.run(rule, in: library, events: .init(fires: [yes], silent: [no])).isEmpty)
        let failures = RuleTrial.run(rule, in: library, events: .init(fires: [no], silent: [no, yes, "{\"a\":1}"]))
        #expect(failures.map(\.file) == ["fires.jsonl", "silent.jsonl", "silent.jsonl"])
        #expect(failures.map(\.line) == [1, 2, 0])
    }

    @Test("An explanation has the tree of each container with its values")
    func explanation() throws {
        let library = try library("event.deploys && container.privileged")
        let rule = try #require(library.rules.first)
        var detector = Detector(library: library)
        var found: [ConditionExplanation] = []
        var reader = LogReader()
        Array(Self.pod(privileged: false).utf8).withUnsafeBytes { bytes in
            reader.read(bytes, at: SourcePosition(name: "x", line: 1)) {
                found += detector.explanations(of: rule, for: $0)
            }
        }
        let one = try #require(found.first)
        #expect(found.count == 1 && one.container == "a" && one.truth == false)
        #expect(one.tree.contains { $0.contains("false") && $0.contains("container.privileged") })
    }
}

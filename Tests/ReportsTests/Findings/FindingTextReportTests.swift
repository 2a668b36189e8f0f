import SecurityEvents
import TestSupport
import Testing

@testable import Reports

@Suite("A finding as text")
struct FindingTextReportTests {
    @Test("says level, what, who, where, when, why and what to do")
    func whole() {
        let text = FindingTextReport(styling: Styling(width: 100)).text(of: .sample())
        #expect(
            text == """
                HIGH  Container created with full privileges
                  what    container web runs privileged
                  who     alice (client certificate) from 10.0.0.7, groups dev, system:authenticated, with
                          kubectl/v1.35.0
                  where   Deployment shop/web, service account default, container web, image
                          docker.io/library/nginx:latest
                  when    2026-11-23T13:35:09.845086Z, create succeeded, kubernetes:audit at audit.log:12
                  why     requestObject.spec.template.spec.containers[0].securityContext.privileged = true
                          user.username = "alice"
                  do      Remove privileged from the container's security context.
                  unless  Node agents that need the host
                  rule    container-privileged
                  tags    ATT&CK T1610, T1611 (execution)
                  id      f-1


                """)
    }

    @Test("fits the terminal, from 60 to 120 columns", arguments: [60, 80, 100, 120])
    func width(columns: Int) {
        let message = String(repeating: "a long story 长 ", count: 40) + String(repeating: "x", count: 300)
        let text = FindingTextReport(styling: Styling(width: columns)).text(of: .sample(message: message))
        for line in text.split(separator: "\n") {
            #expect(DisplayWidth.of(String(line)) <= columns)
        }
    }

    @Test("colours only where it is told to, and only its own")
    func colours() {
        let plain = FindingTextReport().text(of: .sample(message: "\u{1B}[2J"))
        #expect(!plain.contains("\u{1B}"))
        #expect(plain.contains(#"\u{1B}[2J"#))
        let colored = FindingTextReport(styling: Styling(isColored: true)).text(of: .sample())
        #expect(colored.hasPrefix("\u{1B}[1;31mHIGH\u{1B}[0m  \u{1B}[1mContainer"))
        #expect(!colored.contains("\u{1B}[2J"))
    }

    @Test("a message with line breaks cannot forge a finding")
    func forged() {
        let text = FindingTextReport().text(of: .sample(id: "x\n\nCRITICAL  forged", message: "a\n\nCRITICAL  forged"))
        #expect(!text.split(separator: "\n").contains { $0.hasPrefix("CRITICAL") })
    }

    @Test(
        "says who, as far as the source knows",
        arguments: [
            (ActorSummary(), "not known to this source"),
            (ActorSummary(authentication: .localSocket), "whoever can reach the engine's local socket"),
            (ActorSummary(authentication: .anonymous), "somebody who did not say who"),
            (
                ActorSummary(user: "system:anonymous", authentication: .anonymous),
                "system:anonymous (not authenticated)"
            ),
            (ActorSummary(user: "a", impersonatedUser: "b"), "a acting as b"),
            (
                ActorSummary(user: "system:serviceaccount:kube-system:job-controller", onBehalfOf: "alice"),
                "alice, through system:serviceaccount:kube-system:job-controller"
            ),
            (ActorSummary(user: "a", groups: (1...8).map { "g\($0)" }), "a, groups g1, g2, g3, g4, g5, g6 and 2 more"),
        ])
    func who(actor: ActorSummary, line: String) {
        #expect(ActorLine.text(of: actor) == line)
    }

    @Test("a finding that knows almost nothing is still whole")
    func sparse() {
        var finding = Finding.sample()
        finding.time = nil
        finding.workload = nil
        finding.container = nil
        finding.evidence = []
        finding.tags = ["custom"]
        finding.falsePositives = []
        finding.remediation = "First.\n\nThen.\n"
        finding.actor = ActorSummary()
        #expect(
            FindingTextReport().text(of: finding) == """
                HIGH  Container created with full privileges
                  what    container web runs privileged
                  who     not known to this source
                  where   not known to this source
                  when    time not known, create succeeded, kubernetes:audit at audit.log:12
                  do      First.
                          Then.
                  rule    container-privileged
                  tags    custom
                  id      f-1


                """)
    }

    @Test("huge fields are cut and say how much is left")
    func huge() {
        var finding = Finding.sample(message: String(repeating: "m", count: 1_000_000))
        finding.evidence = (0..<100).map { Evidence(path: "p[\($0)]", value: "1") }
        let text = FindingTextReport().text(of: finding)
        #expect(text.utf8.count < 10_000)
        #expect(text.contains("and 88 more"))
        #expect(text.contains("(996000 bytes more)"))
    }
}

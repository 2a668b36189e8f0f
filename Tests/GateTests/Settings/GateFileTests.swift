import Admission
import JSONView
import SecurityEvents
import Testing

@testable import Gate

@Suite("A gate's settings file")
struct GateFileTests {
    private static let text = """
        fail: open
        modes:
        - {mode: warn, namespace: kube-system}
        - {mode: enforce, rule: privileged-container, level: medium}
        - {mode: record, host: "build-*"}
        exceptions:
        - name: node-exporter
          rule: host-*
          namespace: monitoring
          workload: DaemonSet/node-exporter
          owner: team-observability
          reason: reads the host's metrics
          expires: 2027-01-31
        templates:
        - {group: example.com, resource: runners, path: spec.runner.template}
        """

    @Test("Everything that it says is read")
    func reads() throws {
        let file = try GateFile(Self.text, file: "gate.yml", now: noon)
        #expect(file.settings.failure == .open)
        #expect(
            file.settings.modes.lines.suffix(3) == [
                .init(.warn, namespace: "kube-system"), .init(.enforce, rule: "privileged-container", level: .medium),
                .init(.record, host: "build-*"),
            ])
        let exception = try #require(file.settings.exceptions.first)
        #expect(exception.owner == "team-observability")
        #expect(exception.expires == Timestamp("2027-01-31T00:00:00Z"))
        #expect(file.templates.map(\.path.description) == ["spec.runner.template"])
        #expect(file.warnings.isEmpty)
    }

    @Test("The usual lines stand before those of the file")
    func standard() throws {
        let file = try GateFile("modes: [{mode: warn, rule: x}]", file: "gate.yml", now: noon)
        #expect(file.settings.modes.lines.dropLast() == GateModes.standard.lines[...])
        #expect(file.settings.failure == .closed)
    }

    @Test("An exception is warned about before it ends, and after")
    func notice() throws {
        let ends = try #require(Timestamp("2027-01-31T00:00:00Z"))
        func warnings(_ now: Timestamp) throws -> [Diagnostic] {
            try GateFile(Self.text, file: "gate.yml", now: now).warnings
        }
        #expect(try warnings(ends.adding(seconds: -15 * 86_400)).isEmpty)
        let soon = try warnings(ends.adding(seconds: -13 * 86_400))
        #expect(soon.count == 1)
        #expect(soon.first?.message.contains("team-observability") == true)
        #expect(soon.first?.line == 7)
        #expect(try warnings(ends).first?.message.contains("ended") == true)
    }

    @Test(
        "What is wrong is refused with its place",
        arguments: [
            ("mode: x", 1, "no key 'mode'"), ("fail: sometimes", 1, "'sometimes' is no fail"),
            ("modes: [{mode: deny}]", 1, "'deny' is no mode"), ("modes:\n- {rule: x}", 2, "'mode' is missing"),
            ("modes:\n- {mode: warn, namespace: a, host: b}", 2, "not for both"),
            ("exceptions:\n- {name: a, rule: b, reason: c, expires: 2027-01-01}", 2, "'owner' is missing"),
            ("exceptions:\n- {name: a, rule: b, owner: c, expires: 2027-01-01}", 2, "'reason' is missing"),
            ("exceptions:\n- {name: a, rule: b, owner: c, reason: d}", 2, "'expires' is missing"),
            ("exceptions:\n- {name: a, rule: b, owner: c, reason: d, expires: soon}", 2, "is no date"),
            ("templates:\n- {group: a, resource: b, path: 'a..b'}", 2, "is no path"),
            ("modes: 5", 1, "must be a list"), ("a: &x 1\nb: *x", 1, "anchors"),
        ])
    func faults(text: String, line: Int, words: String) throws {
        do throws(GateFile.Faults) {
            _ = try GateFile(text, file: "gate.yml", now: noon)
            Issue.record("taken: \(text)")
        } catch {
            let fault = try #require(error.diagnostics.first { $0.severity == .error })
            #expect(fault.message.contains(words), "\(fault)")
            #expect(fault.line == line)
        }
    }
}

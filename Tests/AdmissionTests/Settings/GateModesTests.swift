import SecurityEvents
import Testing

@testable import Admission

@Suite("Modes")
struct GateModesTests {
    @Test(
        "Without a word of anybody grave findings refuse, doubtful ones warn, the rest is recorded",
        arguments: [
            (Level.critical, Decision.Mode.enforce), (.high, .enforce), (.medium, .warn), (.low, .record),
            (.informational, .record),
        ])
    func standard(level: Level, mode: Decision.Mode) {
        #expect(GateModes.standard.mode(of: ["x"], level: level, in: .init(namespace: "shop")).mode == mode)
    }

    @Test("The last line that fits counts")
    func last() {
        let modes = GateModes(lines: [
            .init(.enforce), .init(.record, namespace: "kube-*"), .init(.warn, rule: "privileged-*"),
            .init(.enforce, rule: "privileged-container", namespace: "kube-system"),
        ])
        func mode(_ rule: String, _ namespace: String) -> Decision.Mode {
            modes.mode(of: [rule], level: .high, in: .init(namespace: namespace)).mode
        }
        #expect(mode("other", "shop") == .enforce)
        #expect(mode("other", "kube-public") == .record)
        #expect(mode("privileged-pod", "kube-public") == .warn)
        #expect(mode("privileged-container", "kube-system") == .enforce)
        #expect(mode("privileged-container", "shop") == .warn)
    }

    @Test("A line about a host says nothing of a namespace, and the other way round")
    func hosts() {
        let modes = GateModes(lines: [.init(.enforce), .init(.record, host: "*"), .init(.warn, namespace: "*")])
        #expect(modes.mode(of: ["x"], level: .high, in: .init(host: "node-1")).mode == .record)
        #expect(modes.mode(of: ["x"], level: .high, in: .init(namespace: "shop")).mode == .warn)
        #expect(modes.mode(of: ["x"], level: .high, in: .init(namespace: "")).mode == .warn)
    }

    @Test("The ceiling is over every line")
    func ceiling() {
        let modes = GateModes(lines: [.init(.enforce), .init(.enforce, rule: "x")], ceiling: .warn)
        #expect(modes.mode(of: ["x"], level: .critical, in: .init()).mode == .warn)
    }

    @Test("A gate that only warns refuses nothing, judged or not")
    func warnsOnly() throws {
        var settings = GateSettings()
        settings.modes.ceiling = .warn
        let reviewer = try shipped(settings)
        let privileged = try Review(object: pod(context: #"{"privileged":true}"#)).request()
        #expect(reviewer.review(privileged, until: later).verdict == .warn)
        #expect(reviewer.review(privileged, until: ContinuousClock.now).verdict == .warn)
    }
}

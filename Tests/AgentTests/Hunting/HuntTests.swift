import Detection
import Ledger
import Reports
import Rules
import SecurityEvents
import TestSupport
import Testing

@testable import Agent

@Suite("Hunting through logs")
struct HuntTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Reports every event it is shown, so that what reaches a judge can be counted.
    struct EveryEvent: Judge {
        mutating func judge(_ event: borrowing Event) -> [Finding] {
            [
                Finding(
                    id: "\(event.position)", rule: "r", ruleName: "every-event", title: "t", level: .medium,
                    time: event.time, source: event.source, position: event.position, action: event.action,
                    outcome: event.outcome, message: "m", actor: ActorSummary(copying: event.actor),
                    workload: WorkloadSummary(copying: event), container: nil, evidence: [], tags: [],
                    falsePositives: [], remediation: nil)
            ]
        }
    }

    static func audit(_ name: String, time: String = "2026-11-23T10:00:00Z") -> String {
        """
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"\(name)","stage":"ResponseComplete",\
        "requestURI":"/api/v1/namespaces/n/pods","verb":"create","user":{"username":"ann"},"objectRef":{"resource":"pods",\
        "namespace":"n","name":"\(name)","apiVersion":"v1"},"responseStatus":{"code":201},"requestObject":{"kind":"Pod",\
        "apiVersion":"v1","metadata":{"name":"\(name)"},"spec":{"containers":[{"name":"c","image":"i"}]}},\
        "requestReceivedTimestamp":"\(time)","stageTimestamp":"\(time)"}
        """
    }

    /// Each test reads on the judging thread, and on one of its own.
    private func options(_ readsAhead: Bool) -> HuntOptions {
        var options = HuntOptions()
        options.readsAhead = readsAhead
        return options
    }

    private func hunt(_ inputs: [HuntInput], options: HuntOptions) async throws -> (
        result: HuntResult, findings: [Finding]
    ) {
        var findings: [Finding] = []
        let result = try await Hunt(judge: EveryEvent(), options: options).run(inputs) { finding in
            findings.append(finding)
            return true
        }
        return (result, findings)
    }

    @Test("A sound line is judged, a broken one is counted with its place, the rest goes on", arguments: [false, true])
    func brokenLine(readsAhead: Bool) async throws {
        let file = try folder.write("file", ("\(Self.audit("a"))\n{\"kind\":\n\(Self.audit("b"))\n").utf8)
        let (result, findings) = try await hunt([.file(file)], options: options(readsAhead))
        #expect(findings.map(\.workload?.name) == ["a", "b"])
        #expect(result.summary.faultCount == 1)
        #expect(result.summary.faults.first?.line == 2)
        #expect(result.summary.lines == 3)
        #expect(result.unreadable.isEmpty && result.unrecognized.isEmpty)
    }

    @Test("What cannot be opened is said, and the other inputs are read", arguments: [false, true])
    func unreadable(readsAhead: Bool) async throws {
        let file = try folder.write("file", (Self.audit("a") + "\n").utf8)
        let (result, findings) = try await hunt(
            [.file("/no/such/file"), .file(folder.path), .file(file)], options: options(readsAhead))
        #expect(findings.count == 1)
        #expect(result.unreadable.map(\.file) == ["/no/such/file", folder.path], "\(result.unreadable)")
    }

    @Test("An empty log is clean; one of which nothing is understood is not", arguments: [false, true])
    func nothingUnderstood(readsAhead: Bool) async throws {
        let empty = try folder.write("empty", ("").utf8)
        let garbage = try folder.write("garbage", ("hello\nworld\n").utf8)
        let binary = try folder.write("binary", (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 7) })
        let (result, findings) = try await hunt(
            [.file(empty), .file(garbage), .file(binary)], options: options(readsAhead))
        #expect(findings.isEmpty)
        #expect(result.unrecognized == [garbage, binary])
        #expect(result.summary.skipped > 0)
    }

    @Test("A line beyond the limit is a located fault and a gap, and the next line is read", arguments: [false, true])
    func longLine(readsAhead: Bool) async throws {
        let long = "{\"a\":\"" + String(repeating: "x", count: 17 << 20) + "\"}"
        let file = try folder.write("file", ("\(long)\n\(Self.audit("a"))\n").utf8)
        let (result, findings) = try await hunt([.file(file)], options: options(readsAhead))
        #expect(findings.map(\.position.line) == [2])
        #expect(result.summary.gaps == 1)
        #expect(result.summary.faults.first?.line == 1)
    }

    @Test("Findings are cut to a stretch of time; an event without a time is kept", arguments: [false, true])
    func timeRange(readsAhead: Bool) async throws {
        let lines = [
            Self.audit("before", time: "2026-11-01T00:00:00Z"), Self.audit("in", time: "2026-11-02T00:00:00Z"),
            Self.audit("after", time: "2026-11-03T00:00:00Z"), Self.audit("never", time: ""),
        ]
        let file = try folder.write("file", (lines.joined(separator: "\n")).utf8)
        var options = options(readsAhead)
        options.since = Timestamp("2026-11-02T00:00:00Z")
        options.until = Timestamp("2026-11-03T00:00:00Z")
        let (_, findings) = try await hunt([.file(file)], options: options)
        #expect(findings.map(\.workload?.name) == ["in", "never"])
    }

    @Test("Deployments and findings are kept once, however often the log is read", arguments: [false, true])
    func ledger(readsAhead: Bool) async throws {
        let file = try folder.write("file", ("\(Self.audit("a"))\n\(Self.audit("b"))\n").utf8)
        let ledger = try SQLiteLedger(path: folder.file("ledger.db"))
        for round in 0..<2 {
            let result = try await Hunt(judge: EveryEvent(), options: options(readsAhead), ledger: ledger).run([
                .file(file)
            ]) { _ in true }
            #expect(result.summary.known == (round == 0 ? 0 : 4))
        }
        let entries = try await ledger.entries(matching: LedgerQuery())
        #expect(entries.count == 4)
        #expect(try await ledger.verify().fault == nil)
    }

    @Test("What a rule could not answer is said, not dropped", arguments: [false, true])
    func reservations(readsAhead: Bool) async throws {
        let rule = """
            title: Asks for what is not there
            id: 0b9c5d1e-7c57-4a8c-9a55-6a3f6a1d2e10
            level: low
            logsource: {category: container_deployment}
            detection:
              cel: event.deploys && event.object.spec.nothing == "x"
            message: "{event.name}"
            """
        _ = try folder.write("rule.yml", rule.utf8)
        let library = try RuleLibrary.load(rules: [folder.file("rule.yml")], embedded: false)
        let file = try folder.write("file", (Self.audit("a") + "\n").utf8)
        let result = try await Hunt(judge: RuleJudge(Detector(library: library)), options: options(readsAhead)).run([
            .file(file)
        ]) { _ in true }
        #expect(result.reservations.count == 1)
        #expect(result.reservations.first?.contains("no such key") == true)
    }

    @Test("The work ends when nobody reads the findings any more", arguments: [false, true])
    func readerLeft(readsAhead: Bool) async throws {
        let file = try folder.write("file", ((0..<100).map { Self.audit("p\($0)") }.joined(separator: "\n")).utf8)
        var count = 0
        let result = try await Hunt(judge: EveryEvent(), options: options(readsAhead)).run([.file(file)]) { _ in
            count += 1
            return count < 3
        }
        #expect(count == 3)
        // What was read until then is counted: at least the lines that were told.
        #expect(result.summary.files == 1)
        #expect(result.summary.lines >= 3 && result.summary.bytes > 0)
    }
}

import Detection
import Foundation
import Reports
import Rules
import SecurityEvents
import TestSupport
import Testing

@testable import Agent

@Suite("Reading on a thread of its own", .timeLimit(.minutes(5)))
struct ReadAheadTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func findings(
        _ judge: consuming some Judge, _ files: [String], readsAhead: Bool, report: (Finding) -> Bool = { _ in true }
    ) async throws -> (findings: [Finding], result: HuntResult) {
        var options = HuntOptions()
        options.readsAhead = readsAhead
        var findings: [Finding] = []
        let result = try await Hunt(judge: judge, options: options).run(files.map { .file($0) }) { finding in
            findings.append(finding)
            return report(finding)
        }
        return (findings, result)
    }

    /// The events that the shipped rules are tested with: all formats, and many that no rule has a chance with.
    private static let ruleEvents: [String] = {
        let rules = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "rules").resolvingSymlinksInPath()
        let files = FileManager.default.enumerator(at: rules, includingPropertiesForKeys: nil)
        return (files?.compactMap { ($0 as? URL)?.path } ?? []).filter { $0.hasSuffix(".jsonl") }.sorted()
    }()

    @Test("The same findings come in the same order, and as much is counted")
    func sameFindings() async throws {
        let library = try RuleLibrary.load()
        try #require(Self.ruleEvents.count > 100)
        let plain = try await findings(
            RuleJudge(Detector(library: library)), Self.ruleEvents, readsAhead: false)
        let ahead = try await findings(RuleJudge(Detector(library: library)), Self.ruleEvents, readsAhead: true)
        let report = FindingJSONReport()
        #expect(plain.findings.count > 400)
        #expect(plain.findings.map(report.text(of:)) == ahead.findings.map(report.text(of:)))
        #expect(plain.result.summary.events == ahead.result.summary.events)
        #expect(plain.result.summary.lines == ahead.result.summary.lines)
        #expect(plain.result.summary.bytes == ahead.result.summary.bytes)
        #expect(plain.result.summary.faultCount == ahead.result.summary.faultCount)
        #expect(plain.result.reservations == ahead.result.reservations)
    }

    @Test("Events come in the order of the log, also where one line tells many or is very large")
    func order() async throws {
        let names = (0..<300).map { "p\($0)" }
        let list = names[..<200].map { HuntTests.audit($0) }.joined(separator: ",")
        let padding = String(repeating: " ", count: 3 << 20)
        var lines = [#"{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[\#(list)]}"#]
        lines += names[200..<250].map { HuntTests.audit($0) }
        lines.append(HuntTests.audit(names[250]).dropLast() + padding + "}")
        lines += names[251...].map { HuntTests.audit($0) }
        let file = try folder.write("file", lines.joined(separator: "\n").utf8)
        let (findings, result) = try await findings(HuntTests.EveryEvent(), [file], readsAhead: true)
        #expect(findings.map(\.workload?.name) == names)
        #expect(result.summary.lines == 101)
    }

    @Test("What a slow pipe brings is judged before more comes")
    func slowPipe() async throws {
        let pipe = folder.file("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        // Opened for both directions, or opening waits for the other end.
        let descriptor = open(pipe, O_RDWR)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        func send(_ name: String) {
            let line = Array((HuntTests.audit(name) + "\n").utf8)
            #expect(line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == line.count)
        }
        send("first")
        // The next line is written when the one before was told; without an end of the log, the reader must leave.
        var expected = ["first", "second", "third"]
        let (findings, _) = try await findings(HuntTests.EveryEvent(), [pipe], readsAhead: true) { finding in
            #expect(finding.workload?.name == expected.removeFirst())
            if let next = expected.first { send(next) }
            return !expected.isEmpty
        }
        #expect(findings.count == 3)
    }

    @Test(
        "Processors are counted in the mask that the system writes",
        arguments: [
            ("\t3\n", 2), ("\tff,ffffffff\n", 40), ("\t1\n", 1), ("\t0\n", nil), ("", nil),
        ] as [(String, Int?)])
    func processors(mask: String, count: Int?) {
        #expect(Processors.count(mask: mask) == count)
        #expect(Processors.available >= 1)
    }
}

import JSONView
import SecurityEvents
import TestSupport
import Testing

@testable import Reports

@Suite("The end of a run")
struct SummaryReportTests {
    private let summary: RunSummary = {
        var summary = RunSummary()
        summary.files = 2
        summary.lines = 1_234_567
        summary.bytes = 312_400_000
        summary.events = [.kubernetesAudit: 1_200_000, .dockerEvents: 34_000]
        for line in 1...13 {
            summary.count(
                Diagnostic(file: "audit.log", line: line, message: "not JSON: \u{1B} at byte 0"), isSkipped: line != 5)
        }
        summary.findings = [.critical: 1, .high: 2, .low: 1004]
        summary.elapsed = .milliseconds(4210)
        return summary
    }()

    @Test("says what was read, what was not understood, what was found")
    func text() {
        let text = SummaryReport().text(of: summary)
        #expect(
            text.hasPrefix(
                """
                read      1,234,567 lines of 2 files, 312.4 MB, in 4.21 s
                events    1,234,000 (docker:events 34,000, kubernetes:audit 1,200,000), 293,112 a second
                faults    13, 12 records passed over
                          audit.log:1: error: not JSON: \\u{1B} at byte 0
                          audit.log:2: error: not JSON: \\u{1B} at byte 0

                """))
        #expect(
            text.hasSuffix(
                """
                          audit.log:10: error: not JSON: \\u{1B} at byte 0
                          and 3 more
                findings  1,007 (critical 1, high 2, low 1,004)

                """))
    }

    @Test("a run over nothing is said as such")
    func nothing() {
        #expect(
            SummaryReport().text(of: RunSummary()) == """
                read      0 lines of 0 files, 0 B, in 0.00 s
                events    0
                findings  none

                """)
    }

    @Test("is one object for a program")
    func json() throws {
        let text = SummaryReport().json(of: summary)
        try withJSON(text) { root in
            #expect(root["events"]?["kubernetes:audit"]?.int64 == 1_200_000)
            #expect(root["findings"]?["medium"]?.int64 == 0)
            #expect(root["faults"]?.count == 10)
            #expect(root["faultCount"]?.int64 == 13)
            #expect(root["skipped"]?.int64 == 12)
            #expect(root["elapsedSeconds"]?.double == 4.21)
            #expect(root["eventsPerSecond"]?.double == 293_112)
            #expect(root["known"]?.isNull == true)
        }
        #expect(text.split(separator: "\n").count == 1)
    }

    @Test(
        "durations and amounts in words",
        arguments: [
            (Duration.milliseconds(4), "0.00 s"), (.milliseconds(59_994), "59.99 s"), (.seconds(185), "3 min 5 s"),
            (.seconds(7500), "2 h 5 min"), (.seconds(-3), "0.00 s"),
        ])
    func durations(duration: Duration, text: String) {
        #expect(Quantity.duration(duration) == text)
    }

    @Test(
        "amounts of bytes",
        arguments: [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (Int.max, "9223.4 PB"), (1_234_567, "1.2 MB")])
    func bytes(value: Int, text: String) {
        #expect(Quantity.bytes(value) == text)
    }

    @Test(
        "numbers have their thousands apart",
        arguments: [(0, "0"), (-1234, "-1,234"), (999, "999"), (Int.min, "-9,223,372,036,854,775,808")])
    func numbers(value: Int, text: String) {
        #expect(Quantity.number(value) == text)
    }
}

import SecurityEvents
import TestSupport
import Testing

@testable import Reports

@Suite("Events and gaps as text")
struct RecordTextReportTests {
    @Test("an event says what was done, by whom and where")
    func event() {
        #expect(
            RecordTextReport().text(of: .sample()) == """
                create succeeded
                  who         bob (client certificate)
                  where       Container web
                  containers  container web (abababababab), image a
                  request     create containers
                  body        present
                  when        2026-11-23T13:35:10Z, docker:events at events.jsonl:3
                  id          e-1


                """)
    }

    @Test("a gap says from when to when and why")
    func gap() {
        let gap = Gap(
            source: "docker\u{202E}", from: Timestamp(nanoseconds: 0), to: nil, reason: "the engine was restarted",
            estimate: 1)
        #expect(
            RecordTextReport().text(of: gap) == """
                gap in docker\\u{202E}
                  from        1970-01-01T00:00:00Z
                  to          not known
                  why         the engine was restarted
                  missing     about 1 record


                """)
    }
}

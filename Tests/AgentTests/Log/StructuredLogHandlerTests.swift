import Detection
import Logging
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite("What the agent says of itself")
struct StructuredLogHandlerTests {
    /// Keeps the lines.
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private func logger(_ form: LogSection.Form, _ lines: Lines, level: Logger.Level = .info, key: [UInt8]? = nil)
        -> Logger
    {
        Logger(label: "test") { _ in
            StructuredLogHandler(
                form: form, level: level, redactor: key.map { Redactor(key: $0) } ?? Redactor(),
                now: { @Sendable in Timestamp(nanoseconds: 1_795_456_333_000_000_000) }, write: { lines.add($0) })
        }
    }

    @Test("a line is JSON, with its time, level, message and fields")
    func json() {
        let lines = Lines()
        logger(.json, lines).warning("gap: it was cut", metadata: ["source": "a\nb", "count": "3"])
        #expect(
            lines.all == [
                #"{"time":"2026-11-23T17:52:13Z","level":"warning","message":"gap: it was cut","count":"3","source":"a\nb"}"#
                    + "\n"
            ])
    }

    @Test("a line for a person has no line ends and no escapes of its own")
    func text() {
        let lines = Lines()
        logger(.text, lines).info("following", metadata: ["source": "a b\u{1B}[31m\n2026 error: forged"])
        #expect(lines.all.count == 1)
        #expect(lines.all.first?.filter { $0 == "\n" }.count == 1)
        #expect(lines.all.first?.contains("\u{1B}") == false)
        #expect(lines.all.first?.hasPrefix("2026-11-23T17:52:13Z info: following source=\"a b") == true)
    }

    @Test("what is less serious than the level is left out")
    func levels() {
        let lines = Lines()
        let logger = logger(.text, lines, level: .warning)
        logger.info("no")
        logger.error("yes")
        #expect(lines.all.count == 1)
    }

    @Test("secrets are hashed: never there, and the same where they are the same", arguments: LogSection.Form.allCases)
    func secrets(_ form: LogSection.Form) throws {
        let lines = Lines()
        let logger = logger(form, lines, key: Array(1...32))
        logger.info(
            "refused: --token=hunter2",
            metadata: ["header": "Authorization: Bearer hunter2", "other": "DB_PASSWORD=swordfish"])
        let line = try #require(lines.all.first)
        #expect(!line.contains("hunter2") && !line.contains("swordfish"))
        let hashes = line.matches(of: /redacted:([0-9a-f]{16})/).map { String($0.output.1) }
        #expect(hashes.count == 3)
        #expect(Set(hashes).count == 2)
    }

    @Test("a message is cut where it is endless")
    func endless() {
        let lines = Lines()
        logger(.json, lines).info("\(String(repeating: "x", count: 1_000_000))")
        #expect((lines.all.first?.utf8.count ?? 0) < 5000)
    }
}

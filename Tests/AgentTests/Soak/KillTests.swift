import Detection
import EventSources
import Foundation
import Ledger
import LogLines
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@testable import Agent

/// Ends without a word, wherever it is; each `processExitsWith` body runs in a process of its own.
@Suite("Killed in mid-stream", .timeLimit(.minutes(30)))
struct KillTests {
    /// Serves a log and keeps what it tells, until it has judged so many events and kills itself or, without a number, until
    /// it has read everything.
    static func serve(log: String, ledger: String, killedAfter count: Int?) async throws {
        let text = """
            sources: {docker: {use: never}, files: {paths: [\(log)], from: start}}
            ledger: {file: \(ledger), batch: 50, delay: 5ms}
            judging: {level: low}
            """
        let effective = try ConfigLoader.load(file: ("t", text)).effective
        let stop = StopSignal()
        let judged = Mutex(0)
        let daemon = Daemon(
            effective, redactor: Redactor(), logger: effective.values.log.logger(redactor: Redactor()) { _ in },
            surroundings: .init(
                environment: { _ in nil }, exists: { _ in false },
                print: { _ in
                    // Each event has a finding: a mutable tag.
                    let number = judged.withLock { judged in
                        judged += 1
                        return judged
                    }
                    if number == count { kill(getpid(), SIGKILL) }
                }, abort: {}, version: "0"))
        if count == nil {
            Task {
                // Everything is read when the place in the ledger is the log's end.
                let size = try FileManager.default.attributesOfItem(atPath: log)[.size] as? Int ?? 0
                while try await Self.offset(in: ledger, of: log) < size { try await Task.sleep(for: .milliseconds(20)) }
                stop.give()
            }
        }
        _ = try await daemon.run(until: stop, reloads: AsyncStream { $0.finish() })
    }

    static func offset(in ledger: String, of log: String) async throws -> Int {
        guard FileManager.default.fileExists(atPath: ledger) else { return 0 }
        let reader = try SQLiteLedger(path: ledger, access: .read)
        defer { try? reader.close() }
        guard let bytes = try await reader.places()[log], let place = LogPlace(json: bytes) else { return 0 }
        return Int(place.offset)
    }

    @Test("killed and started again, over and over, each line is in the ledger once and in order, and the chain holds")
    func once() async throws {
        let folder = try ScratchFolder()
        let (log, ledger) = (folder.file("audit.log"), folder.file("ledger"))
        let lines = SoakScale.count(6000, long: 200_000)
        let rounds = SoakScale.count(5, long: 60)
        var text = ""
        // Nothing in a line but its place tells it from others.
        for number in 0..<lines { text += WatchTests.nameless(number) + "\n" }
        _ = try folder.write("audit.log", Array(text.utf8))
        var midway = 0
        for round in 0..<rounds {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [log = log as String, ledger = ledger as String, round = round as Int] in
                try await KillTests.serve(log: log, ledger: ledger, killedAfter: 700 + round % 7 * 131)
            }
            let offset = try await Self.offset(in: ledger, of: log)
            if offset > 0, offset < text.utf8.count { midway += 1 }
        }
        #expect(midway > 0, "no kill came between the first line and the last")
        await #expect(processExitsWith: .success) { [log = log as String, ledger = ledger as String] in
            try await KillTests.serve(log: log, ledger: ledger, killedAfter: nil)
        }
        let kept = try SQLiteLedger(path: ledger, access: .read)
        #expect(try await kept.verify().fault == nil)
        var query = LedgerQuery()
        query.kinds = [.deployment]
        query.order = .oldestFirst
        query.limit = LedgerQuery.pageLimit
        var expected = 0
        while true {
            let page = try await kept.entries(matching: query)
            for stored in page {
                guard case .deployment(let event) = stored.entry else { continue }
                #expect(event.workload?.name == "p\(expected)")
                expected += 1
            }
            guard let last = page.last else { break }
            query.after = last.sequence
        }
        #expect(expected == lines)
    }
}

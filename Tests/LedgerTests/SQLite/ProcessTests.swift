import Foundation
import SecurityEvents
import TestSupport
import Testing

@testable import Ledger

/// What processes of their own do to one ledger; each `processExitsWith` body runs in a new process.
@Suite("Several processes and one ledger")
struct ProcessTests {
    @Test("killed in the middle of a batch: all that was acknowledged is there, and the chain holds")
    func killed() async throws {
        let folder = try ScratchFolder()
        let path = folder.file("ledger")
        let acknowledged = try folder.write("acknowledged", [])
        for round in 0..<4 {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, acknowledged = acknowledged as String, round = round as Int] in
                let ledger = try SQLiteLedger(path: path)
                let log = try FileHandle(forWritingTo: URL(fileURLWithPath: acknowledged))
                try log.seekToEnd()
                // The signal comes from another thread, wherever the appending thread is by then.
                Thread.detachNewThread {
                    Thread.sleep(forTimeInterval: 0.15 + 0.03 * Double(round))
                    kill(getpid(), SIGKILL)
                }
                for number in 0... {
                    let ids = (0..<50).map { "\(round)-\(number)-\($0)" }
                    _ = try await ledger.append(ids.map { .finding(.sample(id: $0)) })
                    try log.write(contentsOf: Data((ids.joined(separator: "\n") + "\n").utf8))
                }
            }
            let ledger = try SQLiteLedger(path: path)
            let result = try await ledger.verify()
            #expect(result.fault == nil)
            let promised = try String(contentsOfFile: acknowledged, encoding: .utf8).split(separator: "\n")
            #expect(result.verified >= promised.count)
            // Batches are there whole or not at all.
            #expect(result.verified % 50 == 0)
            for id in promised {
                let entry = try await ledger.entry(key: String(id))
                #expect(entry != nil, "\(id) was acknowledged and is gone")
            }
            try ledger.close()
        }
    }

    @Test("appending at the same time, from the very first moment, they make one chain")
    func together() async throws {
        let folder = try ScratchFolder()
        let path = folder.file("ledger")
        await withTaskGroup { group in
            for writer in 0..<4 {
                group.addTask {
                    await #expect(processExitsWith: .success) { [path = path as String, writer = writer as Int] in
                        let ledger = try SQLiteLedger(path: path, patience: 60)
                        for number in 0..<50 {
                            _ = try await ledger.append([
                                .finding(.sample(id: "\(writer)-\(number)")), .finding(.sample(id: "shared-\(number)")),
                            ])
                        }
                    }
                }
            }
        }
        let ledger = try SQLiteLedger(path: path, access: .read)
        let result = try await ledger.verify()
        #expect(result.fault == nil)
        #expect(result.verified == 4 * 50 + 50)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains(".new-") } == [])
    }
}

import EventSources
import Foundation
import LogLines
import PlatformAPIs
import SecurityEvents
import TestSupport
import Testing

@Suite("Following log files", .timeLimit(.minutes(10)))
struct FollowedFileTests {
    final class Stage: EventSourceStage {
        let folder: ScratchFolder
        let source: any EventSource

        init() throws {
            folder = try ScratchFolder()
            _ = try folder.write("log", [])
            source = FollowedFile(path: folder.file("log"), from: .beginning, time: .hasty)
        }

        func happen(_ number: Int) throws { try folder.append("log", "\(number)\n") }

        func number(_ record: SourceRecord) -> Int? { Int(String(decoding: record.bytes, as: UTF8.self)) }

        func interrupt() throws {
            try FileManager.default.moveItem(
                atPath: folder.file("log"), toPath: folder.file("log." + UUID().uuidString))
            _ = try folder.write("log", [])
        }
    }

    @Test("lines come in order")
    func order() async throws { try await EventSourceContract.order(try Stage()) }

    @Test("rotation loses nothing and repeats nothing")
    func resume() async throws { try await EventSourceContract.resume(try Stage()) }

    @Test("cancellation ends it")
    func cancellation() async throws {
        try await EventSourceContract.cancellationWhileIdle(try Stage())
        try await EventSourceContract.cancellationWhileWaiting(try Stage())
    }

    @Test("an error of the taker ends it")
    func refusal() async throws { try await EventSourceContract.refusal(try Stage()) }

    @Test("records have their place and format, faults and gaps are told")
    func items() async throws {
        let folder = try ScratchFolder()
        let path = folder.file("log")
        let moment = Timestamp(nanoseconds: 7)
        let time = SourceTime(now: { moment }, sleep: SourceTime.hasty.sleep, random: { 0 })
        let source = FollowedFile(path: path, from: .end, format: .kubernetesAudit, lineLimit: 10, time: time)
        try await withSourceItems(from: [source]) { items in
            let waiting = "cannot be read now (\(path): No such file or directory); waiting for it"
            #expect(try await items.next() == .notice(SourceNotice(source: path, message: waiting)))
            try folder.append("log", "one\n12345678901\n")
            #expect(try await items.next() == .notice(SourceNotice(source: path, message: "following")))
            let record = SourceRecord(
                bytes: Array("one".utf8), format: .kubernetesAudit, position: SourcePosition(name: path, line: 1))
            guard case .record(var told) = try await items.next() else {
                Issue.record("no record")
                return
            }
            #expect(told.place.flatMap { LogPlace(json: $0.bytes()) }?.offset == 4)
            told.place = nil
            #expect(told == record)
            let fault = Diagnostic(file: path, line: 2, message: "line is longer than 10 bytes and was skipped")
            #expect(try await items.next() == .fault(fault))
            try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 0)
            let reason = "the file was truncated from 16 to 0 bytes or fewer"
            guard case .gap(var gap) = try await items.next() else {
                Issue.record("no gap")
                return
            }
            // The end of what was read: the same where the gap is noticed again.
            #expect(gap.key?.hasPrefix("truncated/") == true)
            #expect(gap.key?.contains("/16/") == true)
            gap.key = nil
            #expect(gap == Gap(source: path, from: moment, to: moment, reason: reason, suspicion: .logCut))
        }
    }
}

import EventSources
import Foundation
import LogLines
import PlatformAPIs
import SecurityEvents
import Synchronization
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
            let missing = SourceNotice(source: path, message: waiting, isFollowing: false)
            #expect(try await items.next() == .notice(missing))
            try folder.append("log", "one\n12345678901\n")
            let following = SourceNotice(source: path, message: "following", isFollowing: true)
            #expect(try await items.next() == .notice(following))
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

    /// What a source tells until something comes that a test waits for.
    func told(
        _ source: FollowedFile, until isLast: @escaping (SourceItem) -> Bool
    ) async throws -> [SourceItem] {
        try await withSourceItems(from: [source]) { items in
            var told: [SourceItem] = []
            while let item = try await items.next() {
                told.append(item)
                if isLast(item) { break }
            }
            return told
        }
    }

    @Test("what is gone after a restart is a gap from when the log had been read to its end, not from the restart")
    func gapAcrossRestart() async throws {
        let folder = try ScratchFolder()
        let path = folder.file("log")
        _ = try folder.write("log", Array("one\n".utf8))
        let early = SourceTime(now: { Timestamp(nanoseconds: 1000) }, sleep: SourceTime.hasty.sleep, random: { 0 })
        let first = FollowedFile(path: path, from: .beginning, tellsPlaces: true, time: early)
        let before = try await told(first) { if case .record = $0 { true } else { false } }
        guard case .record(let record)? = before.last, let place = record.place?.bytes() else {
            Issue.record("no place")
            return
        }
        #expect(LogPlace.complete(in: place) == Timestamp(nanoseconds: 1000))
        try FileManager.default.removeItem(atPath: path)
        _ = try folder.write("log", Array("another, and longer\n".utf8))
        let late = SourceTime(now: { Timestamp(nanoseconds: 9000) }, sleep: SourceTime.hasty.sleep, random: { 0 })
        let second = FollowedFile(path: path, place: place, tellsPlaces: true, time: late)
        let gaps = try await told(second) { if case .record = $0 { true } else { false } }.compactMap { item in
            if case .gap(let gap) = item { gap } else { nil }
        }
        #expect(gaps.map(\.from) == [Timestamp(nanoseconds: 1000)])
        #expect(gaps.map(\.to) == [Timestamp(nanoseconds: 9000)])
        // Of a place that an earlier version kept only the file's own time is known.
        let older = try #require(LogPlace(json: place))
        let third = FollowedFile(path: path, place: older.json, tellsPlaces: true, time: .hasty)
        let known = try await told(third) { if case .gap = $0 { true } else { false } }
        guard case .gap(let gap)? = known.last else { return }
        #expect(gap.from == Timestamp(nanoseconds: older.modified))
    }

    @Test("of a quiet log it is kept now and then that it has been read to its end")
    func quiet() async throws {
        let folder = try ScratchFolder()
        _ = try folder.write("log", Array("one\n".utf8))
        // Each look at the clock is ten seconds later.
        let clock = Mutex<Int64>(0)
        let time = SourceTime(
            now: {
                clock.withLock { now in
                    now += 10_000_000_000
                    return Timestamp(nanoseconds: now)
                }
            }, sleep: SourceTime.hasty.sleep, random: { 0 })
        let source = FollowedFile(path: folder.file("log"), from: .beginning, tellsPlaces: true, time: time)
        var record: SourceRecord?
        let items = try await told(source) { item in
            if case .record(let told) = item { record = told }
            if case .mark(let mark) = item, record != nil { return mark.place != nil }
            return false
        }
        guard case .mark(let mark)? = items.last, let bytes = mark.place?.bytes(), let first = record?.place?.bytes()
        else { return }
        #expect(LogPlace(json: bytes) == LogPlace(json: first))
        let quiet = try #require(LogPlace.complete(in: bytes)), read = try #require(LogPlace.complete(in: first))
        #expect(quiet.nanoseconds - read.nanoseconds > 60_000_000_000)
    }
}

import Foundation
import PlatformAPIs
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@testable import EventSources

/// A journal that plays what a test tells it.
final class PlayedJournal: JournalAPI {
    struct Ended: Error, CustomStringConvertible {
        var description: String { "journalctl ended" }
    }

    final class Reading: JournalReading {
        private let pieces: BoundedChannel<[UInt8]>

        init(_ pieces: BoundedChannel<[UInt8]>) { self.pieces = pieces }

        func read() async throws -> [UInt8] {
            guard let piece = try await pieces.next() else { throw Ended() }
            return piece
        }
    }

    private struct State {
        var entries: [(cursor: String, bytes: [UInt8])] = []
        var open: BoundedChannel<[UInt8]>?
        var opened: [JournalPlace] = []
    }

    private let state = Mutex(State())

    /// Where readings began.
    var opened: [JournalPlace] { state.withLock { $0.opened } }

    func open(from place: JournalPlace) throws -> Reading {
        state.withLock { state in
            state.opened.append(place)
            let pieces = BoundedChannel<[UInt8]>(capacity: .max)
            let start =
                switch place {
                // As journalctl does where the entry is gone: from the next that there is.
                case .entry(let cursor): state.entries.firstIndex { $0.cursor >= cursor } ?? state.entries.count
                // Its entries are younger than any moment at which a test begins.
                case .moment: 0
                }
            for entry in state.entries[start...] { _ = pieces.offer(entry.bytes) }
            state.open = pieces
            return Reading(pieces)
        }
    }

    /// Adds an entry.
    func add(_ cursor: String, _ fields: [(String, String)]) {
        let text =
            ["__CURSOR=\(cursor)", "__REALTIME_TIMESTAMP=1795456333000000"] + fields.map { "\($0)=\($1)" } + ["", ""]
        let bytes = Array(text.joined(separator: "\n").utf8)
        state.withLock { state in
            state.entries.append((cursor, bytes))
            _ = state.open?.offer(bytes)
        }
    }

    /// Ends the reading.
    func end() {
        state.withLock { state in
            state.open?.finish()
            state.open = nil
        }
    }

    /// Forgets all entries, as a journal does that grew too large.
    func vacuum() { state.withLock { $0.entries = [] } }
}

@Suite("Following the engine's log in the journal", .timeLimit(.minutes(10)))
struct EngineJournalTests {
    struct Stage: EventSourceStage {
        let journal = PlayedJournal()

        var source: any EventSource { EngineJournal(journal, time: .hasty) }

        func happen(_ number: Int) {
            let digits = String(number)
            journal.add(
                "c" + String(repeating: "0", count: 6 - digits.count) + digits,
                [("_SYSTEMD_UNIT", "docker.service"), ("MESSAGE", "level=info msg=\"n-\(number)-\"")])
        }

        func number(_ record: SourceRecord) -> Int? {
            String(decoding: record.bytes, as: UTF8.self).split(separator: "n-").last?.split(separator: "-").first
                .flatMap { Int($0) }
        }

        func interrupt() { journal.end() }
    }

    @Test("entries come in order")
    func order() async throws { try await EventSourceContract.order(Stage()) }

    @Test("a reading that ends loses nothing and repeats nothing")
    func resume() async throws { try await EventSourceContract.resume(Stage()) }

    @Test("cancellation ends it")
    func cancellation() async throws {
        try await EventSourceContract.cancellationWhileIdle(Stage())
        try await EventSourceContract.cancellationWhileWaiting(Stage())
    }

    @Test("an error of the taker ends it")
    func refusal() async throws { try await EventSourceContract.refusal(Stage()) }

    static let start = Timestamp(nanoseconds: 1_795_456_000_000_000_000)
    /// A clock that stands still.
    static let time = SourceTime(now: { start }, sleep: SourceTime.hasty.sleep, random: { 0 })

    /// Reads what is told until something is said.
    func words(_ journal: PlayedJournal, _ positions: PositionFile? = nil, until last: String) async throws -> [String]
    {
        var words: [String] = []
        try await withSourceItems(from: [EngineJournal(journal, positions: positions, time: Self.time)]) { items in
            while words.last != last, let item = try await items.next() {
                switch item {
                case .record(let record):
                    #expect(record.format == .dockerDaemon)
                    words.append(String(decoding: record.bytes, as: UTF8.self))
                case .gap(let gap): words.append("gap \(gap.estimate ?? 0): \(gap.reason)")
                case .mark(let mark): await mark.kept()
                case .pause: break
                case .fault(let fault): words.append("\(fault)")
                case .notice(let notice):
                    if notice.message == "following", journal.opened == [.moment(Self.start)] {
                        journal.add("c1", [("MESSAGE", "one")])
                    }
                }
            }
        }
        return words
    }

    static func json(_ message: String) -> String {
        #"{"__REALTIME_TIMESTAMP":"1795456333000000","MESSAGE":"\#(message)"}"#
    }

    @Test("a later start goes on behind the entry that was read last, and says so where that is gone")
    func positions() async throws {
        let folder = try ScratchFolder()
        let journal = PlayedJournal()
        func kept() throws -> PositionFile { try PositionFile(path: folder.file("positions")) }
        #expect(try await words(journal, kept(), until: Self.json("one")) == [Self.json("one")])
        // The mark behind the entry was not taken before the end: it is told once more, which the ledger knows.
        try kept().keep(cursor: "c1", of: "journal")
        journal.end()
        journal.add("c2", [("MESSAGE", "two")])
        #expect(try await words(journal, kept(), until: Self.json("two")) == [Self.json("two")])
        try kept().keep(cursor: "c2", of: "journal")
        journal.end()
        journal.vacuum()
        journal.add("c4", [("MESSAGE", "four")])
        let lost = "gap 0: the journal no longer has the entry that was read last; those after it may be missing"
        #expect(try await words(journal, kept(), until: Self.json("four")) == [lost, Self.json("four")])
        #expect(journal.opened == [.moment(Self.start), .entry("c1"), .entry("c2")])
    }

    @Test("a process that ends before its first entry leaves the moment from which the next one reads")
    func beginning() async throws {
        let journal = PlayedJournal()
        var place: [UInt8]?
        try await withSourceItems(from: [EngineJournal(journal, time: Self.time)]) { items in
            while place == nil, let item = try await items.next() {
                if case .mark(let mark) = item { place = mark.place?.bytes() }
            }
        }
        journal.end()
        // The engine's log goes on while no process reads it.
        journal.add("c1", [("MESSAGE", "one")])
        var told: [String] = []
        try await withSourceItems(from: [EngineJournal(journal, place: place, time: .hasty)]) { items in
            while told.isEmpty, let item = try await items.next() {
                if case .record(let record) = item { told.append(String(decoding: record.bytes, as: UTF8.self)) }
                if case .gap(let gap) = item { Issue.record("\(gap.reason)") }
            }
        }
        #expect(told == [Self.json("one")])
        #expect(journal.opened == [.moment(Self.start), .moment(Self.start)])
    }

    @Test("entries that the journal dropped are a gap of as many, and what containers write is none of the engine's")
    func dropped() async throws {
        let journal = PlayedJournal()
        let folder = try ScratchFolder()
        let kept = try PositionFile(path: folder.file("positions"))
        kept.keep(cursor: "c0", of: "journal")
        journal.add("c0", [("MESSAGE", "read before")])
        journal.add("c1", [("CONTAINER_ID", "f00"), ("MESSAGE", "level=info msg=\"Calling POST /containers/create\"")])
        journal.add("c2", [("MESSAGE_ID", "a596d6fe7bfa4994828e72309e95d61e"), ("N_DROPPED", "17")])
        journal.add("c3", [("MESSAGE", "three")])
        #expect(
            try await words(journal, kept, until: Self.json("three")) == [
                "gap 17: the journal did not take entries of the engine, as they came too fast", Self.json("three"),
            ])
    }
}

@Suite("Entries of journalctl -o export")
struct JournalExportTests {
    /// An entry with a text field and a binary one.
    static let sample: [UInt8] =
        Array("__CURSOR=a\nMESSAGE\n".utf8) + [5, 0, 0, 0, 0, 0, 0, 0]
        + Array("x\n\n=y\nOTHER=z\n\n\n__CURSOR=b\n\n".utf8)

    @Test("pieces of any size make the same entries", arguments: 1...40)
    func pieces(size: Int) {
        var export = JournalExport(wanted: ["__CURSOR", "MESSAGE"])
        var entries: [JournalExport.Entry] = []
        var rest = Self.sample[...]
        while !rest.isEmpty {
            entries += export.take(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        #expect(
            entries.map(\.fields) == [
                ["__CURSOR": Array("a".utf8), "MESSAGE": Array("x\n\n=y".utf8)], ["__CURSOR": Array("b".utf8)],
            ])
    }

    @Test("what is too large is left out and counted, and the next entry is read")
    func bounds() {
        var export = JournalExport(wanted: ["MESSAGE", "__CURSOR"], limit: 100)
        let long = String(repeating: "x", count: 500)
        let huge: [UInt8] =
            Array("MESSAGE\n".utf8) + [0xFF, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0x0A, count: 255)
        let entries =
            export.take(Array("__CURSOR=a\nMESSAGE=\(long)\n\n".utf8))
            + export.take(huge + Array("\n\n__CURSOR=b\n\n".utf8))
        #expect(entries.map(\.leftOut) == [1, 1, 0])
        #expect(entries.map { $0.text("__CURSOR") } == ["a", nil, "b"])
        #expect(entries.allSatisfy { $0.fields["MESSAGE"] == nil })
    }
}

/// What makes a journal out of exported entries; Debian's package systemd-journal-remote.
private let journalMaker = "/lib/systemd/systemd-journal-remote"

@Suite(
    "A real journal",
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: journalMaker)
            && FileManager.default.isExecutableFile(atPath: "/usr/bin/journalctl"),
        "needs journalctl and systemd-journal-remote"),
    .timeLimit(.minutes(10)))
struct SystemJournalTests {
    @discardableResult
    static func run(_ program: String, _ arguments: [String]) throws -> [UInt8] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Array(said)
    }

    @Test("what is asked of journalctl names the machine, as merged journals may be those of others")
    func arguments() {
        let machine = String(repeating: "b", count: 32)
        let asked = SystemJournal(machine: machine).arguments(from: .entry("c"))
        #expect(asked.contains("--merge"))
        #expect(asked.filter { $0 == "_MACHINE_ID=\(machine)" }.count == 2)
        let moment = Timestamp(nanoseconds: 1_795_654_800_000_050_999)
        #expect(SystemJournal().arguments(from: .moment(moment)).contains("--since=@1795654800.000050"))
    }

    @Test(
        "journalctl is followed from the entry behind the one that was read last, the engine's unit alone, through restarts of the machine",
        arguments: [false, true], [false, true])
    func resume(hasRestarted: Bool, isMoment: Bool) async throws {
        let folder = try ScratchFolder()
        var export = ""
        for (number, unit) in ["docker.service", "ssh.service", "docker.service", "docker.service"].enumerated() {
            export += """
                __REALTIME_TIMESTAMP=\(1_795_654_800_000_000 + number * 1_000_000)
                __MONOTONIC_TIMESTAMP=\(1000 + number)
                _BOOT_ID=\(String(repeating: hasRestarted && number == 3 ? "c" : "a", count: 32))
                _MACHINE_ID=\(String(repeating: "b", count: 32))
                _SYSTEMD_UNIT=\(unit)
                MESSAGE=level=info msg=n-\(number)


                """
        }
        let text = try folder.write("export", Array(export.utf8))
        let journal = folder.file("made.journal")
        try Self.run(journalMaker, ["--output=\(journal)", text])
        let all = try Self.run(
            "/usr/bin/journalctl", ["--file", journal, "--output=export", "--quiet", "_SYSTEMD_UNIT=docker.service"])
        var parser = JournalExport(wanted: ["__CURSOR"])
        let cursor = try #require(parser.take(all).first?.text("__CURSOR"))
        let positions = try PositionFile(path: folder.file("positions"))
        // Behind the first entry, or from between it and the next.
        let place = isMoment ? JournalPlace.moment(Timestamp(nanoseconds: 1_795_654_800_500_000_000)) : .entry(cursor)
        positions.keep(cursor: place.text, of: "journal")
        let source = EngineJournal(SystemJournal(options: ["--file", journal]), positions: positions)
        var told: [String] = []
        try await withSourceItems(from: [source]) { items in
            while told.count < 2, let item = try await items.next() {
                if case .record(let record) = item { told.append(String(decoding: record.bytes, as: UTF8.self)) }
                if case .gap(let gap) = item { Issue.record("\(gap.reason)") }
            }
        }
        #expect(told.map { $0.contains("n-2") } == [true, false])
        #expect(told.map { $0.contains("n-3") } == [false, true])
    }
}

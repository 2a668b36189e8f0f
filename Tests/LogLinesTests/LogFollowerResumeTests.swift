import Foundation
import LogLines
import TestSupport
import Testing

@Suite("Going on with a log where it was left")
struct LogFollowerResumeTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Asks until there is nothing more for now; renamed files are left after a few quiet looks.
    func tell(_ follower: LogFollower) -> [String] {
        var told: [String] = []
        for _ in 0..<8 {
            while let item = follower.next() {
                switch item {
                case .line(let line): told.append(String(decoding: line.bytes, as: UTF8.self))
                case .fault(let fault): told.append("fault \(fault.line)")
                case .gap(let gap): told.append(gap.word)
                case .notice: break
                }
            }
        }
        return told
    }

    func follow(_ start: LogFollower.Start = .beginning) -> LogFollower {
        LogFollower(path: folder.file("audit.log"), from: start)
    }

    /// Reads what is there and gives the place to go on from.
    func left(after expected: [String]) throws -> LogPlace {
        let follower = follow()
        #expect(tell(follower) == expected)
        return try #require(follower.place)
    }

    func rename(_ old: String, _ new: String) throws {
        try FileManager.default.moveItem(atPath: folder.file(old), toPath: folder.file(new))
    }

    /// Keeps the file's number from being given to the next file, which is then told as a copy that may have lost something.
    func hold() throws {
        try FileManager.default.linkItem(atPath: folder.file("audit.log"), toPath: folder.file("held"))
    }

    /// Sets when a file was changed, as tests are faster than file systems' clocks.
    func date(_ name: String, _ seconds: Double) throws {
        let date = Date(timeIntervalSince1970: 1_795_000_000 + seconds)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: folder.file(name))
    }

    func compress(_ name: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-f", folder.file(name)]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    @Test("the same file is read on, with its line numbers")
    func same() throws {
        try folder.append("audit.log", "one\ntwo\nthr")
        let place = try left(after: ["one", "two"])
        #expect(place.offset == 8 && place.lines == 2 && place.before == Array("two".utf8))
        try folder.append("audit.log", "ee\n")
        let follower = follow(.resuming(place))
        #expect(tell(follower) == ["three"])
        #expect(follower.place?.lines == 3)
    }

    @Test(
        "what was rotated while nobody read is read first, in order", arguments: [true, false],
        [
            ["audit.log.2", "audit.log.1"], ["audit-2026-11-25T10-00-00.000.log", "audit-2026-11-25T11-00-00.000.log"],
        ])
    func rotated(isCompressed: Bool, names: [String]) throws {
        try folder.append("audit.log", "one\ntwo\n")
        try date("audit.log", 0)
        try hold()
        let place = try left(after: ["one", "two"])
        try folder.append("audit.log", "three\n")
        try date("audit.log", 1)
        try rename("audit.log", names[0])
        try folder.append(names[1], "four\n")
        try date(names[1], 2)
        if isCompressed { for name in names { try compress(name) } }
        try folder.append("audit.log", "five\n")
        // Older than the place, and another log's.
        try folder.append("audit.log.9", "old\n")
        try date("audit.log.9", -5)
        try folder.append("audit2.log", "other\n")
        let follower = follow(.resuming(place))
        #expect(tell(follower) == ["three", "four", "five"])
        try folder.append("audit.log", "six\n")
        #expect(tell(follower) == ["six"])
        #expect(follower.place?.offset == 9)
    }

    @Test("a place within a rotated file is found again")
    func within() throws {
        try folder.append("audit.log", "one\n")
        try date("audit.log", 0)
        try hold()
        let place = try left(after: ["one"])
        try folder.append("audit.log", "two\nthree\n")
        try date("audit.log", 1)
        try rename("audit.log", "audit.log.1")
        try compress("audit.log.1")
        try folder.append("audit.log", "four\n")
        let follower = follow(.resuming(place))
        var item = follower.next()
        while case .notice? = item { item = follower.next() }
        guard case .line(let line)? = item else {
            Issue.record("no line came")
            return
        }
        #expect(String(decoding: line.bytes, as: UTF8.self) == "two")
        let second = try #require(follower.place)
        #expect(tell(self.follow(.resuming(second))) == ["three", "four"])
    }

    @Test("a file that is gone with everything it was rotated to is a gap")
    func gone() throws {
        try folder.append("audit.log", "one\n")
        try date("audit.log", 0)
        let place = try left(after: ["one"])
        try rename("audit.log", "elsewhere")
        try folder.append("audit.log.1", "two\n")
        try date("audit.log.1", 3)
        try folder.append("audit.log", "three\n")
        #expect(tell(follow(.resuming(place))) == ["gone", "two", "three"])
    }

    @Test(
        "a file that was cut while nobody read is a gap",
        arguments: [("", "truncated"), ("other\nlines\n", "rewritten")])
    func cut(text: String, word: String) throws {
        try folder.append("audit.log", "one\ntwo\n")
        let place = try left(after: ["one", "two"])
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("audit.log")))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(text.utf8))
        let lines = text.split(separator: "\n").map(String.init)
        #expect(tell(follow(.resuming(place))) == [word] + lines)
    }

    @Test("of a file that was copied and cut, the copy is read to its end", arguments: [true, false])
    func copied(isFollowing: Bool) throws {
        try folder.append("audit.log", "one\ntwo\nbeg")
        try date("audit.log", 0)
        let first = follow()
        #expect(tell(first) == ["one", "two"])
        let place = try #require(first.place)
        try folder.append("audit.log", "un\nthree\n")
        try FileManager.default.copyItem(atPath: folder.file("audit.log"), toPath: folder.file("audit.log.1"))
        try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("audit.log"))).truncate(atOffset: 0)
        try folder.append("audit.log", "4\n")
        #expect(tell(isFollowing ? first : follow(.resuming(place))) == ["copied", "begun", "three", "4"])
    }

    @Test("an older file whose lines end alike is no copy of one that was cut", arguments: [true, false])
    func alike(isCompressed: Bool) throws {
        let end = String(repeating: "x", count: 300) + "\n"
        try folder.append("audit.log.1", "a" + end + "b" + end)
        try date("audit.log.1", -5)
        if isCompressed { try compress("audit.log.1") }
        try folder.append("audit.log", "c" + end + "d" + end)
        let follower = follow()
        #expect(tell(follower).count == 2)
        try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("audit.log"))).truncate(atOffset: 0)
        #expect(tell(follower) == ["truncated"])
    }

    @Test("of two rotations between two looks, neither is left out")
    func twice() throws {
        try folder.append("audit.log", "one\n")
        try date("audit.log", 0)
        let follower = follow()
        #expect(tell(follower) == ["one"])
        try rename("audit.log", "audit.log.2")
        try folder.append("audit.log.1", "two\n")
        try date("audit.log.1", 1)
        try folder.append("audit.log", "three\n")
        #expect(tell(follower) == ["two", "three"])
    }
}

extension LogFollower.Gap {
    /// The kind of gap, for tests that are not about its numbers.
    fileprivate var word: String {
        switch self {
        case .truncated: "truncated"
        case .rewritten: "rewritten"
        case .copied: "copied"
        case .rotatedAway: "gone"
        case .rotatedUnreadable: "unreadable"
        case .readFailed: "failed"
        }
    }
}

import Foundation
import LogLines
import TestSupport
import Testing

@Suite("Following logs as they grow")
struct LogFollowerTests {
    enum Told: Equatable {
        case line(String)
        case fault(line: Int)
        case gap(LogFollower.Gap)
        case notice(LogFollower.Notice)
    }

    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Asks until there is nothing more for now.
    func tell(_ follower: LogFollower) -> [Told] {
        var told: [Told] = []
        while let item = follower.next() {
            switch item {
            case .line(let line): told.append(.line(String(decoding: line.bytes, as: UTF8.self)))
            case .fault(let fault): told.append(.fault(line: fault.line))
            case .gap(let gap): told.append(.gap(gap))
            case .notice(let notice): told.append(.notice(notice))
            }
        }
        return told
    }

    func rename(_ old: String, _ new: String) throws {
        try FileManager.default.moveItem(atPath: folder.file(old), toPath: folder.file(new))
    }

    func truncate(_ name: String, to size: UInt64) throws {
        try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file(name))).truncate(atOffset: size)
    }

    @Test("lines come as they are finished")
    func growing() throws {
        try folder.append("log", "one\ntw")
        let follower = LogFollower(path: folder.file("log"), from: .beginning)
        #expect(tell(follower) == [.notice(.opened), .line("one")])
        #expect(tell(follower) == [])
        try folder.append("log", "o\nthree\n")
        #expect(tell(follower) == [.line("two"), .line("three")])
        #expect(follower.numbersLines)
        #expect(follower.offset == 14)
    }

    @Test("from the end, only what is finished later comes", arguments: ["old\n", "old\nbeg", "", "beg"])
    func end(before: String) throws {
        try folder.append("log", before)
        let follower = LogFollower(path: folder.file("log"), from: .end)
        #expect(tell(follower) == [.notice(.opened)])
        try folder.append("log", "un\nnext\n")
        #expect(tell(follower) == [.line(before.hasSuffix("beg") ? "begun" : "un"), .line("next")])
        #expect(follower.numbersLines)
    }

    @Test("lines that come after the end have the numbers that they have in the file")
    func numbers() throws {
        try folder.append("log", String(repeating: "old\n", count: 100_000))
        let follower = LogFollower(path: folder.file("log"), from: .end)
        _ = tell(follower)
        try folder.append("log", "new\n")
        guard case .line(let line) = follower.next() else {
            Issue.record("no line")
            return
        }
        #expect(line.number == 100_001)
        #expect(line.offset == 400_000)
    }

    @Test("a file that is not there yet is waited for, and read from its first line")
    func waiting() throws {
        let path = folder.file("log")
        let follower = LogFollower(path: path, from: .end)
        #expect(tell(follower) == [.notice(.waiting(LogOpenError(path: path, reason: .system(errno: ENOENT))))])
        #expect(tell(follower) == [])
        try folder.append("log", "one\n")
        #expect(tell(follower) == [.notice(.opened), .line("one")])
    }

    @Test("what is not a plain file is waited for")
    func notPlain() throws {
        let pipe = folder.file("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        let follower = LogFollower(path: pipe, from: .beginning)
        #expect(tell(follower) == [.notice(.waiting(LogOpenError(path: pipe, reason: .notRegularFile)))])
        let other = LogFollower(path: folder.path, from: .beginning)
        #expect(tell(other) == [.notice(.waiting(LogOpenError(path: folder.path, reason: .isDirectory)))])
    }

    @Test("a renamed file is read on until its writer has left it, then the new one is read")
    func renamed() throws {
        try folder.append("log", "one\n")
        let follower = LogFollower(path: folder.file("log"), from: .beginning)
        _ = tell(follower)
        try rename("log", "log.1")
        #expect(tell(follower) == [])
        try folder.append("log.1", "two\n")
        try folder.append("log", "four\n")
        #expect(tell(follower) == [.line("two")])
        try folder.append("log.1", "three, unfinished")
        var told: [Told] = []
        for _ in 0..<10 { told += tell(follower) }
        #expect(told == [.line("three, unfinished"), .notice(.rotated), .line("four")])
        try folder.append("log", "five\n")
        #expect(tell(follower) == [.line("five")])
    }

    @Test("a deleted file that comes back is a new one")
    func deleted() throws {
        try folder.append("log", "one\n")
        let follower = LogFollower(path: folder.file("log"), from: .beginning)
        _ = tell(follower)
        try FileManager.default.removeItem(atPath: folder.file("log"))
        #expect(tell(follower) == [])
        try folder.append("log", "two\n")
        var told: [Told] = []
        for _ in 0..<10 { told += tell(follower) }
        #expect(told == [.notice(.rotated), .line("two")])
    }

    @Test("copy and truncation is a gap, then the file is read from its start")
    func truncated() throws {
        try folder.append("log", "one\ntwo\nunfin")
        let follower = LogFollower(path: folder.file("log"), from: .beginning)
        _ = tell(follower)
        try truncate("log", to: 0)
        #expect(tell(follower) == [.gap(.truncated(from: 13, to: 0))])
        try folder.append("log", "new\n")
        #expect(tell(follower) == [.line("new")])
    }

    @Test("a file that was truncated and has grown beyond the place of reading is seen as another one")
    func rewritten() throws {
        try folder.append("log", "one\ntwo\n")
        let follower = LogFollower(path: folder.file("log"), from: .beginning)
        _ = tell(follower)
        try truncate("log", to: 0)
        try folder.append("log", "other line\nand more\n")
        #expect(tell(follower) == [.gap(.rewritten(at: 8)), .line("other line"), .line("and more")])
    }

    @Test("a line that is too long is a fault")
    func tooLong() throws {
        try folder.append("log", "one\n" + String(repeating: "x", count: 1000))
        let follower = LogFollower(path: folder.file("log"), from: .beginning, lineLimit: 100)
        #expect(tell(follower) == [.notice(.opened), .line("one"), .fault(line: 2)])
        try folder.append("log", "xxx\nthree\n")
        #expect(tell(follower) == [.line("three")])
    }
}

import Foundation
import LogLines
import TestSupport
import Testing

@Suite("Reading logs line by line")
struct LineReaderTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test("an empty file has no lines")
    func empty() throws {
        #expect(try folder.lines(of: []) == [])
    }

    @Test("a folder that is refused is closed once: the second time would close a file of somebody else")
    func refusedFolder() async throws {
        let path = folder.path
        let lost = await withTaskGroup(of: Int.self) { group in
            for number in 0..<8 {
                group.addTask {
                    var lost = 0
                    for _ in 0..<10_000 {
                        guard number % 2 == 0 else {
                            _ = try? LineReader(path: path)
                            continue
                        }
                        let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
                        // Long enough for another thread to do its harm.
                        for _ in 0..<4 where fcntl(file, F_GETFD) < 0 { lost += 1 }
                        close(file)
                    }
                    return lost
                }
            }
            return await group.reduce(0, +)
        }
        #expect(lost == 0)
        #expect(throws: LogOpenError(path: path, reason: .isDirectory)) { try LineReader(path: path) }
    }

    @Test("lines are numbered and placed across many reads")
    func manyLines() throws {
        let texts = (0..<20_000).map { "line \($0) " + String(repeating: "x", count: $0 % 97) }
        let reader = try LineReader(path: try folder.write("log", Array(texts.joined(separator: "\n").utf8)))
        #expect(everything(reader) == placed(texts))
        #expect(reader.linesRead == texts.count)
        #expect(reader.bytesRead == reader.bytesTotal)
        #expect(reader.bytesDecoded == reader.bytesRead)
        #expect(reader.compression == nil)
    }

    @Test("binary data are lines like any other", arguments: [0x00, 0xFF, 0x80] as [UInt8])
    func binary(byte: UInt8) throws {
        let lines = try folder.lines(of: [UInt8](repeating: byte, count: 30_000) + [0x0A, 0x61])
        #expect(lines.count == 2)
        #expect(lines.last == .line("a", number: 2, offset: 30_001))
    }

    @Test("a line far beyond the bound is a fault, and the next line is read")
    func hugeLine() throws {
        // A sparse file: 192 MiB of NUL that stand nowhere on the disk.
        let path = try folder.write("log", Array("first\n".utf8))
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: 192 << 20)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("\nlast\n".utf8))
        try handle.close()
        let seen = everything(try LineReader(path: path, lineLimit: 1 << 20))
        #expect(
            seen == [
                .line("first", number: 1, offset: 0), .fault(.lineTooLong(limit: 1 << 20), line: 2, offset: 6),
                .line("last", number: 3, offset: (192 << 20) + 1),
            ])
    }

    @Test("a line just below the default bound is read")
    func longLine() throws {
        let long = [UInt8](repeating: 0x78, count: LineReader.defaultLineLimit)
        let reader = try LineReader(path: try folder.write("log", long + [0x0A, 0x61]))
        guard case .line(let line) = reader.next() else {
            Issue.record("no line")
            return
        }
        #expect(line.bytes.count == long.count)
        guard case .line(let next) = reader.next() else {
            Issue.record("no second line")
            return
        }
        #expect(next.bytes.elementsEqual([0x61]))
    }

    @Test("what is appended after opening is left for the next run, but the line that was begun is finished")
    func growing() throws {
        let path = try folder.write("log", Array("one\ntw".utf8))
        let reader = try LineReader(path: path)
        try folder.append("log", "o\nthree\n")
        #expect(everything(reader) == placed(["one", "two"]))
        #expect(everything(try LineReader(path: path)) == placed(["one", "two", "three"]))
    }

    @Test("a file that is truncated while it is read says so")
    func shrinking() throws {
        let text = String(repeating: "0123456789\n", count: 100_000)
        let path = try folder.write("log", Array(text.utf8))
        let reader = try LineReader(path: path)
        _ = reader.next()
        try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: 20)
        let last = try #require(everything(reader).last)
        guard case .fault(.shrank(let from, let to), _, _) = last else {
            Issue.record("\(last)")
            return
        }
        #expect(from == 1_100_000)
        #expect(to < from)
        #expect(reader.next() == nil)
    }

    @Test("a descriptor is read from where it stands, and stays open")
    func descriptor() throws {
        let handle = try FileHandle(
            forReadingFrom: URL(fileURLWithPath: try folder.write("log", Array("one\ntwo\n".utf8))))
        try handle.seek(toOffset: 4)
        let reader = try LineReader(descriptor: handle.fileDescriptor, name: "-")
        #expect(everything(reader) == placed(["two"]))
        try handle.seek(toOffset: 0)
        #expect(everything(try LineReader(descriptor: handle.fileDescriptor, name: "-")) == placed(["one", "two"]))
    }

    @Test("a pipe is read to its end, in whatever pieces it comes")
    func pipe() async throws {
        let pipe = Pipe()
        let texts = (0..<2000).map { "line \($0)" }
        let bytes = try gzip(Array(texts.joined(separator: "\n").utf8))
        let writer = Thread {
            for byte in bytes.prefix(5) { pipe.fileHandleForWriting.write(Data([byte])) }
            pipe.fileHandleForWriting.write(Data(bytes.dropFirst(5)))
            try? pipe.fileHandleForWriting.close()
        }
        writer.start()
        let reader = try LineReader(descriptor: pipe.fileHandleForReading.fileDescriptor, name: "-")
        #expect(everything(reader) == placed(texts))
        #expect(reader.bytesTotal == nil)
        withExtendedLifetime(pipe) {}
    }

    @Test("a pipe that was told not to wait is waited for")
    func nonBlocking() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        try #require(fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) == 0)
        let writer = Thread {
            for number in 0..<5 {
                Thread.sleep(forTimeInterval: 0.002)
                pipe.fileHandleForWriting.write(Data("\(number)\n".utf8))
            }
            try? pipe.fileHandleForWriting.close()
        }
        writer.start()
        let reader = try LineReader(descriptor: descriptor, name: "-")
        #expect(everything(reader) == placed(["0", "1", "2", "3", "4"]))
        withExtendedLifetime(pipe) {}
    }

    @Test("what cannot be opened says its path and why")
    func refusals() throws {
        let missing = folder.file("missing.log")
        #expect(throws: LogOpenError(path: missing, reason: .system(errno: ENOENT))) {
            try LineReader(path: missing)
        }
        #expect(throws: LogOpenError(path: folder.path, reason: .isDirectory)) { try LineReader(path: folder.path) }
        #expect("\(LogOpenError(path: "a", reason: .system(errno: ENOENT)))" == "a: No such file or directory")
        #expect("\(LogOpenError(path: "a", reason: .system(errno: EACCES)))" == "a: Permission denied")
        #expect("\(LogOpenError(path: "a", reason: .isDirectory))" == "a: is a directory; name the log files in it")
    }

    @Test("a file without permission is refused", .enabled(if: geteuid() != 0, "root may read everything"))
    func permission() throws {
        let path = try folder.write("log", [])
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
        #expect(throws: LogOpenError(path: path, reason: .system(errno: EACCES))) { try LineReader(path: path) }
    }
}

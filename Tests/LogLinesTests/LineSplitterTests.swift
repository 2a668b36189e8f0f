import LogLines
import Testing

@Suite("Cutting bytes into lines")
struct LineSplitterTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let lines: [Seen]
    }

    static let cases = [
        Case(testDescription: "nothing", text: "", lines: []),
        Case(testDescription: "one line", text: "a\n", lines: [.line("a", number: 1, offset: 0)]),
        Case(testDescription: "no ending", text: "a\nbc", lines: placed(["a", "bc"])),
        Case(testDescription: "empty lines", text: "\n\na\n\n", lines: placed(["", "", "a", ""])),
        Case(
            testDescription: "CR LF", text: "a\r\nb\r\n",
            lines: [.line("a", number: 1, offset: 0), .line("b", number: 2, offset: 3)]),
        Case(testDescription: "CR inside", text: "a\rb\r\r\n", lines: [.line("a\rb\r", number: 1, offset: 0)]),
        Case(testDescription: "CR at the end", text: "a\r", lines: [.line("a\r", number: 1, offset: 0)]),
        Case(
            testDescription: "byte order mark", text: "\u{FEFF}a\n\u{FEFF}b\n",
            lines: [.line("a", number: 1, offset: 3), .line("\u{FEFF}b", number: 2, offset: 5)]),
        Case(testDescription: "only a mark", text: "\u{FEFF}", lines: [.line("", number: 1, offset: 3)]),
        Case(testDescription: "NUL", text: "\0\0\n\0", lines: placed(["\0\0", "\0"])),
        Case(
            testDescription: "at the bound", text: "12345678\n12345678\r\n12345678",
            lines: [
                .line("12345678", number: 1, offset: 0), .line("12345678", number: 2, offset: 9),
                .line("12345678", number: 3, offset: 19),
            ]),
        Case(
            testDescription: "beyond the bound", text: "a\n123456789\nb\n",
            lines: [
                .line("a", number: 1, offset: 0), .fault(.lineTooLong(limit: 8), line: 2, offset: 2),
                .line("b", number: 3, offset: 12),
            ]),
        Case(
            testDescription: "far beyond the bound", text: String(repeating: "x", count: 1000) + "\nb",
            lines: [.fault(.lineTooLong(limit: 8), line: 1, offset: 0), .line("b", number: 2, offset: 1001)]),
        Case(
            testDescription: "too long at the end", text: "123456789",
            lines: [.fault(.lineTooLong(limit: 8), line: 1, offset: 0)]),
    ]

    @Test("lines come out the same, however the bytes come in", arguments: cases, [1, 2, 3, 7, 16, 64])
    func pieces(sample: Case, piece: Int) {
        var splitter = LineSplitter(lineLimit: 8, chunk: 16)
        var seen: [Seen] = []
        func note(_ cut: LineSplitter.Cut) {
            switch cut {
            case .line(let line):
                seen.append(
                    .line(String(decoding: line.bytes, as: UTF8.self), number: line.number, offset: line.offset))
            case .tooLong(let number, let offset):
                seen.append(.fault(.lineTooLong(limit: 8), line: number, offset: offset))
            }
        }
        var bytes = Array(sample.text.utf8)[...]
        while !bytes.isEmpty {
            let taken = bytes.prefix(piece).withUnsafeBytes { splitter.append($0) }
            bytes = bytes.dropFirst(taken)
            while let cut = splitter.next() { note(cut) }
        }
        if let cut = splitter.rest() { note(cut) }
        #expect(seen == sample.lines)
        #expect(splitter.bytesIn == UInt64(sample.text.utf8.count))
    }

    @Test("the bytes after a line may be read")
    func padding() throws {
        var splitter = LineSplitter(lineLimit: 100, chunk: 16)
        let text = Array("0123456789abcde\n".utf8)
        #expect(text.withUnsafeBytes { splitter.append($0) } == 16)
        guard case .line(let line) = splitter.next() else {
            Issue.record("no line")
            return
        }
        let start = try #require(line.bytes.baseAddress)
        let beyond = UnsafeRawBufferPointer(start: start, count: line.bytes.count + LineSplitter.readablePadding)
        #expect(beyond.last == 0)
    }

    @Test("a line beyond the bound is not kept", arguments: [1, 100, 4096])
    func memory(lineLimit: Int) {
        var splitter = LineSplitter(lineLimit: lineLimit, chunk: 64)
        let bytes = [UInt8](repeating: 0x78, count: 64)
        var cuts = 0
        for _ in 0..<1000 {
            #expect(bytes.withUnsafeBytes { splitter.append($0) } > 0)
            while splitter.next() != nil { cuts += 1 }
        }
        #expect(cuts == 1)
        #expect(splitter.capacity <= lineLimit + 2 + 64)
    }

    @Test("no bound is too small or too large", arguments: [Int.min, 0, Int.max])
    func extremes(lineLimit: Int) {
        var splitter = LineSplitter(lineLimit: lineLimit, chunk: lineLimit == Int.max ? 16 : lineLimit)
        var lines = 0
        for _ in 0..<10 {
            #expect(Array("x\n".utf8).withUnsafeBytes { splitter.append($0) } == 2)
            while splitter.next() != nil { lines += 1 }
        }
        #expect(lines == 10)
    }

    @Test("it starts over for a new stream")
    func restart() {
        var splitter = LineSplitter(lineLimit: 100, chunk: 16)
        _ = Array("a\nhalf".utf8).withUnsafeBytes { splitter.append($0) }
        _ = splitter.next()
        #expect(splitter.next() == nil)
        splitter.restart()
        #expect(splitter.rest() == nil)
        #expect(splitter.lineNumber == 1)
        #expect(splitter.offset == 0)
    }
}

import LogLines
import TestSupport
import Testing

@Suite("Reading compressed logs")
struct CompressedLogTests {
    enum Packer: String, CaseIterable, Sendable {
        case gzip, zstd

        func pack(_ text: String) throws -> [UInt8] { try pack(Array(text.utf8)) }

        func pack(_ bytes: [UInt8]) throws -> [UInt8] {
            switch self {
            case .gzip: try LogLinesTests.gzip(bytes)
            case .zstd: try LogLinesTests.zstd(bytes)
            }
        }

        var compression: Compression { self == .gzip ? .gzip : .zstd }
    }

    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    static let texts = (0..<30_000).map { "{\"n\":\($0),\"square\":\($0 &* $0)}" }

    @Test("the lines are those of the plain file", arguments: Packer.allCases)
    func whole(packer: Packer) throws {
        let packed = try packer.pack(Self.texts.joined(separator: "\n") + "\n")
        let reader = try LineReader(path: try folder.write("log", packed))
        #expect(everything(reader) == placed(Self.texts))
        #expect(reader.compression == packer.compression)
        #expect(reader.bytesRead == UInt64(packed.count))
        #expect(reader.bytesDecoded > reader.bytesRead)
    }

    @Test("members and frames follow each other, cut anywhere", arguments: Packer.allCases)
    func several(packer: Packer) throws {
        let packed = try packer.pack("one\ntw") + packer.pack("") + packer.pack("o\nthree\n")
        #expect(try folder.lines(of: packed) == placed(["one", "two", "three"]))
    }

    @Test("an empty compressed file has no lines", arguments: Packer.allCases)
    func empty(packer: Packer) throws {
        #expect(try folder.lines(of: try packer.pack("")) == [])
    }

    @Test("a file cut short gives its whole lines, then a fault", arguments: Packer.allCases, [0.02, 0.5, 0.9, 0.999])
    func cut(packer: Packer, part: Double) throws {
        let packed = try packer.pack(Self.texts.joined(separator: "\n"))
        let seen = try folder.lines(of: Array(packed.prefix(Int(Double(packed.count) * part))))
        let lines = placed(Self.texts)
        #expect(seen.dropLast().elementsEqual(lines.prefix(seen.count - 1)))
        guard case .fault(.cutOff(packer.compression), seen.count, _) = seen.last else {
            Issue.record("\(String(describing: seen.last))")
            return
        }
    }

    @Test("only the first bytes of a compressed file are cut off too", arguments: Packer.allCases)
    func onlyMagic(packer: Packer) throws {
        let seen = try folder.lines(of: Array(try packer.pack("a\n").prefix(4)))
        #expect(seen == [.fault(.cutOff(packer.compression), line: 1, offset: 0)])
    }

    @Test("a flipped byte is damage and never a wrong line", arguments: Packer.allCases)
    func damage(packer: Packer) throws {
        let packed = try packer.pack(Self.texts.joined(separator: "\n"))
        for place in stride(from: 12, to: packed.count, by: packed.count / 23) {
            var damaged = packed
            damaged[place] ^= 0x55
            let seen = try folder.lines(of: damaged)
            guard case .fault(let reason, _, _) = seen.last else {
                Issue.record("damage at \(place) was not seen")
                continue
            }
            #expect([.corrupt, .cutOff].contains(Kind(reason)), "\(reason) at \(place)")
        }
    }

    @Test("data after the last member are a fault, zeros are not")
    func trailing() throws {
        let packed = try gzip(Array("a\n".utf8))
        #expect(try folder.lines(of: packed + [0, 0, 0]) == placed(["a"]))
        let seen = try folder.lines(of: packed + Array("plain\n".utf8))
        #expect(seen.first == placed(["a"]).first)
        #expect(seen.count == 2)
        guard case .fault(.corrupt(.gzip, _), 2, 2) = seen.last else {
            Issue.record("\(seen)")
            return
        }
    }

    @Test("the bound on lines holds for what a small file grows into", arguments: Packer.allCases)
    func bomb(packer: Packer) throws {
        let packed = try packer.pack([UInt8](repeating: 0x78, count: 64 << 20) + Array("\nlast\n".utf8))
        #expect(packed.count < 128 << 10)
        #expect(
            try folder.lines(of: packed, lineLimit: 4096) == [
                .fault(.lineTooLong(limit: 4096), line: 1, offset: 0),
                .line("last", number: 2, offset: (64 << 20) + 1),
            ])
    }

    @Test("a zstd frame that asks for more than 128 MiB of window is refused")
    func window() throws {
        let seen = try folder.lines(of: try zstd(Array("a\n".utf8), windowLog: 28))
        guard case .fault(.corrupt(.zstd, let detail), 1, 0) = seen.first else {
            Issue.record("\(seen)")
            return
        }
        #expect(detail.contains("memory"))
    }

    @Test("a skippable zstd frame may come first")
    func skippable() throws {
        let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]
        #expect(try folder.lines(of: skippable + zstd(Array("a\n".utf8))) == placed(["a"]))
    }

    @Test(
        "other compressions are named",
        arguments: [
            ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
            ("bzip2", Array("BZh91AY&SY".utf8)),
            ("lz4", [0x04, 0x22, 0x4D, 0x18]),
            ("zip", [0x50, 0x4B, 0x03, 0x04]),
        ] as [(String, [UInt8])])
    func unsupported(name: String, magic: [UInt8]) throws {
        #expect(
            try folder.lines(of: magic + [1, 2, 3]) == [
                .fault(.unsupportedCompression(name: name), line: 1, offset: 0)
            ])
    }

    private enum Kind {
        case corrupt, cutOff, other

        init(_ reason: LogLineFault.Reason) {
            switch reason {
            case .corrupt: self = .corrupt
            case .cutOff: self = .cutOff
            default: self = .other
            }
        }
    }
}

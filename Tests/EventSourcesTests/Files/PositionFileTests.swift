import EventSources
import LogLines
import PlatformAPIs
import SecurityEvents
import TestSupport
import Testing

@Suite("How far logs were read", .timeLimit(.minutes(10)))
struct PositionFileTests {
    @Test("places are kept across restarts, and a file of something else is refused")
    func keeping() throws {
        let folder = try ScratchFolder()
        let path = folder.file("positions")
        let place = LogPlace(
            device: .max, inode: 1 << 63, offset: 7, lines: 2, before: [0, 0x22, 0xFF],
            modified: 1_795_456_333_123_456_789)
        try PositionFile(path: path).keep(place, of: "a \"log\"\n")
        let second = try PositionFile(path: path)
        #expect(second.place(of: "a \"log\"\n") == place)
        #expect(second.place(of: "other") == nil)
        second.keep(cursor: "s=1;\"i\"", of: "journal")
        let third = try PositionFile(path: path)
        #expect(third.cursor(of: "journal") == "s=1;\"i\"")
        #expect(third.cursor(of: "a \"log\"\n") == nil)
        #expect(third.place(of: "a \"log\"\n") == place)
        for text in [
            "", "{}", #"{"version":2,"places":{}}"#, #"{"version":1,"places":{"a":{}}}"#,
            #"{"version":1,"places":{},"cursors":{"a":1}}"#,
        ] {
            _ = try folder.write("positions", Array(text.utf8))
            #expect(throws: PositionFile.Unreadable.self) { try PositionFile(path: path) }
        }
    }

    @Test("a place is kept only when what was told is; a restart goes on from there")
    func marks() async throws {
        let folder = try ScratchFolder()
        let log = try folder.write("log", Array("one\ntwo\n".utf8))
        let path = folder.file("positions")
        func told(_ count: Int, keeps: Bool) async throws -> [String] {
            let source = FollowedFile(
                path: log, from: .beginning, positions: try PositionFile(path: path), time: .hasty)
            return try await withSourceItems(from: [source]) { items in
                var lines: [String] = []
                while let item = try await items.next() {
                    if case .record(let record) = item { lines.append(String(decoding: record.bytes, as: UTF8.self)) }
                    if case .mark(let mark) = item, lines.count >= count {
                        if keeps { await mark.kept() }
                        return lines
                    }
                }
                return lines
            }
        }
        #expect(try await told(2, keeps: false) == ["one", "two"])
        #expect(try await told(2, keeps: true) == ["one", "two"])
        try folder.append("log", "three\n")
        #expect(try await told(1, keeps: true) == ["three"])
    }
}

public import JSONView

/// Reads the engine's own log: text lines, its JSON form, and what the journal makes of either.
///
/// With `--debug` the log has every call and the JSON bodies up to 4 KiB; without, only errors. Nobody's name is in it.
public struct DockerDaemonReader: EventReader {
    public static let format = LogFormat.dockerDaemon

    private let parser = JSONParser()
    private var calls = DaemonCalls()
    private var block = JournalBlock()
    private var blockPosition = SourcePosition(name: "", line: 0)

    /// Makes a reader.
    public init() {}

    /// Whether the next line belongs to an entry of `journalctl -o export` that has begun, whatever it looks like.
    public var isInsideEntry: Bool { block.isOpen }

    /// Whether something that was read waits for later lines.
    var isHolding: Bool { block.isOpen || calls.isHolding }

    public mutating func read(
        _ document: JSONDocument, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        let root = document.root
        if let entry = DaemonEntry(document, at: position) {
            calls.take(entry, emit: emit)
        } else if let message = root["MESSAGE"] {
            guard root["CONTAINER_ID"] == nil,
                Self.isEngine(["SYSLOG_IDENTIFIER", "_COMM", "_SYSTEMD_UNIT"].map { root.member(JSONKey($0))?.text })
            else { return }
            // A time marks that the journal has been unwrapped.
            let digits = root["__REALTIME_TIMESTAMP"]?.text.map { Array($0.bytes) } ?? []
            let time = Self.microseconds(digits) ?? Timestamp(nanoseconds: 0)
            try readMessage(Self.bytes(message), time, at: position, emit: emit)
        } else {
            throw ReadFault("no entry of the engine's log: neither msg nor MESSAGE")
        }
    }

    /// Reads a line of text.
    ///
    /// - Parameters:
    ///   - line: the line without its ending; it is copied.
    ///   - position: where it stands.
    ///   - emit: called for each event.
    /// - Throws: why it is no line of the engine's log.
    public mutating func readLine(
        _ line: UnsafeRawBufferPointer, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        let wasOpen = block.isOpen
        switch block.take(line) {
        case .taken:
            if !wasOpen { blockPosition = position }
            return
        case .complete:
            try closeBlock(emit: emit)
            if !line.isEmpty { try readLine(line, at: position, emit: emit) }
            return
        case .foreign: break
        }
        guard !line.isEmpty else { return }
        try readText(line, nil, at: position, emit: emit)
    }

    /// Gives out the calls that still wait for later lines.
    ///
    /// Who follows a growing log calls it whenever nothing has come for a few seconds; reading may go on after it.
    public mutating func finish(emit: (borrowing Event) -> Void) {
        if block.isOpen { try? closeBlock(emit: emit) }
        calls.finish(emit: emit)
    }

    private mutating func closeBlock(emit: (borrowing Event) -> Void) throws(ReadFault) {
        let fields = block.fields
        block = JournalBlock()
        // With the journal as log driver, what containers write stands there in the engine's name.
        guard let message = fields["MESSAGE"], fields["CONTAINER_ID"] == nil else { return }
        let names = ["SYSLOG_IDENTIFIER", "_COMM", "_SYSTEMD_UNIT"].map { fields[$0] }
        let isEngine = names.contains { $0.map { String(decoding: $0, as: UTF8.self).contains("docker") } == true }
        guard isEngine || names.allSatisfy({ $0 == nil }) else { return }
        let time = Self.microseconds(fields["__REALTIME_TIMESTAMP"] ?? []) ?? Timestamp(nanoseconds: 0)
        try readMessage(message, time, at: blockPosition, emit: emit)
    }

    private mutating func readMessage(
        _ message: [UInt8], _ time: Timestamp?, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        let result: Result<Void, ReadFault> = message.withUnsafeBytes { bytes in
            do throws(ReadFault) {
                return .success(try readText(bytes, time, at: position, emit: emit))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    private mutating func readText(
        _ line: UnsafeRawBufferPointer, _ time: Timestamp?, at position: SourcePosition,
        emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        var text = Self.withoutPrefix(line)
        while text.last == UInt8(ascii: "\r") || text.last == 0x20 { text = .init(rebasing: text.dropLast()) }
        if text.first == UInt8(ascii: "{") {
            return try readJSON(text, time, at: position, emit: emit)
        }
        guard let read = Logfmt.read(text) ?? TerminalLine.read(text) else {
            throw ReadFault("a line of no log format that is read")
        }
        guard let document = try? parser.parse(read.json.bytes),
            let entry = DaemonEntry(document, at: position, journalTime: time, isCut: read.isCut)
        else { throw ReadFault("an entry without a message") }
        calls.take(entry, emit: emit)
    }

    private mutating func readJSON(
        _ text: UnsafeRawBufferPointer, _ time: Timestamp?, at position: SourcePosition,
        emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try parser.parse(text)
        } catch {
            throw ReadFault("not JSON: \(error)")
        }
        if let entry = DaemonEntry(document, at: position, journalTime: time) {
            calls.take(entry, emit: emit)
        } else if time == nil {
            try read(document, at: position, emit: emit)
        } else {
            throw ReadFault("an entry without a message")
        }
    }

    /// Drops what syslog writes before a line: `Nov 23 13:43:17 host dockerd[123]: `.
    private static func withoutPrefix(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        if line.starts(with: "time=".utf8) || line.first == UInt8(ascii: "{") { return line }
        let head = line.prefix(256)
        var at = head.startIndex
        while let start = head[at...].firstIndex(of: UInt8(ascii: "d")) {
            at = start + 1
            let rest = line[start...]
            guard rest.starts(with: "docker".utf8) else { continue }
            var end = start + 6
            while end < line.count, line[end] != 0x20, line[end] != UInt8(ascii: ":"), line[end] != UInt8(ascii: "=") {
                end += 1
            }
            guard end + 1 < line.count, line[end] == UInt8(ascii: ":"), line[end + 1] == 0x20 else { continue }
            return UnsafeRawBufferPointer(rebasing: line[(end + 2)...])
        }
        return line
    }

    /// Whether one of a journal entry's names is the engine's; true where it has none.
    private static func isEngine(_ names: [JSONText?]) -> Bool {
        let known = names.compactMap { $0 }
        return known.isEmpty || known.contains { $0.contains("docker") }
    }

    /// The journal writes texts that are not printable as arrays of bytes.
    private static func bytes(_ message: JSONValue) -> [UInt8] {
        if let text = message.text { return Array(text.bytes) }
        return message.elements.map { UInt8(truncatingIfNeeded: $0.int64 ?? 0) }
    }

    private static func microseconds(_ digits: [UInt8]) -> Timestamp? {
        guard let count = Int64(String(decoding: digits, as: UTF8.self)), count > 0 else { return nil }
        return Timestamp(seconds: count / 1_000_000, nanoseconds: count % 1_000_000 * 1000)
    }
}

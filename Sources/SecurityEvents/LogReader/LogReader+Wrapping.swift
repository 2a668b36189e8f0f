import JSONView

/// A line of a container's output that its engine cut into parts.
struct PartialLine {
    var stream: [UInt8]
    var position: SourcePosition
    var bytes: [UInt8]
}

/// Records inside of other programs' records, and lines that are no JSON.
extension LogReader {
    /// Reads the line of a log that stands in a field.
    mutating func unwrap(
        _ text: JSONText, isContainerLog: Bool, of document: JSONDocument, at position: SourcePosition, depth: Int,
        emit: (borrowing Event) -> Void
    ) {
        let bytes = UnsafeRawBufferPointer(text.bytes)
        if isContainerLog {
            // Docker's json-file log: a long line is cut every 16 KiB, and only its last part ends in a line break.
            let stream = document.root["stream"]?.text.map { Array($0.bytes) } ?? []
            let isWhole = bytes.last == UInt8(ascii: "\n")
            return join(bytes, stream: stream, isWhole: isWhole, at: position, depth: depth, emit: emit)
        }
        readFresh(bytes, at: position, depth: depth + 1, emit: emit)
    }

    private mutating func join(
        _ bytes: UnsafeRawBufferPointer, stream: [UInt8], isWhole: Bool, at position: SourcePosition, depth: Int,
        emit: (borrowing Event) -> Void
    ) {
        let open = partials.firstIndex { $0.stream == stream && $0.position.name == position.name }
        if isWhole, open == nil { return readFresh(bytes, at: position, depth: depth + 1, emit: emit) }
        var part = open.map { partials.remove(at: $0) } ?? PartialLine(stream: stream, position: position, bytes: [])
        let held = partials.reduce(part.bytes.count) { $0 + $1.bytes.count }
        guard held + bytes.count <= limits.document else {
            return damage("a record larger than the limit", at: part.position)
        }
        part.bytes.append(contentsOf: bytes)
        guard isWhole else {
            // Hostile logs may name any number of streams.
            if partials.count >= 8 { damage("the text ends inside a value", at: partials.removeFirst().position) }
            return partials.append(part)
        }
        part.bytes.withUnsafeBytes { readFresh($0, at: part.position, depth: depth + 1, emit: emit) }
    }

    /// Reads the parts whose ends never came: a program's last line may have no line break.
    mutating func flushPartials(emit: (borrowing Event) -> Void) {
        let open = partials
        partials = []
        for part in open {
            part.bytes.withUnsafeBytes { readFresh($0, at: part.position, depth: 1, emit: emit) }
        }
    }

    /// Reads a line that is no JSON.
    mutating func readText(
        _ text: UnsafeRawBufferPointer, at position: SourcePosition, depth: Int, emit: (borrowing Event) -> Void
    ) {
        if depth < limits.wrappers, let entry = ContainerLogEntry(text) {
            return join(
                entry.content, stream: entry.stream, isWhole: entry.isWhole, at: position, depth: depth, emit: emit)
        }
        guard forced == nil || forced == .dockerDaemon else {
            statistics.records += 1
            return fault("not JSON", at: position)
        }
        readDaemonLine(text, at: position, emit: emit)
    }
}

/// A line as container runtimes write it: `2026-11-23T13:35:09.1Z stdout F content`.
private struct ContainerLogEntry {
    let stream: [UInt8]
    let isWhole: Bool
    let content: UnsafeRawBufferPointer

    init?(_ line: UnsafeRawBufferPointer) {
        guard let first = line.first, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") else { return nil }
        let parts = line.split(separator: 0x20, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].count >= 20, parts[0].count <= 40,
            parts[1].elementsEqual("stdout".utf8) || parts[1].elementsEqual("stderr".utf8),
            let flag = parts[2].first, flag == UInt8(ascii: "F") || flag == UInt8(ascii: "P")
        else { return nil }
        stream = Array(parts[1])
        isWhole = flag == UInt8(ascii: "F")
        content = UnsafeRawBufferPointer(rebasing: parts[3])
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes without white space, and without a byte order mark, around them.
    var trimmed: UnsafeRawBufferPointer {
        var from = 0
        var to = count
        if count >= 3, self[0] == 0xEF, self[1] == 0xBB, self[2] == 0xBF { from = 3 }
        while from < to, self[from].isJSONSpace { from += 1 }
        while to > from, self[to - 1].isJSONSpace { to -= 1 }
        return UnsafeRawBufferPointer(rebasing: self[from..<to])
    }
}

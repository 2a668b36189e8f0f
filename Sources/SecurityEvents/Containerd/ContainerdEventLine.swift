import JSONView

/// Turns a line that `ctr events` prints into the JSON of the event.
///
/// `2026-11-23 13:43:17.1 +0000 UTC k8s.io /tasks/start {"container_id":"3f9c","pid":7}`: a time as Go prints it, the
/// namespace, the topic, and the event as JSON.
enum ContainerdEventLine {
    private static let space: UInt8 = 0x20

    /// Reads a line.
    ///
    /// - Parameters:
    ///   - line: the line without its ending.
    ///   - parser: the parser to use.
    /// - Returns: the event; nil where the line is none of the kind.
    static func event(_ line: UnsafeRawBufferPointer, parser: JSONParser) -> JSONDocument? {
        // The date, whose separator tells it from the times of other lines.
        guard line.count > 30, line[4] == UInt8(ascii: "-"), line[7] == UInt8(ascii: "-"), line[10] == space else {
            return nil
        }
        let parts = line.split(separator: space, maxSplits: 6, omittingEmptySubsequences: false)
        guard parts.count >= 6, let offset = offset(parts[2]), !parts[4].isEmpty,
            parts[5].first == UInt8(ascii: "/")
        else { return nil }
        // By itself, so that it can be no more than a value.
        let event = parts.count == 7 ? UnsafeRawBufferPointer(rebasing: parts[6]) : nil
        let said = event.flatMap { try? parser.parse($0) }
        guard event == nil || said?.root.kind == .object else { return nil }
        var json = CompactJSON()
        json.write(raw: #"{"timestamp":"#)
        json.write(string: Array(parts[0]) + [UInt8(ascii: "T")] + Array(parts[1]) + offset)
        json.write(raw: #","namespace":"#)
        json.write(string: parts[4])
        json.write(raw: #","topic":"#)
        json.write(string: parts[5])
        json.write(raw: #","event":"#)
        if let said { withExtendedLifetime(said) { json.write(said.root) } } else { json.write(raw: "{}") }
        json.write(raw: "}")
        return try? parser.parse(json.bytes)
    }

    /// `+0000` as RFC 3339 writes it.
    private static func offset(_ text: Slice<UnsafeRawBufferPointer>) -> [UInt8]? {
        let sign = text.first
        guard text.count == 5, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            text.dropFirst().allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        return Array(text.prefix(3)) + [UInt8(ascii: ":")] + Array(text.suffix(2))
    }
}

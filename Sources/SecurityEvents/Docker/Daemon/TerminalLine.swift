/// Turns a line that the engine wrote to a terminal into JSON: `DEBU[2026-11-23T13:43:17Z] Calling GET /info`.
enum TerminalLine {
    private static let levels: [(StaticString, StaticString)] = [
        ("DEBU", "debug"), ("INFO", "info"), ("WARN", "warning"), ("ERRO", "error"), ("FATA", "fatal"),
        ("PANI", "panic"), ("TRAC", "trace"),
    ]

    /// Reads a line; nil where it is none of the kind.
    static func read(_ bytes: UnsafeRawBufferPointer) -> Logfmt.Line? {
        guard let first = bytes.first, first == 0x1B || (first >= UInt8(ascii: "A") && first <= UInt8(ascii: "Z"))
        else {
            return nil
        }
        let text = plain(bytes)
        guard text.count > 5, text[4] == UInt8(ascii: "["), let close = text.firstIndex(of: UInt8(ascii: "]")),
            let level = levels.first(where: { text.starts(with: Self.bytes(of: $0.0)) })
        else { return nil }
        var message = text[(close + 1)...]
        while message.first == 0x20 { message.removeFirst() }
        while message.last == 0x20 { message.removeLast() }
        var line = Logfmt.Line()
        line.json.write(raw: #"{"time":"#)
        line.json.write(string: text[5..<close])
        line.json.write(raw: #","level":"#)
        line.json.write(string: Self.bytes(of: level.1))
        line.json.write(raw: #","msg":"#)
        line.json.write(string: message)
        line.json.write(raw: "}")
        return line
    }

    private static func bytes(of literal: StaticString) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
    }

    /// The text without the codes that colour it.
    private static func plain(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        guard bytes.contains(0x1B) else { return Array(bytes) }
        var text: [UInt8] = []
        var isCode = false
        for byte in bytes {
            if byte == 0x1B {
                isCode = true
            } else if isCode {
                isCode = byte == UInt8(ascii: "[") || byte < 0x40 || byte > 0x7E
            } else {
                text.append(byte)
            }
        }
        return text
    }
}

/// Puts the fields of one entry of `journalctl -o export` together, line by line.
struct JournalBlock {
    /// What a line was.
    enum Step {
        /// No part of such an entry.
        case foreign
        /// Taken; the entry goes on.
        case taken
        /// The entry before it ended, and an entry may begin with this line.
        case complete
    }

    /// The fields that the engine's entries need.
    private(set) var fields: [String: [UInt8]] = [:]
    private(set) var isOpen = false
    /// A binary field that is being read: its name and how many bytes are missing.
    private var binary: (name: String, missing: Int?)?

    private static let wanted = [
        "MESSAGE", "_SYSTEMD_UNIT", "SYSLOG_IDENTIFIER", "_COMM", "__REALTIME_TIMESTAMP", "CONTAINER_ID",
    ]
    private static let sizeLimit: UInt64 = 16 << 20

    /// Whether a line is the first of an entry.
    static func begins(_ line: UnsafeRawBufferPointer) -> Bool {
        line.starts(with: "__CURSOR=".utf8) || line.starts(with: "__REALTIME_TIMESTAMP=".utf8)
    }

    /// Takes a line without its end.
    mutating func take(_ line: UnsafeRawBufferPointer) -> Step {
        if let open = binary {
            takeBinary(line, open.name, open.missing)
            return .taken
        }
        guard isOpen || Self.begins(line) else { return .foreign }
        if line.isEmpty || (isOpen && line.starts(with: "__CURSOR=".utf8)) { return isOpen ? .complete : .foreign }
        var end = 0
        while end < line.count, Self.isName(line[end]) { end += 1 }
        // Another form begins without the empty line that ends an entry.
        guard end > 0, end <= 64, end == line.count || line[end] == UInt8(ascii: "=") else { return .complete }
        isOpen = true
        let name = String(decoding: line[..<end], as: UTF8.self)
        if end == line.count {
            // A name alone: its value is binary, eight bytes of length and the bytes.
            binary = (name, nil)
        } else if Self.wanted.contains(name) {
            fields[name] = Array(line[(end + 1)...])
        }
        return .taken
    }

    private mutating func takeBinary(_ line: UnsafeRawBufferPointer, _ name: String, _ missing: Int?) {
        var rest = line[...]
        var left = missing ?? 0
        if missing == nil {
            guard line.count >= 8 else {
                binary = nil
                return
            }
            let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(line[$1]) << UInt64($1 * 8) }
            left = Int(min(length, Self.sizeLimit))
            rest = line[8...]
        }
        let isWanted = Self.wanted.contains(name)
        if isWanted { fields[name, default: []] += rest.prefix(left) }
        guard rest.count < left else {
            binary = nil
            return
        }
        // The line's end belongs to the value.
        if isWanted { fields[name, default: []].append(0x0A) }
        binary = (name, left - rest.count - 1)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

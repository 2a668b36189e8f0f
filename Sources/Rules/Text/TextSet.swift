internal import JSONView

/// A set of texts that is asked with bytes in place.
struct TextSet: Sendable {
    private var bytes: [UInt8] = []
    private var entries: [(start: Int, count: Int)] = []
    private var table: [Int32]

    init(_ members: some Collection<String>) {
        var capacity = 8
        while capacity < members.count * 2 { capacity *= 2 }
        table = [Int32](repeating: 0, count: capacity)
        for member in members { member.withText { insert($0) } }
    }

    private mutating func insert(_ text: JSONText) {
        guard !contains(text) else { return }
        entries.append((bytes.count, text.count))
        bytes.append(contentsOf: text.bytes)
        var slot = Self.slot(of: text, in: table.count)
        while table[slot] != 0 { slot = (slot + 1) & (table.count - 1) }
        table[slot] = Int32(entries.count)
    }

    func contains(_ text: JSONText) -> Bool {
        guard !entries.isEmpty else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            var slot = Self.slot(of: text, in: table.count)
            while table[slot] != 0 {
                let entry = entries[Int(table[slot]) - 1]
                if entry.count == text.count {
                    guard text.count > 0, let base = bytes.baseAddress else { return true }
                    if JSONText(start: base + entry.start, count: entry.count) == text { return true }
                }
                slot = (slot + 1) & (table.count - 1)
            }
            return false
        }
    }

    private static func slot(of text: JSONText, in capacity: Int) -> Int {
        let hash = Fingerprint.hash64(text.bytes)
        return Int(truncatingIfNeeded: hash ^ (hash >> 32)) & (capacity - 1)
    }
}

package import JSONView

/// Numbers for a fixed set of texts, found again from bytes in place.
///
/// A class, so that looking something up counts one reference and not one for each part.
package final class TextNumbers: Sendable {
    private let bytes: [UInt8]
    private let entries: [(start: Int, count: Int)]
    private let table: [UInt32]

    /// Numbers texts from 1, in order; a text that comes again keeps its first number.
    package init(_ texts: some Collection<String>) {
        var capacity = 8
        while capacity < texts.count * 2 { capacity *= 2 }
        var bytes: [UInt8] = []
        var entries: [(start: Int, count: Int)] = []
        var table = [UInt32](repeating: 0, count: capacity)
        for text in texts {
            text.withText { text in
                entries.append((bytes.count, text.count))
                bytes.append(contentsOf: text.bytes)
                var slot = Int(truncatingIfNeeded: text.quickHash) & (capacity - 1)
                while table[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
                table[slot] = UInt32(truncatingIfNeeded: entries.count)
            }
        }
        (self.bytes, self.entries, self.table) = (bytes, entries, table)
    }

    /// Whether there are any.
    package var isEmpty: Bool { entries.isEmpty }

    /// The number of a text; 0 for one that has none.
    package subscript(_ text: JSONText) -> Int {
        var slot = Int(truncatingIfNeeded: text.quickHash) & (table.count - 1)
        while table[slot] != 0 {
            let entry = entries[Int(table[slot]) - 1]
            if entry.count == text.count {
                let isSame = bytes.withUnsafeBufferPointer { bytes in
                    bytes.baseAddress.map { JSONText(start: $0 + entry.start, count: entry.count) == text } ?? true
                }
                if isSame { return Int(table[slot]) }
            }
            slot = (slot + 1) & (table.count - 1)
        }
        return 0
    }
}

extension JSONText {
    /// A hash of the length, the first eight bytes and the last eight, for tables that whoever fills them chooses.
    ///
    /// Not for tables that a log fills: it is easy to find texts that share one.
    @inline(__always)
    var quickHash: UInt64 {
        let bytes = UnsafeRawPointer(start)
        let (head, tail): (UInt64, UInt64)
        if count >= 8 {
            head = bytes.loadUnaligned(as: UInt64.self)
            tail = bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        } else if count >= 4 {
            head = UInt64(bytes.loadUnaligned(as: UInt32.self))
            tail = UInt64(bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
        } else if count > 0 {
            head = UInt64(start[0])
            tail = UInt64(start[count / 2]) << 8 | UInt64(start[count - 1])
        } else {
            return 0
        }
        let mixed = (head ^ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15 ^ tail &* 0xA076_1D64_78BD_642F
        return mixed ^ mixed >> 29 ^ mixed >> 47
    }
}

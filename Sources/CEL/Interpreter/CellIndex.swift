import JSONView

/// Finds cells by hash: the keys of a map, the elements of a constant list.
///
/// Numbers that are equal across types hash and compare equal, as the language has it.
struct CellIndex {
    /// Positions plus one, 0 is free; the length is a power of two.
    private let table: [Int32]

    /// The index of nothing.
    static let empty = CellIndex(table: [0])

    private init(table: [Int32]) { self.table = table }

    /// Indexes cells; nil where one cannot be indexed (lists, maps and the like).
    ///
    /// `duplicate` is told of equal cells.
    init?(_ cells: some RandomAccessCollection<Cell>, duplicate: (Int) -> Void = { _ in }) {
        var capacity = 4
        while capacity < cells.count * 2 { capacity *= 2 }
        var table = [Int32](repeating: 0, count: capacity)
        next: for (position, cell) in cells.enumerated() {
            guard let hash = Self.hash(cell) else { return nil }
            var slot = Int(truncatingIfNeeded: hash) & (capacity - 1)
            while table[slot] != 0 {
                let other = cells[cells.index(cells.startIndex, offsetBy: Int(table[slot]) - 1)]
                if Self.areEqual(other, cell) {
                    duplicate(position)
                    continue next
                }
                slot = (slot + 1) & (capacity - 1)
            }
            table[slot] = Int32(truncatingIfNeeded: position + 1)
        }
        self.table = table
    }

    /// The position of an equal cell; nil where there is none.
    @inline(__always)
    func position(of cell: Cell, in cells: UnsafePointer<Cell>) -> Int? {
        guard let hash = Self.hash(cell) else { return nil }
        return table.withUnsafeBufferPointer { table in
            var slot = Int(truncatingIfNeeded: hash) & (table.count - 1)
            while table[slot] != 0 {
                let position = Int(table[slot]) - 1
                if Self.areEqual(cells[position], cell) { return position }
                slot = (slot + 1) & (table.count - 1)
            }
            return nil
        }
    }

    /// A hash of a cell that may be a key; nil for other cells.
    @inline(__always)
    static func hash(_ cell: Cell) -> UInt64? {
        switch cell {
        case .string(let text), .bytes(let text):
            var hash = seed
            for byte in text.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            return mix(hash)
        case .int(let value): return mix(UInt64(bitPattern: value))
        case .uint(let value): return mix(value)
        case .double(let value):
            if let int = Int64(exactly: value) { return mix(UInt64(bitPattern: int)) }
            if let uint = UInt64(exactly: value) { return mix(uint) }
            return mix(value.bitPattern)
        case .bool(let value): return value ? 0x9E37_79B9 : 0x7F4A_7C15
        case .null: return 0x51_7C_C1_B7
        default: return nil
        }
    }

    /// Another in each process, so that nobody can prepare keys that all meet.
    private static let seed = UInt64.random(in: 0 ... .max)

    private static func mix(_ value: UInt64) -> UInt64 {
        let mixed = (value ^ (value >> 32) ^ seed) &* 0x9E37_79B9_7F4A_7C15
        return mixed ^ (mixed >> 29)
    }

    /// Whether two cells that may be keys are equal.
    @inline(__always)
    static func areEqual(_ left: Cell, _ right: Cell) -> Bool {
        switch (left, right) {
        case (.string(let one), .string(let other)), (.bytes(let one), .bytes(let other)): return one == other
        case (.bool(let one), .bool(let other)): return one == other
        case (.null, .null): return true
        default: return Numbers.areEqual(left, right) ?? false
        }
    }
}

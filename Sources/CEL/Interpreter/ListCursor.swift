import JSONView

/// Goes through the elements of a list without making one.
struct ListCursor {
    private var json: JSONElements?
    private var current: Cell
    private var position = 0
    private var segment: Int
    private let lastSegment: Int
    private let evaluation: Evaluation

    @inline(__always)
    init(_ list: Cell, _ evaluation: Evaluation) {
        self.evaluation = evaluation
        if case .concat(let start, let count) = list {
            segment = Int(start)
            lastSegment = Int(start + count) - 1
            current = evaluation.state.pointee.segments[segment]
        } else {
            (segment, lastSegment) = (0, 0)
            current = list
        }
        if case .json(let value) = current { json = value.elements }
    }

    @inline(__always)
    mutating func next() -> Cell? {
        while true {
            switch current {
            case .json:
                if let element = json?.next() { return Cell(element) }
            case .list(let box):
                let at = position
                position += 1
                let found: Cell? = box._withUnsafeGuaranteedRef { at < $0.count ? $0.cells[at] : nil }
                if let found { return found }
            case .values(let box):
                let at = position
                position += 1
                let found: Cell? = box._withUnsafeGuaranteedRef {
                    at < $0.elements.count ? evaluation.importing($0.elements[at]) : nil
                }
                if let found { return found }
            default: break
            }
            guard segment < lastSegment else { return nil }
            segment += 1
            position = 0
            current = evaluation.state.pointee.segments[segment]
            if case .json(let value) = current { json = value.elements }
        }
    }
}

extension Evaluation {
    /// How many elements a list has; nil when it is none.
    func listCount(_ cell: Cell) -> Int? {
        switch cell {
        case .json(let value): return value.kind == .array ? value.count : nil
        case .list(let box): return box._withUnsafeGuaranteedRef { $0.count }
        case .values(let box): return box._withUnsafeGuaranteedRef { $0.elements.count }
        case .concat(let start, let count):
            var total = 0
            for at in Int(start)..<Int(start + count) { total += listCount(state.pointee.segments[at]) ?? 0 }
            return total
        default: return nil
        }
    }

    /// The element of a list at a position; nil outside.
    func element(_ cell: Cell, at position: Int) -> Cell? {
        guard position >= 0 else { return nil }
        switch cell {
        case .json(let value): return value[position].map { Cell($0) }
        case .list(let box): return box._withUnsafeGuaranteedRef { position < $0.count ? $0.cells[position] : nil }
        case .values(let box):
            return box._withUnsafeGuaranteedRef {
                position < $0.elements.count ? importing($0.elements[position]) : nil
            }
        case .concat(let start, let count):
            var left = position
            for at in Int(start)..<Int(start + count) {
                let part = state.pointee.segments[at]
                let length = listCount(part) ?? 0
                if left < length { return element(part, at: left) }
                left -= length
            }
            return nil
        default: return nil
        }
    }

    /// All elements of a list.
    func elements(_ cell: Cell) -> [Cell] {
        var elements: [Cell] = []
        let count = listCount(cell) ?? 0
        guard hasRoom(count.multipliedReportingOverflow(by: MemoryLayout<Cell>.stride).partialValue) else { return [] }
        elements.reserveCapacity(count)
        var cursor = ListCursor(cell, self)
        while let element = cursor.next() { elements.append(element) }
        charge(memory: elements.count * MemoryLayout<Cell>.stride)
        return elements
    }

    /// One list after another, without copying either.
    func concatenate(_ left: Cell, _ right: Cell) -> Cell {
        let (one, other) = (segmentCount(left), segmentCount(right))
        // Lists of very many parts are slow to use; they become one.
        if one + other > 32 {
            let all = elements(left) + elements(right)
            return state.pointee.halted ?? list(all)
        }
        let start = reserveSegments(one + other)
        copySegments(left, to: start)
        copySegments(right, to: start + one)
        return .concat(start: Int32(truncatingIfNeeded: start), count: Int32(truncatingIfNeeded: one + other))
    }

    private func segmentCount(_ list: Cell) -> Int { if case .concat(_, let count) = list { Int(count) } else { 1 } }

    private func copySegments(_ list: Cell, to place: Int) {
        if case .concat(let start, let count) = list {
            for at in 0..<Int(count) {
                state.pointee.segments[place + at] = state.pointee.segments[Int(start) + at]
            }
        } else {
            state.pointee.segments[place] = list
        }
    }

    private func reserveSegments(_ count: Int) -> Int {
        charge(memory: count * MemoryLayout<Cell>.stride)
        let start = state.pointee.segmentCount
        if start + count > state.pointee.segmentCapacity {
            let capacity = max(start + count, state.pointee.segmentCapacity * 2)
            let grown = UnsafeMutablePointer<Cell>.allocate(capacity: capacity)
            grown.update(from: state.pointee.segments, count: start)
            state.pointee.segments.deallocate()
            state.pointee.segments = grown
            state.pointee.segmentCapacity = capacity
        }
        state.pointee.segmentCount += count
        return start
    }
}

/// What the parts of an expression came to in one evaluation, in the evaluation's own memory.
///
/// Unlike an ``EvaluationTrace`` it copies nothing: only the last value of each node is noted, and values are made of those
/// that somebody asks for. It can be asked only by the body of ``Program/explain(_:noting:using:_:)``.
package final class NodeTrace {
    /// By node: the last value, and the evaluation in which it came up.
    private var cells: UnsafeMutablePointer<Cell>
    private var rounds: UnsafeMutablePointer<UInt64>
    private var capacity = 256
    private var round: UInt64 = 1
    private var noted = 0
    private let limit: Int
    private var evaluation: Evaluation?

    /// Makes a trace that notes at most so many values of one evaluation.
    package init(limit: Int) {
        self.limit = limit
        cells = .allocate(capacity: capacity)
        rounds = .allocate(capacity: capacity)
        rounds.initialize(repeating: 0, count: capacity)
    }

    deinit {
        cells.deallocate()
        rounds.deallocate()
    }

    func begin() {
        round += 1
        noted = 0
    }

    /// From here on values are made out of the evaluation's memory; nil from when it is given back.
    func open(_ evaluation: Evaluation?) { self.evaluation = evaluation }

    func note(_ node: Int32, _ cell: Cell) {
        guard noted < limit, node >= 0 else { return }
        noted += 1
        let node = Int(node)
        if node >= capacity { grow(to: node + 1) }
        cells[node] = cell
        rounds[node] = round
    }

    private func grow(to count: Int) {
        let larger = max(count, capacity * 2)
        let cells = UnsafeMutablePointer<Cell>.allocate(capacity: larger)
        let rounds = UnsafeMutablePointer<UInt64>.allocate(capacity: larger)
        for node in 0..<capacity where self.rounds[node] == round { cells[node] = self.cells[node] }
        rounds.initialize(repeating: 0, count: larger)
        for node in 0..<capacity { rounds[node] = self.rounds[node] }
        self.cells.deallocate()
        self.rounds.deallocate()
        (self.cells, self.rounds, capacity) = (cells, rounds, larger)
    }

    private func cell(of node: Int) -> Cell? {
        guard node >= 0, node < capacity, rounds[node] == round else { return nil }
        return cells[node]
    }

    /// The last value of the node with an ``Expression/id``; nil where it had none.
    package func value(of node: Int) -> Value? {
        guard let evaluation, let cell = cell(of: node) else { return nil }
        return evaluation.exporting(cell)
    }

    /// Whether the last value of a node is a boolean and this one.
    package func isBool(_ node: Int, _ wanted: Bool) -> Bool {
        guard case .bool(let value)? = cell(of: node) else { return false }
        return value == wanted
    }
}

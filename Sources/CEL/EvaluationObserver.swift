/// Told of each value while a program runs, in the order in which values are made.
public protocol EvaluationObserver: AnyObject {
    /// A node had a value.
    ///
    /// For a selected field or an index into JSON, the value is the JSON value itself (``Value/json(_:)``), so that its path
    /// in the document can be found. In loops a node is told of once for each step.
    func observe(node: Int, value: Value)
}

/// An observer that remembers everything it is told.
public final class EvaluationTrace: EvaluationObserver {
    /// What a node's value was.
    public struct Entry {
        /// The node's id.
        public let node: Int
        /// Its value.
        public let value: Value
    }

    /// The values, in the order in which they were made.
    public private(set) var entries: [Entry] = []
    private let limit: Int
    /// The number of the last entry of each node, from 1; 0 where it has none.
    private var latest: [Int32] = []

    /// Makes an empty trace that keeps at most so many entries.
    public init(limit: Int = 100_000) { self.limit = limit }

    /// Remembers a value.
    public func observe(node: Int, value: Value) {
        guard entries.count < limit, node >= 0 else { return }
        entries.append(Entry(node: node, value: value))
        while latest.count <= node { latest.append(0) }
        latest[node] = Int32(truncatingIfNeeded: entries.count)
    }

    /// The last value of a node.
    public func value(of node: Expression) -> Value? { value(ofNode: node.id) }

    /// The last value of the node with an id.
    package func value(ofNode id: Int) -> Value? {
        guard latest.indices.contains(id), latest[id] > 0 else { return nil }
        return entries[Int(latest[id]) - 1].value
    }

    /// Forgets everything and keeps the room for it.
    package func forget() {
        for entry in entries where latest.indices.contains(entry.node) { latest[entry.node] = 0 }
        entries.removeAll(keepingCapacity: true)
    }
}

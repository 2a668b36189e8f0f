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

    /// Makes an empty trace that keeps at most so many entries.
    public init(limit: Int = 100_000) { self.limit = limit }

    /// Remembers a value.
    public func observe(node: Int, value: Value) {
        if entries.count < limit { entries.append(Entry(node: node, value: value)) }
    }

    /// The last value of a node.
    public func value(of node: Expression) -> Value? { entries.last { $0.node == node.id }?.value }
}

/// The latest of many values: a set that forgets the oldest when it is full.
struct RecentSet<Value: Hashable> {
    private let capacity: Int
    private var known: Set<Value> = []
    private var order: [Value] = []
    private var oldest = 0

    /// Makes an empty set.
    ///
    /// - Parameter capacity: how many values are remembered.
    init(capacity: Int) { self.capacity = max(capacity, 1) }

    /// Remembers a value.
    ///
    /// - Parameter value: the value.
    /// - Returns: whether it was not known.
    mutating func insert(_ value: Value) -> Bool {
        guard known.insert(value).inserted else { return false }
        if order.count < capacity {
            order.append(value)
        } else {
            known.remove(order[oldest])
            order[oldest] = value
            oldest = (oldest + 1) % capacity
        }
        return true
    }

    /// Says whether a value is remembered.
    func contains(_ value: Value) -> Bool { known.contains(value) }
}

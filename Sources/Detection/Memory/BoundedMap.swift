/// A map that forgets what was not used for long when it is full.
///
/// Two generations: entries are looked up in both and brought into the young one when used; when the young one is half
/// of what may be kept, the old one is dropped. That is near enough to least recently used, at the price of a
/// dictionary.
struct BoundedMap<Key: Hashable, Value> {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let half: Int
    /// How many entries were forgotten.
    private(set) var forgotten = 0

    init(capacity: Int) { half = max(1, capacity / 2) }

    var count: Int { young.count + old.count }

    subscript(key: Key) -> Value? {
        mutating get {
            if let value = young[key] { return value }
            guard !old.isEmpty, let value = old.removeValue(forKey: key) else { return nil }
            insert(value, for: key)
            return value
        }
        set {
            if !old.isEmpty { old.removeValue(forKey: key) }
            guard let newValue else {
                young.removeValue(forKey: key)
                return
            }
            insert(newValue, for: key)
        }
    }

    /// Changes a value in its place; where there is none, one is made first.
    mutating func update(_ key: Key, making make: @autoclosure () -> Value, _ change: (inout Value) -> Void) {
        if let index = young.index(forKey: key) {
            change(&young.values[index])
            return
        }
        var value = (old.isEmpty ? nil : old.removeValue(forKey: key)) ?? make()
        change(&value)
        insert(value, for: key)
    }

    /// Looks without counting as use.
    func peek(_ key: Key) -> Value? { young[key] ?? old[key] }

    /// All values, in no order.
    var values: [Value] { Array(young.values) + Array(old.values) }

    private mutating func insert(_ value: Value, for key: Key) {
        if young.count >= half, young[key] == nil {
            forgotten += old.count
            old = young
            young = [:]
        }
        young[key] = value
    }
}

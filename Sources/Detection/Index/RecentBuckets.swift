/// The buckets of the numbers that came last, found without hashing or counting more than one reference.
///
/// It holds none of them: whoever lets go of buckets calls ``forget()`` before.
final class RecentBuckets {
    private struct Entry {
        var key: UInt64 = 0
        /// Whether the number came.
        var isKnown = false
        var bucket: Unmanaged<RuleBucket>?
    }

    private let entries: UnsafeMutablePointer<Entry>
    private static let width = 9
    private static var size: Int { 1 << width }

    init() {
        entries = .allocate(capacity: Self.size)
        entries.initialize(repeating: Entry(), count: Self.size)
    }

    deinit { entries.deallocate() }

    /// The bucket of a number: the one that came last for it, or what is found.
    @inline(__always)
    func bucket(of key: UInt64, _ find: () -> RuleBucket?) -> RuleBucket? {
        // The texts stand in the low bits, of which many are alike: a multiplication mixes them into the high ones.
        let entry = entries + Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - Self.width))
        if entry.pointee.isKnown, entry.pointee.key == key { return entry.pointee.bucket?.takeUnretainedValue() }
        let found = find()
        entry.pointee = Entry(key: key, isKnown: true, bucket: found.map { .passUnretained($0) })
        return found
    }

    func forget() { entries.update(repeating: Entry(), count: Self.size) }
}

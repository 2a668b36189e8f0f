extension JSONValue {
    /// Whether any object in the value has two members of one name.
    ///
    /// Made to be asked of every deployment: one walk along the tape, in which names are told apart by two sets of 64 bits
    /// first. ``JSONDocument/firstDuplicateKey(in:)`` says which it is.
    public var hasRepeatedMembers: Bool {
        withUnsafeTemporaryAllocation(of: OpenValue.self, capacity: Self.followedDepth) { open in
            hasRepeatedMembers(open)
        }
    }

    /// How deep the walk goes by itself; what lies deeper is walked by another.
    private static var followedDepth: Int { 64 }

    /// An object or array that the walk is inside of.
    private struct OpenValue: BitwiseCopyable {
        /// Where the object stands; nil for an array, whose elements have no names.
        var object: Int?
        /// Whether all its names were looked at when it was opened.
        var isSettled = false
        /// Sets of the names so far.
        var seen: (UInt64, UInt64) = (0, 0)
    }

    private func hasRepeatedMembers(_ open: UnsafeMutableBufferPointer<OpenValue>) -> Bool {
        guard tag == TapeTag.object || tag == TapeTag.array else { return false }
        let tape = storage.pointee.tape
        let end = indexAfter
        var depth = 0
        var current = OpenValue(object: nil)
        // The value itself is walked as the element of an array would be, so `current` is an array at first.
        var at = index
        while at < end {
            var tag = UInt8(truncatingIfNeeded: tape[at] >> 56)
            if tag == TapeTag.objectEnd || tag == TapeTag.arrayEnd {
                depth -= 1
                current = open[depth]
                at += 1
                continue
            }
            if let object = current.object {
                if !current.isSettled, isRepeated(at, in: object, &current.seen) { return true }
                at += 1
                tag = UInt8(truncatingIfNeeded: tape[at] >> 56)
            }
            switch tag {
            case TapeTag.object, TapeTag.array:
                let value = JSONValue(storage: storage, index: at)
                guard depth < open.count else {
                    if value.hasRepeatedMembers { return true }
                    at = value.indexAfter
                    continue
                }
                open[depth] = current
                depth += 1
                current = OpenValue(object: tag == TapeTag.object ? at : nil)
                if tag == TapeTag.object, value.count > Self.searched {
                    if value.hasRepeatedNames { return true }
                    current.isSettled = true
                }
                at += 1
            case TapeTag.int64, TapeTag.uint64, TapeTag.double: at += 2
            default: at += 1
            }
        }
        return false
    }

    /// Whether the name on the tape is not the first of its kind in its object.
    @inline(__always)
    private func isRepeated(_ place: Int, in object: Int, _ seen: inout (UInt64, UInt64)) -> Bool {
        let name = JSONValue(storage: storage, index: place).stringAtPayload
        let bits = Self.bits(of: name)
        defer { seen = (seen.0 | bits.0, seen.1 | bits.1) }
        guard seen.0 & bits.0 != 0, seen.1 & bits.1 != 0 else { return false }
        // `member(_:)` finds the first of a name; a later one is a repetition.
        return JSONValue(storage: storage, index: object).member(name)?.index != place + 1
    }

    /// How many members an object may have in which names are looked for from the front; more would take too long.
    private static var searched: Int { 64 }

    /// Whether two members of the object itself have one name.
    private var hasRepeatedNames: Bool {
        var seen = Set<JSONText>(minimumCapacity: count)
        for member in members where !seen.insert(member.key).inserted { return true }
        return false
    }

    @inline(__always)
    private static func bits(of key: JSONText) -> (UInt64, UInt64) {
        guard key.count > 0 else { return (1, 1) }
        let length = UInt64(truncatingIfNeeded: key.count)
        let (first, last) = (UInt64(key.start[0]), UInt64(key.start[key.count - 1]))
        return (1 << ((first &+ length &* 7) & 63), 1 << ((last &+ UInt64(key.start[key.count / 2]) &* 3) & 63))
    }
}

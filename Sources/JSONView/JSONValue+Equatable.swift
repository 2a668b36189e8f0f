extension JSONValue: Equatable {
    /// Whether two values have the same content.
    ///
    /// Numbers are compared as numbers whatever their notation, objects without regard to order; of duplicate members
    /// the first counts. Depth is bounded by the parser's limit.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        if left.storage == right.storage, left.index == right.index { return true }
        switch (left.kind, right.kind) {
        case (.null, .null): return true
        case (.bool, .bool): return left.bool == right.bool
        case (.string, .string): return left.stringAtPayload == right.stringAtPayload
        case (.array, .array):
            guard left.count == right.count else { return false }
            return zip(left.elements, right.elements).allSatisfy { $0 == $1 }
        case (.object, .object):
            return left.hasMembers(of: right)
        case (.bigNumber, .bigNumber) where left.bigNumberText == right.bigNumberText: return true
        default: return left.equalsAsNumber(right)
        }
    }

    private func hasMembers(of other: JSONValue) -> Bool {
        // Mostly both come from one writer, in one order. Values are compared once only, on one way or the other: twice a
        // level would be exponential in the depth.
        if count == other.count, zip(members, other.members).allSatisfy({ $0.key == $1.key }), repeatedMember() == nil {
            return zip(members, other.members).allSatisfy { $0.value == $1.value }
        }
        // By hash, since a hostile object may have a hundred thousand members.
        let mine = firstMembers()
        let theirs = other.firstMembers()
        return mine.count == theirs.count
            && mine.allSatisfy { key, value in theirs[key].map { $0 == value } ?? false }
    }

    private func firstMembers() -> [JSONText: JSONValue] {
        Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    private func equalsAsNumber(_ other: JSONValue) -> Bool {
        if let mine = int64, let theirs = other.int64 { return mine == theirs }
        if let mine = uint64, let theirs = other.uint64 { return mine == theirs }
        guard let mine = double, let theirs = other.double else { return false }
        // An integer and a double are equal only where the double holds that very integer.
        if let integer = int64 ?? other.int64 { return mine == theirs && Int64(exactly: mine) == integer }
        if let integer = uint64 ?? other.uint64 { return mine == theirs && UInt64(exactly: mine) == integer }
        return mine == theirs
    }
}

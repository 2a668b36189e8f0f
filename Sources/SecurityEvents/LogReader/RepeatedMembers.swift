import JSONView

extension JSONValue {
    /// Whether any object in the value has two members of one name.
    ///
    /// Made to be asked of every deployment: names are told apart by two sets of 64 bits first.
    var hasRepeatedMembers: Bool {
        if kind == .object {
            if count > 64 { return hasRepeatedMembersAmongMany }
            var seen: (UInt64, UInt64) = (0, 0)
            for member in members {
                let bits = Self.bits(of: member.key)
                // `member(_:)` finds the first of a name; a later one is a repetition.
                if seen.0 & bits.0 != 0, seen.1 & bits.1 != 0,
                    self.member(member.key)?.index != member.value.index
                {
                    return true
                }
                seen = (seen.0 | bits.0, seen.1 | bits.1)
                if member.value.count > 0, member.value.hasRepeatedMembers { return true }
            }
            return false
        }
        for element in elements where element.count > 0 && element.hasRepeatedMembers { return true }
        return false
    }

    private var hasRepeatedMembersAmongMany: Bool {
        var seen = Set<JSONText>(minimumCapacity: count)
        for member in members {
            if !seen.insert(member.key).inserted { return true }
            if member.value.count > 0, member.value.hasRepeatedMembers { return true }
        }
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

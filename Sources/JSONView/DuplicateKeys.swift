extension JSONDocument {
    /// The first member whose name stands already in its object.
    ///
    /// JSON leaves the meaning of duplicates open (RFC 8259, section 4): two readers may take two different values. Use
    /// it before trusting a body that somebody else will read as well.
    ///
    /// - Parameter value: where to look, the whole document unless given.
    /// - Returns: an error that names the key and the position of its second value; nil where there is none.
    public func firstDuplicateKey(in value: JSONValue? = nil) -> JSONError? {
        var waiting = [value ?? root]
        while let next = waiting.popLast() {
            if let found = next.repeatedMember() {
                return JSONError(.duplicateKey(String(found.key)), at: sourceRange(of: found.value)?.lowerBound ?? 0)
            }
            for element in next.elements where element.count > 0 { waiting.append(element) }
            for member in next.members where member.value.count > 0 { waiting.append(member.value) }
        }
        return nil
    }
}

extension JSONValue {
    func repeatedMember() -> (key: JSONText, value: JSONValue)? {
        guard kind == .object, count > 1 else { return nil }
        if count <= 16 {
            for member in members {
                // `member(_:)` finds the first of a name; a later one is a repetition.
                if let first = self.member(member.key), first.index != member.value.index { return member }
            }
            return nil
        }
        var seen = Set<JSONText>(minimumCapacity: count)
        for member in members where !seen.insert(member.key).inserted { return member }
        return nil
    }
}

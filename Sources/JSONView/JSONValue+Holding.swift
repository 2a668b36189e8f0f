extension JSONValue {
    /// The string of which a text is a part, in place and not by content.
    ///
    /// - Parameter text: a view that was read from this value or from anywhere else.
    /// - Returns: the string, which may be the name of a member; nil where the text is read from elsewhere.
    public func string(holding text: JSONText) -> JSONValue? {
        let strings = UInt(bitPattern: storage.pointee.strings)
        let wanted = UInt(bitPattern: text.start)
        guard wanted > strings else { return nil }
        let tape = storage.pointee.tape
        var at = index
        let end = indexAfter
        while at < end {
            let word = tape[at]
            switch UInt8(truncatingIfNeeded: word >> 56) {
            case TapeTag.string:
                let string = JSONValue(storage: storage, index: at).stringAtPayload
                let first = UInt(bitPattern: string.start)
                if first <= wanted, wanted + UInt(text.count) <= first + UInt(string.count) {
                    return JSONValue(storage: storage, index: at)
                }
                at += 1
            case TapeTag.int64, TapeTag.uint64, TapeTag.double: at += 2
            default: at += 1
            }
        }
        return nil
    }
}

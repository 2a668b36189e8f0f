extension JSONDocument {
    /// Where a value stands in the text that was parsed, as byte positions.
    ///
    /// The text is read again up to the value, so this is for messages and evidence, not for hot paths.
    ///
    /// - Parameter value: a value of this document.
    /// - Returns: the bytes from the value's first to behind its last; nil for a value of another document.
    public func sourceRange(of value: JSONValue) -> Range<Int>? {
        guard value.storage == storageView else { return nil }
        var cursor = JSONCursor(bytes)
        var discarded: [UInt8] = []
        var index = 1
        var start: Int?
        let end = value.indexAfter
        while !cursor.isAtEnd {
            while let byte = cursor.peek(), Self.isFiller(byte) { cursor.advance() }
            guard let byte = cursor.peek() else { break }
            if index == value.index, start == nil { start = cursor.position }
            do throws(JSONError) {
                index += try cursor.skipToken(byte, &discarded)
            } catch {
                return nil
            }
            discarded.removeAll(keepingCapacity: true)
            if let start, index == end { return start..<cursor.position }
        }
        return nil
    }

    /// The exact text of a number, as it was written.
    ///
    /// - Parameter value: a number of this document.
    /// - Returns: the characters, or nil for anything but a number of this document.
    public func numberText(of value: JSONValue) -> String? {
        switch value.kind {
        case .int64, .uint64, .double, .bigNumber:
            sourceRange(of: value).map { String(decoding: bytes[$0], as: UTF8.self) }
        default: nil
        }
    }

    private static func isFiller(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: ","), UInt8(ascii: ":"): true
        default: false
        }
    }
}

extension JSONCursor {
    /// Passes over one token; says how many words it has on the tape.
    fileprivate mutating func skipToken(_ byte: UInt8, _ discarded: inout [UInt8]) throws(JSONError) -> Int {
        switch byte {
        case UInt8(ascii: "\""):
            try readString(into: &discarded)
            return 1
        case UInt8(ascii: "t"):
            try expect("true")
            return 1
        case UInt8(ascii: "f"):
            try expect("false")
            return 1
        case UInt8(ascii: "n"):
            try expect("null")
            return 1
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let number = try readNumber()
            // The tape holds a number beyond the machine's types as one word, others as two.
            if number.isInteger { return Int64(number.text) != nil || UInt64(number.text) != nil ? 2 : 1 }
            return Double(number.text)?.isFinite == true ? 2 : 1
        default:
            advance()
            return 1
        }
    }
}

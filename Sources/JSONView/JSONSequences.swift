/// The elements of a JSON array, in order.
public struct JSONElements: Sequence, IteratorProtocol, BitwiseCopyable {
    @usableFromInline let storage: UnsafePointer<JSONStorage>
    @usableFromInline var position: Int
    @usableFromInline let end: Int

    @inlinable
    init(_ value: JSONValue) {
        storage = value.storage
        guard value.tag == TapeTag.array else {
            (position, end) = (0, 0)
            return
        }
        position = value.index + 1
        end = value.indexAfter - 1
    }

    @inlinable @inline(__always)
    public mutating func next() -> JSONValue? {
        guard position < end else { return nil }
        let element = JSONValue(storage: storage, index: position)
        position = element.indexAfter
        return element
    }
}

/// The members of a JSON object, in the order of the text.
public struct JSONMembers: Sequence, IteratorProtocol, BitwiseCopyable {
    @usableFromInline let storage: UnsafePointer<JSONStorage>
    @usableFromInline var position: Int
    @usableFromInline let end: Int

    @inlinable
    init(_ value: JSONValue) {
        storage = value.storage
        guard value.tag == TapeTag.object else {
            (position, end) = (0, 0)
            return
        }
        position = value.index + 1
        end = value.indexAfter - 1
    }

    @inlinable @inline(__always)
    public mutating func next() -> (key: JSONText, value: JSONValue)? {
        guard position < end else { return nil }
        let key = JSONValue(storage: storage, index: position).stringAtPayload
        let value = JSONValue(storage: storage, index: position + 1)
        position = value.indexAfter
        return (key, value)
    }
}

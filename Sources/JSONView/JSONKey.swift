/// The name of a member, prepared once so that looking it up allocates nothing.
public struct JSONKey: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    // A key is made once for a program or a schema and lives as long as the process may need it, so that its bytes can be
    // compared through a bare pointer. The holder frees them when the last copy goes.
    private let storage: KeyBytes

    /// The bytes of the name; alive as long as the key is.
    public var text: JSONText { JSONText(start: storage.bytes, count: storage.count) }

    /// Prepares a name.
    public init(_ name: String) { storage = KeyBytes(name) }

    /// Prepares a name.
    public init(stringLiteral name: String) { self.init(name) }

    /// The name.
    public var description: String { String(text) }

    public static func == (left: JSONKey, right: JSONKey) -> Bool { left.text == right.text }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Bytes of a key, never written after `init`.
private final class KeyBytes: Sendable {
    nonisolated(unsafe) let bytes: UnsafePointer<UInt8>
    let count: Int

    init(_ name: String) {
        let utf8 = Array(name.utf8)
        let room = UnsafeMutablePointer<UInt8>.allocate(capacity: utf8.count + 1)
        room.initialize(from: utf8, count: utf8.count)
        room[utf8.count] = 0
        bytes = UnsafePointer(room)
        count = utf8.count
    }

    deinit { bytes.deallocate() }
}

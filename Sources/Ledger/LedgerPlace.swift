/// How far a source was read, to be kept together with what was read.
public struct LedgerPlace: Sendable {
    /// The source's name.
    public let source: String
    /// Writes the place; it is asked only when the place is really kept, as most are overtaken by the next.
    public let bytes: @Sendable () -> [UInt8]

    /// Names a place.
    ///
    /// - Parameters:
    ///   - source: the source's name.
    ///   - bytes: writes the place, as the source reads it after a restart.
    public init(source: String, bytes: @escaping @Sendable () -> [UInt8]) {
        self.source = source
        self.bytes = bytes
    }
}

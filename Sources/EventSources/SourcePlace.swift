/// How far a source was read, kept together with what was read so that neither is kept without the other.
package struct SourcePlace: Sendable, Equatable {
    /// The source's name.
    package let source: String
    /// Writes the place as the source reads it after a restart; most places are overtaken before anybody asks.
    package let bytes: @Sendable () -> [UInt8]

    /// Names a place.
    ///
    /// - Parameters:
    ///   - source: the source's name.
    ///   - bytes: writes the place.
    package init(source: String, bytes: @escaping @Sendable () -> [UInt8]) {
        self.source = source
        self.bytes = bytes
    }

    /// Places are equal when they are written alike.
    package static func == (left: SourcePlace, right: SourcePlace) -> Bool {
        left.source == right.source && left.bytes() == right.bytes()
    }
}

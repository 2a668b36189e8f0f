/// A place in what a source tells: everything before it has been told.
///
/// Whoever keeps what was told says so with `kept`, once it is safe from the process' end. A source that can tell things
/// again (a file, a client that waits for its answer) goes on from there after a restart, so that nothing is lost.
package struct SourceMark: Sendable, Equatable {
    private let number: UInt64
    /// How far the source is, where it can go on from there after a restart.
    package let place: SourcePlace?
    /// Says that everything before the mark is safe.
    package let kept: @Sendable () async -> Void

    /// Makes a mark.
    ///
    /// - Parameters:
    ///   - number: tells it from others of its source.
    ///   - place: how far the source is; it is kept with everything before.
    ///   - kept: is called when everything before the mark is safe.
    package init(number: UInt64, place: SourcePlace? = nil, kept: @escaping @Sendable () async -> Void) {
        self.number = number
        self.place = place
        self.kept = kept
    }

    /// Marks of one source are equal when their numbers are.
    package static func == (left: SourceMark, right: SourceMark) -> Bool { left.number == right.number }
}

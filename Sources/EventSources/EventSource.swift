/// Something that tells what happens: a live engine, a growing file.
///
/// The contract, which `EventSourceContract` tests for every source:
///
/// - items are given in the order in which they happened, as far as the source knows it;
/// - the source waits while `emit` does, and never holds more than a stated amount of memory meanwhile;
/// - what was or may have been lost is a gap, never silence;
/// - when the task is cancelled, `run` ends soon, by returning or by throwing;
/// - `run` throws only what makes the source useless from the start; whatever can pass is tried again.
package protocol EventSource: Sendable {
    /// The name of the source, as the user gave it.
    var name: String { get }

    /// Tells what happens until there is no more, or the task is cancelled.
    ///
    /// - Parameter emit: takes one item; it may wait.
    /// - Throws: why the source is of no use, or what `emit` threw.
    func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws
}

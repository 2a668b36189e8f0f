/// What watching needs of an API server; `KubernetesClient` has it, and tests play it.
package protocol KubernetesAPI: Sendable {
    /// The changes of one connection.
    associatedtype Changes: AsyncSequence & Sendable where Changes.Element == ResponseLines.Element

    /// The server's address.
    var server: String { get }

    /// Gives a page of a resource's objects.
    ///
    /// - Parameters:
    ///   - path: the resource's path.
    ///   - limit: how many objects at most.
    ///   - token: what the page before said to go on with; nil for the first.
    /// - Returns: the list, JSON.
    /// - Throws: `KubernetesError`, or `CancellationError`.
    func list(_ path: String, limit: Int, continuing token: String?) async throws -> [UInt8]

    /// Follows what becomes of a resource's objects.
    ///
    /// - Parameters:
    ///   - path: the resource's path.
    ///   - resourceVersion: the position after which changes are told.
    ///   - seconds: how long the server keeps the stream.
    /// - Returns: the changes, a `WatchEvent` a line; the stream is open when this returns.
    /// - Throws: `KubernetesError`, or `CancellationError`.
    func watch(_ path: String, from resourceVersion: String, seconds: Int) async throws -> Changes
}

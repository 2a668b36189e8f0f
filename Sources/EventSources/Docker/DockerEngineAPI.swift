import PlatformAPIs

/// What a live source needs of a Docker engine; `DockerEngine` has it, and tests play it.
package protocol DockerEngineAPI: Sendable {
    /// The events of one connection.
    associatedtype Events: AsyncSequence & Sendable where Events.Element == DockerEventStream.Element

    /// The path of the engine's socket.
    var path: String { get }

    /// Agrees on a version of the API.
    func negotiate() async throws -> DockerVersion
    /// Follows what happens; `since` and `until` are seconds with nanoseconds after the dot.
    func events(since: String?, until: String?) async throws -> Events
    /// Gives the identifiers of the running containers.
    func runningContainers() async throws -> [String]
    /// Gives everything about one container; nil when there is no such container any more.
    func inspect(_ identifier: String) async throws -> [UInt8]?
}

extension DockerEngine: DockerEngineAPI {
    /// The path of the engine's socket.
    package var path: String { socket.path }

    /// Follows what happens in the engine.
    ///
    /// - Parameters:
    ///   - since: replays events from this moment on.
    ///   - until: ends the stream after this moment.
    /// - Returns: the events.
    /// - Throws: why the engine cannot be asked.
    package func events(since: String?, until: String?) async throws -> DockerEventStream {
        try await events(since: since, until: until, filters: [:])
    }
}

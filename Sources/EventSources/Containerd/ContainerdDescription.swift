import PlatformAPIs

/// What a container was at the moment at which an event told of its making.
enum ContainerdDescription: Sendable {
    /// What containerd said of it.
    case known([UInt8])
    /// It was gone already.
    case gone
    /// Nobody asked, or there was no answer.
    case notAsked

    /// Asks, where an event says that a container was made.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - engine: containerd.
    init(of event: ContainerdEvent, from engine: some ContainerdAPI) async {
        guard event.topic == "/containers/create", !event.container.isEmpty else {
            self = .notAsked
            return
        }
        do {
            self = try await engine.container(event.container, in: event.namespace).map { .known($0) } ?? .gone
        } catch {
            // Whoever tells the event asks again, and finds out what is wrong.
            self = .notAsked
        }
    }
}

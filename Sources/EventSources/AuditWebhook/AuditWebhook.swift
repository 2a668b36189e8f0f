import HTTPListener
import PlatformAPIs
import SecurityEvents
import Synchronization

/// Receives audit events from Kubernetes API servers (`--audit-webhook-config-file`).
///
/// A batch is answered when its events are kept, so that an API server sends again what was not; what it sends twice is told
/// once. When there is no room it is told to come again (429).
package struct AuditWebhook: EventSource {
    /// How API servers are listened to.
    package struct Options: Sendable {
        /// The address to listen on.
        package var host = "127.0.0.1"
        /// The port; 0 for any.
        package var port = 9443
        /// The path that batches are sent to.
        package var path = "/audit"
        /// The certificate, and whose certificates clients have to show; nil for plain HTTP.
        package var security: ListenerSecurity?
        /// The file with the token that clients have to show.
        package var tokenFile: String?
        /// How much clients may send.
        package var limits = HTTPListener.Limits()
        /// How many bytes may wait to be taken.
        package var waitingBytes = 64 << 20
        /// How long a batch may wait to be kept before its client is told to come again; Kubernetes waits 30 s itself.
        package var patience: Duration = .seconds(25)
        /// How many events are remembered, to know those that are sent again.
        package var memory = 1 << 16

        /// Makes the usual options.
        package init() {}
    }

    /// Why clients cannot be told apart.
    package struct Anonymous: Error, CustomStringConvertible {
        /// What to do about it.
        package var description: String {
            "anybody could send audit events: give the authority that signs the API server's client certificate, or a token"
        }
    }

    /// Where it listens.
    package let name: String
    private let options: Options
    private let time: SourceTime
    private let ready: @Sendable (Int) -> Void

    /// Names an address to listen on.
    ///
    /// - Parameters:
    ///   - options: how API servers are listened to.
    ///   - time: the clock to go by.
    ///   - ready: is told the port, once it listens.
    package init(_ options: Options, time: SourceTime = .system, ready: @escaping @Sendable (Int) -> Void = { _ in }) {
        name = "audit-webhook:\(options.host):\(options.port)"
        self.options = options
        self.time = time
        self.ready = ready
    }

    /// Tells what API servers send; never ends by itself.
    ///
    /// - Parameter emit: takes one item; it may wait.
    /// - Throws: `Anonymous`, `ListenerError`, `CancellationError`, or what `emit` threw.
    package func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
        guard options.tokenFile != nil || options.security?.clientAuthority != nil else { throw Anonymous() }
        let bearer = options.tokenFile.map { BearerCheck(file: $0) }
        _ = try bearer?.token()
        let inbox = AuditInbox(name: name, options: options, time: time)
        let listener = HTTPListener(
            host: options.host, port: options.port, security: options.security, limits: options.limits)
        let path = options.path
        let handlers = HTTPListener.Handlers(
            admit: { head in
                guard bearer?.accepts(head.authorization) ?? true else {
                    return HTTPAnswer(401, "no valid bearer token")
                }
                guard head.path == path else { return HTTPAnswer(404, "batches go to \(path)") }
                return head.method == "POST" ? nil : HTTPAnswer(405, "batches are sent with POST")
            }, incident: { inbox.note($0) }, respond: { await inbox.take($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await listener.run(handlers) { port in
                    try await inbox.announce("listening on port \(port) for batches of audit events")
                    ready(port)
                }
            }
            group.addTask { try await inbox.tell(emit) }
            defer { group.cancelAll() }
            // Neither ends but by an error.
            _ = try await group.next()
        }
    }
}

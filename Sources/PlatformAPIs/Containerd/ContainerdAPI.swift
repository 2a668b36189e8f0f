import SecurityEvents

/// What following containerd needs of it; the room `Containerd` has it, and tests play it.
package protocol ContainerdAPI: Sendable {
    /// The path of its socket.
    var path: String { get }

    /// Asks what it is.
    ///
    /// - Returns: its version, `1.7.24`.
    /// - Throws: `ContainerdError`, or `CancellationError`.
    func version() async throws -> String

    /// Tells the events of all namespaces, from about now on, until the connection ends.
    ///
    /// containerd does not say when a subscription stands, and tells nothing again.
    ///
    /// - Parameter take: takes one event; containerd keeps those that come while it waits.
    /// - Throws: `ContainerdError`, `CancellationError`, or what `take` threw.
    func follow(_ take: @escaping @Sendable (ContainerdEvent) async throws -> Void) async throws

    /// Lists the namespaces.
    ///
    /// - Returns: their names.
    /// - Throws: `ContainerdError`, or `CancellationError`.
    func namespaces() async throws -> [String]

    /// Lists the containers of a namespace, whether they run or not.
    ///
    /// - Parameter namespace: the namespace.
    /// - Returns: their identifiers.
    /// - Throws: `ContainerdError`, or `CancellationError`.
    func containers(in namespace: String) async throws -> [String]

    /// Lists the containers of a namespace whose processes run.
    ///
    /// - Parameter namespace: the namespace.
    /// - Returns: the numbers of their first processes, by their identifiers.
    /// - Throws: `ContainerdError`, or `CancellationError`.
    func running(in namespace: String) async throws -> [String: UInt32]

    /// Describes a container.
    ///
    /// - Parameters:
    ///   - identifier: the container's identifier.
    ///   - namespace: the namespace that it is in.
    /// - Returns: one JSON object, as `ctr containers info` prints it, with `Namespace`; nil when there is none any more.
    /// - Throws: `ContainerdError`, or `CancellationError`.
    func container(_ identifier: String, in namespace: String) async throws -> [UInt8]?
}

/// Something that happened in containerd.
package struct ContainerdEvent: Sendable, Equatable {
    /// The namespace that it happened in.
    package var namespace: String
    /// What happened: `/tasks/start`.
    package var topic: String
    /// The container that it happened to; empty for images and namespaces.
    package var container: String
    /// Where the container's first process starts or ends, its number.
    package var process: UInt32?
    /// The event as one JSON object: `timestamp`, `namespace`, `topic` and `event`, whose members are containerd's.
    package var json: [UInt8]

    /// Makes an event.
    ///
    /// - Parameters:
    ///   - namespace: the namespace that it happened in.
    ///   - topic: what happened.
    ///   - container: the container that it happened to.
    ///   - process: where the container's first process starts or ends, its number.
    ///   - json: the event as one JSON object.
    package init(namespace: String, topic: String, container: String, process: UInt32? = nil, json: [UInt8]) {
        self.namespace = namespace
        self.topic = topic
        self.container = container
        self.process = process
        self.json = json
    }
}

/// Why containerd could not be asked, and what to do about it.
package enum ContainerdError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nothing listens on the socket.
    case notListening(path: String)
    /// This user may not use the socket.
    case forbidden(path: String)
    /// It took too long.
    case timedOut(request: String)
    /// It answered that it would not.
    case refused(request: String, code: String, message: String)
    /// The connection ended.
    case interrupted(request: String, String)

    /// What was wrong and what to do, as a person reads it.
    package var description: String {
        switch self {
        case .notListening(let path): "\(path): nothing listens there; is containerd running?"
        case .forbidden(let path): "\(path): permission denied; run as root or as a member of the socket's group"
        case .timedOut(let request): "containerd: no answer to \(request) in time"
        case .refused(let request, let code, let message): "containerd refused \(request): \(code): \(message)"
        case .interrupted(let request, let reason): "containerd: connection lost during \(request): \(reason)"
        }
    }
}

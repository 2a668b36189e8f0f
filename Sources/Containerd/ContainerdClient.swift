#if Containerd
    internal import GRPCCore
    internal import GRPCNIOTransportHTTP2Posix
    package import PlatformAPIs
    internal import SwiftProtobuf

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #else
        import Darwin
    #endif

    /// Asks containerd over its unix socket; reads only, and changes nothing.
    package final class ContainerdClient: ContainerdAPI {
        /// The largest answer: a list has every container's specification.
        private static let answerLimit = 64 << 20

        /// The path of its socket.
        package let path: String
        private let client: GRPCClient<HTTP2ClientTransport.Posix>
        private let connections: Task<Void, any Error>
        private let timeout: Duration

        /// Makes a client, which has to be `shutdown()` in the end.
        ///
        /// It connects at once, and again whenever the connection is lost.
        ///
        /// - Parameters:
        ///   - path: the path of the socket.
        ///   - timeout: how long one answer may take.
        /// - Throws: `ContainerdError`, where nobody can connect there.
        package init(path: String, timeout: Duration = .seconds(10)) throws(ContainerdError) {
            self.path = path
            self.timeout = timeout
            if let obstacle = Self.obstacle(path) { throw obstacle }
            let transport: HTTP2ClientTransport.Posix
            do {
                transport = try HTTP2ClientTransport.Posix(
                    target: .unixDomainSocket(path: path, authority: "localhost"), transportSecurity: .plaintext,
                    config: .defaults { config in
                        // Where nothing happens for long, nothing is sent; a dead engine closes its socket.
                        config.connection.maxIdleTime = nil
                        config.backoff.initial = .milliseconds(200)
                        config.backoff.max = .seconds(5)
                    })
            } catch {
                throw .interrupted(request: "connect", "\(error)")
            }
            let client = GRPCClient(transport: transport)
            self.client = client
            connections = Task { try await client.runConnections() }
        }

        /// Ends the connection.
        package func shutdown() async {
            client.beginGracefulShutdown()
            connections.cancel()
            _ = await connections.result
        }

        /// Why nobody can connect to a socket, as far as the file says.
        private static func obstacle(_ path: String) -> ContainerdError? {
            guard access(path, F_OK) == 0 else { return .notListening(path: path) }
            return access(path, W_OK) == 0 ? nil : .forbidden(path: path)
        }

        package func version() async throws -> String {
            let answer: Containerd_VersionResponse = try await ask(
                "containerd.services.version.v1.Version", "Version", Google_Protobuf_Empty())
            return answer.version
        }

        package func namespaces() async throws -> [String] {
            let answer: Containerd_ListNamespacesResponse = try await ask(
                "containerd.services.namespaces.v1.Namespaces", "List", Containerd_ListNamespacesRequest())
            return answer.namespaces.map(\.name)
        }

        package func containers(in namespace: String) async throws -> [String] {
            // containerd sends no message of more than 16 MiB, and its list has the specification of each container.
            if let identifiers = try await streamedContainers(in: namespace) { return identifiers }
            let answer: Containerd_ListContainersResponse = try await ask(
                "containerd.services.containers.v1.Containers", "List", Containerd_ListContainersRequest(), namespace)
            return answer.containers.map(\.id)
        }

        /// Lists the containers of a namespace, a message each.
        ///
        /// - Parameter namespace: the namespace.
        /// - Returns: their identifiers; nil where this containerd only knows lists.
        /// - Throws: `ContainerdError`, or `CancellationError`.
        private func streamedContainers(in namespace: String) async throws -> [String]? {
            let request = "Containers.ListStream"
            if let obstacle = Self.obstacle(path) { throw obstacle }
            var metadata = Metadata()
            metadata.addString(namespace, forKey: "containerd-namespace")
            var options = options(waits: true)
            options.timeout = timeout
            do {
                return try await client.serverStreaming(
                    request: ClientRequest(message: Containerd_ListContainersRequest(), metadata: metadata),
                    descriptor: MethodDescriptor(
                        fullyQualifiedService: "containerd.services.containers.v1.Containers", method: "ListStream"),
                    serializer: Messages<Containerd_ListContainersRequest>(),
                    // A message of the stream has one container where the list has all of them: field 1 of either.
                    deserializer: Messages<Containerd_ListContainersResponse>(), options: options
                ) { response in
                    var identifiers: [String] = []
                    for try await message in response.messages { identifiers += message.containers.map(\.id) }
                    return identifiers
                }
            } catch let error as RPCError where error.code == .unimplemented {
                return nil
            } catch {
                try Task.checkCancellation()
                throw Self.explained(error, request)
            }
        }

        package func running(in namespace: String) async throws -> [String: UInt32] {
            let answer: Containerd_ListTasksResponse = try await ask(
                "containerd.services.tasks.v1.Tasks", "List", Containerd_ListTasksRequest(), namespace)
            // RUNNING, PAUSED, PAUSING
            let running = answer.tasks.filter { [2, 4, 5].contains($0.status) }
            // A list names the container of a task as the task's own identifier.
            return Dictionary(running.map { ($0.id.isEmpty ? $0.containerID : $0.id, $0.pid) }) { first, _ in first }
        }

        package func container(_ identifier: String, in namespace: String) async throws -> [UInt8]? {
            var request = Containerd_GetContainerRequest()
            request.id = identifier
            do {
                let answer: Containerd_GetContainerResponse = try await ask(
                    "containerd.services.containers.v1.Containers", "Get", request, namespace)
                return ContainerdJSON.container(answer.container, in: namespace)
            } catch ContainerdError.refused(_, code: "notFound", _) {
                return nil
            }
        }

        package func follow(_ take: @escaping @Sendable (ContainerdEvent) async throws -> Void) async throws {
            let request = "Events.Subscribe"
            do {
                try await client.serverStreaming(
                    request: ClientRequest(message: Containerd_SubscribeRequest()),
                    descriptor: MethodDescriptor(
                        fullyQualifiedService: "containerd.services.events.v1.Events", method: "Subscribe"),
                    serializer: Messages<Containerd_SubscribeRequest>(),
                    deserializer: Messages<Containerd_Envelope>(), options: options(waits: false)
                ) { response in
                    for try await envelope in response.messages {
                        do { try await take(ContainerdJSON.event(envelope)) } catch {
                            throw TakerFailure(reason: error)
                        }
                    }
                }
            } catch let error as TakerFailure {
                throw error.reason
            } catch {
                try Task.checkCancellation()
                throw Self.explained(error, request)
            }
        }

        /// What the taker of events threw.
        private struct TakerFailure: Error {
            let reason: any Error
        }

        private func options(waits: Bool) -> CallOptions {
            var options = CallOptions.defaults
            options.maxResponseMessageBytes = Self.answerLimit
            options.waitForReady = waits
            return options
        }

        private func ask<Request: Message, Answer: Message>(
            _ service: String, _ method: String, _ message: Request, _ namespace: String? = nil
        ) async throws -> Answer {
            let request = "\(service.split(separator: ".").last ?? "").\(method)"
            if let obstacle = Self.obstacle(path) { throw obstacle }
            var metadata = Metadata()
            if let namespace { metadata.addString(namespace, forKey: "containerd-namespace") }
            var options = options(waits: true)
            options.timeout = timeout
            do {
                return try await client.unary(
                    request: ClientRequest(message: message, metadata: metadata),
                    descriptor: MethodDescriptor(fullyQualifiedService: service, method: method),
                    serializer: Messages<Request>(), deserializer: Messages<Answer>(), options: options
                ) { try $0.message }
            } catch {
                try Task.checkCancellation()
                throw Self.explained(error, request)
            }
        }

        private static func explained(_ error: any Error, _ request: String) -> ContainerdError {
            guard let error = error as? RPCError else { return .interrupted(request: request, "\(error)") }
            switch error.code {
            case .deadlineExceeded: return .timedOut(request: request)
            case .unavailable, .cancelled: return .interrupted(request: request, error.message)
            case .notFound: return .refused(request: request, code: "notFound", message: error.message)
            default: return .refused(request: request, code: "\(error.code)", message: error.message)
            }
        }
    }

    /// Writes and reads messages as protobuf does; what is not in a message here is not kept.
    private struct Messages<Message: SwiftProtobuf.Message>: MessageSerializer, MessageDeserializer {
        func serialize<Bytes: GRPCContiguousBytes>(_ message: Message) throws -> Bytes {
            Bytes(try message.serializedBytes() as [UInt8])
        }

        func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Message {
            var options = BinaryDecodingOptions()
            options.discardUnknownFields = true
            options.messageDepthLimit = 16
            do {
                return try bytes.withUnsafeBytes {
                    try Message(serializedBytes: Array($0), partial: true, options: options)
                }
            } catch {
                throw RPCError(code: .dataLoss, message: "an answer that makes no sense: \(error)")
            }
        }
    }
#endif

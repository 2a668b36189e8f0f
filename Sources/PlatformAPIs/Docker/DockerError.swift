/// Why the Docker engine could not be asked, and what to do about it.
package enum DockerError: Error, Equatable, Sendable {
    /// `DOCKER_HOST` names something else than a unix socket.
    case unsupportedHost(String)
    /// Nothing is there.
    case noSocket(DockerSocket)
    /// The socket is there, but this user may not use it.
    case noPermission(DockerSocket)
    /// The socket is there, but no engine listens behind it.
    case notListening(DockerSocket)
    /// The connection failed in another way.
    case unreachable(DockerSocket, String)
    /// The engine took too long.
    case timedOut(request: String)
    /// The connection ended before the answer did.
    case interrupted(request: String, String)
    /// The engine answered that it would not.
    case refused(request: String, status: Int, message: String)
    /// The answer is larger than is read.
    case tooLarge(request: String, limit: Int)
    /// The answer isn't what the engine's API promises.
    case malformed(request: String, String)
}

extension DockerError: CustomStringConvertible {
    /// What was wrong and what to do, as a person reads it.
    package var description: String {
        switch self {
        case .unsupportedHost(let host):
            "the Docker engine's address is \(host): only unix:///path/of/socket is supported; run on the engine's own host, or unset "
                + "DOCKER_HOST"
        case .noSocket(let socket):
            "\(socket): no such socket; is the Docker engine installed and running? (systemctl start docker)"
        case .noPermission(let socket):
            "\(socket): permission denied; run as root, or add this user to the group that owns the socket "
                + "(usermod -aG docker USER) and log in again"
        case .notListening(let socket):
            "\(socket): nobody listens there; start the Docker engine (systemctl start docker)"
        case .unreachable(let socket, let reason):
            "\(socket): cannot connect: \(reason)"
        case .timedOut(let request):
            "Docker engine: no answer to \(request) in time"
        case .interrupted(let request, let reason):
            "Docker engine: connection lost during \(request): \(reason)"
        case .refused(let request, let status, let message):
            "Docker engine refused \(request): \(status) \(message)"
        case .tooLarge(let request, let limit):
            "Docker engine: the answer to \(request) is larger than \(limit) bytes"
        case .malformed(let request, let reason):
            "Docker engine: the answer to \(request) makes no sense: \(reason)"
        }
    }
}

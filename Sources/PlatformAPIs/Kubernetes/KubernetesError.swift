/// Why an API server could not be asked, and what to do about it.
///
/// No description holds a token or a key.
package enum KubernetesError: Error, Equatable, Sendable {
    /// The configuration is missing, wrong, or asks for what is not done.
    case configuration(String)
    /// The credentials could not be read or made.
    case credentials(String)
    /// The server could not be reached, or isn't who it should be.
    case unreachable(server: String, String)
    /// The server took too long.
    case timedOut(request: String)
    /// The connection ended before the answer did.
    case interrupted(request: String, String)
    /// The server answered that it would not.
    case refused(request: String, status: Int, reason: String, message: String)
    /// The answer is larger than is read.
    case tooLarge(request: String, limit: Int)
    /// The answer isn't what the API promises.
    case malformed(request: String, String)

    /// Whether the server no longer knows the position that was asked for (410 Gone, or reason `Expired`).
    package var isExpired: Bool {
        if case .refused(_, let status, let reason, _) = self { status == 410 || reason == "Expired" } else { false }
    }

    /// Whether the server has no such resource.
    package var isNotFound: Bool {
        if case .refused(_, 404, _, _) = self { true } else { false }
    }

    /// Whether this user may not do what was asked.
    package var isForbidden: Bool {
        if case .refused(_, 403, _, _) = self { true } else { false }
    }

    /// Whether the server does not know who asked.
    package var isUnauthorized: Bool {
        if case .refused(_, 401, _, _) = self { true } else { false }
    }
}

extension KubernetesError: CustomStringConvertible {
    /// What was wrong and what to do, as a person reads it.
    package var description: String {
        switch self {
        case .configuration(let reason): "Kubernetes: \(reason)"
        case .credentials(let reason): "Kubernetes credentials: \(reason)"
        case .unreachable(let server, let reason): "\(server): cannot connect: \(reason)"
        case .timedOut(let request): "Kubernetes: no answer to \(request) in time"
        case .interrupted(let request, let reason): "Kubernetes: connection lost during \(request): \(reason)"
        case .refused(let request, 401, _, let message):
            "Kubernetes refused \(request): 401 \(message); the credentials are wrong or have expired"
        case .refused(let request, 403, _, let message):
            "Kubernetes refused \(request): 403 \(message); give this user the right (kubectl auth can-i --list shows what it has)"
        case .refused(let request, 404, _, let message):
            "Kubernetes refused \(request): 404 \(message); this server does not serve it"
        case .refused(let request, let status, _, let message): "Kubernetes refused \(request): \(status) \(message)"
        case .tooLarge(let request, let limit): "Kubernetes: the answer to \(request) is larger than \(limit) bytes"
        case .malformed(let request, let reason): "Kubernetes: the answer to \(request) makes no sense: \(reason)"
        }
    }
}

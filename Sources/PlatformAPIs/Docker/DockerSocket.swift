#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where a Docker engine listens on this machine.
package struct DockerSocket: Hashable, Sendable, CustomStringConvertible {
    /// The socket that an engine has when nothing else is said.
    package static let standard = DockerSocket(path: "/var/run/docker.sock")

    /// The path of the unix socket.
    package let path: String

    /// Names a socket by its path.
    ///
    /// - Parameter path: the path of the unix socket.
    package init(path: String) { self.path = path }

    /// Reads what `DOCKER_HOST` says.
    ///
    /// - Parameter host: the variable's value; nil or empty means the standard socket.
    /// - Throws: `DockerError.unsupportedHost`, as only unix sockets are spoken to.
    package init(host: String?) throws(DockerError) {
        guard let host, !host.isEmpty else {
            self = .standard
            return
        }
        let scheme = "unix://"
        guard host.hasPrefix(scheme) else { throw .unsupportedHost(host) }
        let path = String(host.dropFirst(scheme.count))
        guard path.hasPrefix("/") else { throw .unsupportedHost(host) }
        self.init(path: path)
    }

    /// The address, as `DOCKER_HOST` spells it.
    package var description: String { "unix://" + path }

    /// Tries to connect, and says why that fails.
    ///
    /// - Returns: nil when something listens.
    package func obstacle() -> DockerError? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else {
            return .unreachable(self, "its path is too long for a socket")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        #if canImport(Glibc)
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return .unreachable(self, String(cString: strerror(errno))) }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        guard code != 0 else { return nil }
        return switch errno {
        case ENOENT: .noSocket(self)
        case EACCES, EPERM: .noPermission(self)
        case ECONNREFUSED: .notListening(self)
        case let other: .unreachable(self, String(cString: strerror(other)))
        }
    }
}

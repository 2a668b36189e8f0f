import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The system's own words for why an address cannot be listened on.
func systemWords(for error: any Error) -> String {
    (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
}

/// A unix socket to listen on: its path, and who may connect.
package struct UnixSocket: Sendable, Hashable {
    /// The path of the socket.
    package var path: String
    /// The permissions of the socket: 0o600 lets only its owner connect.
    package var mode: UInt32
    /// The group that the socket belongs to; nil for that of the process.
    package var group: String?

    /// Names a socket.
    ///
    /// - Parameters:
    ///   - path: the path of the socket.
    ///   - mode: the permissions.
    ///   - group: the group that it belongs to.
    package init(path: String, mode: UInt32 = 0o600, group: String? = nil) {
        self.path = path
        self.mode = mode
        self.group = group
    }

    /// Makes the socket, listening.
    ///
    /// A socket that nobody listens on any more makes room; one that somebody listens on does not. Nobody can connect
    /// before the permissions are right, since the socket gets its name only then.
    ///
    /// - Returns: its descriptor.
    /// - Throws: why it cannot be made.
    package func listen(backlog: Int32 = 128) throws(ListenerError) -> Int32 {
        try makeRoom()
        let temporary = "\(path).\(getpid())"
        let descriptor = try Self.bound(to: temporary)
        do throws(ListenerError) {
            try adorn(temporary)
            #if canImport(Darwin)
                let listens = Darwin.listen(descriptor, backlog) == 0
            #elseif canImport(Musl)
                let listens = Musl.listen(descriptor, backlog) == 0
            #else
                let listens = Glibc.listen(descriptor, backlog) == 0
            #endif
            guard listens, rename(temporary, path) == 0 else { throw failure(errno) }
            return descriptor
        } catch {
            _ = close(descriptor)
            unlink(temporary)
            throw error
        }
    }

    /// Takes the socket's name away.
    package func remove() { unlink(path) }

    private func makeRoom() throws(ListenerError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw .cannotListen(address: path, "something else than a socket has that name; move it away")
        }
        guard Self.isAnswered(path) else { return }
        throw .cannotListen(address: path, "another process listens there; stop it first, or choose another path")
    }

    private func adorn(_ name: String) throws(ListenerError) {
        if let group {
            guard let entry = getgrnam(group) else {
                throw .cannotListen(address: path, "there is no group \(group)")
            }
            guard chown(name, uid_t.max, entry.pointee.gr_gid) == 0 else { throw failure(errno) }
        }
        guard chmod(name, mode_t(mode)) == 0 else { throw failure(errno) }
    }

    private func failure(_ code: Int32) -> ListenerError {
        .cannotListen(address: path, String(cString: strerror(code)))
    }

    private static func bound(to path: String) throws(ListenerError) -> Int32 {
        guard var address = address(path) else {
            throw .cannotListen(address: path, "the path is longer than a socket's can be")
        }
        unlink(path)
        #if canImport(Glibc)
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { throw .cannotListen(address: path, String(cString: strerror(errno))) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else {
            let code = errno
            _ = close(descriptor)
            throw .cannotListen(address: path, String(cString: strerror(code)))
        }
        // Until it has its own permissions, nobody but the owner.
        chmod(path, 0o600)
        return descriptor
    }

    /// Whether somebody listens behind a socket.
    private static func isAnswered(_ path: String) -> Bool {
        guard var address = address(path) else { return false }
        #if canImport(Glibc)
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return false }
        defer { _ = close(descriptor) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    private static func address(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else {
            return nil
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }
}

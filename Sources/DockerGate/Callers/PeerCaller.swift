import NIOCore
import SecurityEvents

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Who is at the other end of a unix socket, as the kernel says.
package struct PeerCredentials: Sendable, Equatable {
    /// The process that connected; it may have ended, or passed the connection on.
    package var process: Int32 = 0
    /// Its account.
    package var user: UInt32 = 0
    /// Its account's group.
    package var group: UInt32 = 0

    /// Makes credentials.
    package init(process: Int32 = 0, user: UInt32 = 0, group: UInt32 = 0) {
        self.process = process
        self.user = user
        self.group = group
    }

    /// Asks the kernel about a connection; nil where the system does not say.
    static func of(_ channel: any Channel) async -> PeerCredentials? {
        #if os(Linux)
            guard let provider = channel as? any SocketOptionProvider else { return nil }
            let asked: EventLoopFuture<Raw> = provider.unsafeGetSocketOption(
                level: .init(rawValue: SOL_SOCKET), name: .init(rawValue: SO_PEERCRED))
            guard let found = try? await asked.get() else { return nil }
            return PeerCredentials(process: found.process, user: found.user, group: found.group)
        #else
            return nil
        #endif
    }

    /// `struct ucred`.
    private struct Raw: BitwiseCopyable, Sendable {
        var process: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
    }

    /// The caller for rules: the account's name, and what the process is.
    package func caller(in proc: String = "/proc") -> DockerCaller {
        var caller = DockerCaller()
        caller.authentication = .localSocket
        caller.uid = String(user)
        caller.user = Self.accountName(user) ?? "uid:\(user)"
        caller.groups = [Self.groupName(group) ?? "gid:\(group)"]
        caller.extra = [("pid", [String(process)]), ("gid", [String(group)])]
        if let path = Self.link("\(proc)/\(process)/exe") { caller.extra.append(("executable", [path])) }
        let groups = Self.lines("\(proc)/\(process)/cgroup")
        if !groups.isEmpty { caller.extra.append(("cgroup", groups)) }
        return caller
    }

    private static func accountName(_ number: UInt32) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard getpwuid_r(number, &entry, &buffer, buffer.count, &found) == 0, let found,
            let name = found.pointee.pw_name
        else { return nil }
        return String(cString: name)
    }

    private static func groupName(_ number: UInt32) -> String? {
        var entry = Self.noGroup
        var found: UnsafeMutablePointer<group>?
        var buffer = [CChar](repeating: 0, count: 64 << 10)
        guard getgrgid_r(number, &entry, &buffer, buffer.count, &found) == 0, let found,
            let name = found.pointee.gr_name
        else { return nil }
        return String(cString: name)
    }

    private static var noGroup: group {
        #if canImport(Glibc)
            Glibc.group()
        #elseif canImport(Musl)
            Musl.group()
        #else
            Darwin.group()
        #endif
    }

    private static func link(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let length = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink(path, $0.assumingMemoryBound(to: CChar.self), bytes.count) } ?? -1
        }
        guard length > 0 else { return nil }
        return String(decoding: buffer[..<length], as: UTF8.self)
    }

    /// The paths of a process's control groups, at most a page of them.
    private static func lines(_ path: String) -> [String] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let length = fread(&buffer, 1, buffer.count, file)
        let paths = buffer[..<length].split(separator: 0x0A).compactMap { line in
            line.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false).last.map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        // Version 1 names one for each controller, most of them the same.
        var seen = Set<String>()
        return paths.filter { seen.insert($0).inserted }.prefix(16).map { $0 }
    }
}

import PlatformAPIs
import Synchronization

/// Compares a client's bearer token with the one in a file, which may be written anew.
final class BearerCheck: Sendable {
    private let file: Mutex<WatchedFile>

    init(file: String) { self.file = Mutex(WatchedFile(path: file, limit: 64 << 10)) }

    /// Reads the token.
    ///
    /// - Returns: the token.
    /// - Throws: why there is none.
    func token() throws(WatchedFile.Failure) -> [UInt8] {
        let result = file.withLock { file -> Result<[UInt8], WatchedFile.Failure> in
            do throws(WatchedFile.Failure) {
                let bytes = try file.read().filter { $0 > 0x20 && $0 < 0x7F }
                return bytes.isEmpty ? .failure(.init(path: file.path, reason: "holds no token")) : .success(bytes)
            } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// Says whether a client has the token; how long that takes does not depend on what it sent.
    func accepts(_ authorization: [String]) -> Bool {
        guard let token = try? token(), authorization.count == 1, let value = authorization.first else { return false }
        let scheme = Array("bearer ".utf8)
        let sent = Array(value.utf8)
        guard sent.count == scheme.count + token.count,
            zip(sent, scheme).allSatisfy({ $0 | 0x20 == $1 | 0x20 })
        else { return false }
        return zip(sent.dropFirst(scheme.count), token).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

import Foundation

/// A client of a port on this machine that sends what a test says, byte by byte, as no library would.
package final class RawClient: Sendable {
    private let descriptor: Int32
    private let sending = DispatchQueue(label: "RawClient")

    /// Nobody listens on a port.
    package struct Refused: Error {}

    /// Connects.
    ///
    /// - Parameter port: the port on 127.0.0.1.
    /// - Throws: `Refused`.
    package init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        guard connected == 0 else { throw Refused() }
    }

    /// Connects to a unix socket.
    ///
    /// - Parameter path: the socket's path.
    /// - Throws: `Refused`.
    package init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { throw Refused() }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        guard connected == 0 else { throw Refused() }
    }

    deinit { close(descriptor) }

    /// Says that nothing more will be sent, once all was.
    package func finishSending() { sending.async { shutdown(self.descriptor, Int32(SHUT_WR)) } }

    /// Sends bytes after those before, and says whether the other side still takes some.
    ///
    /// - Parameter text: the bytes, as a text.
    /// - Returns: false where the other side has closed the connection.
    package func isTaken(_ text: String) async -> Bool {
        await withCheckedContinuation { continuation in
            sending.async {
                let bytes = Array(text.utf8)
                let written = bytes.withUnsafeBytes {
                    Glibc.send(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                continuation.resume(returning: written > 0)
            }
        }
    }

    /// Sends bytes after those before, beside the tasks' own threads: a full connection makes nobody wait.
    ///
    /// - Parameter text: the bytes, as a text.
    package func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends bytes after those before, beside the tasks' own threads.
    ///
    /// - Parameter bytes: the bytes.
    package func send(_ bytes: [UInt8]) {
        sending.async {
            var sent = 0
            while sent < bytes.count {
                let written = bytes[sent...].withUnsafeBytes {
                    Glibc.send(self.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                // What the other side does not take any more is left out.
                if written <= 0 { return }
                sent += written
            }
        }
    }

    /// Reads what comes next, beside the tasks' own threads.
    ///
    /// - Returns: some of what the other side sent; empty when it has closed the connection.
    package func part() async -> String { await reading { $0 } }

    /// Reads until the other side closes the connection, beside the tasks' own threads.
    ///
    /// - Returns: what it sent.
    package func rest() async -> String { await reading { _ in false } }

    private func reading(_ isEnough: @escaping @Sendable (Bool) -> Bool) async -> String {
        await withCheckedContinuation { continuation in
            Thread {
                var text: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 4096)
                repeat {
                    let count = read(self.descriptor, &buffer, buffer.count)
                    if count <= 0 { break }
                    text += buffer[..<count]
                } while !isEnough(!text.isEmpty)
                continuation.resume(returning: String(decoding: text, as: UTF8.self))
            }.start()
        }
    }
}

package import Detection
internal import Foundation

/// The key that secrets are hashed with, in a file of its own that only its owner may read.
package enum RedactionKey {
    /// Why there is no key.
    package struct Failure: Error, CustomStringConvertible {
        let path: String
        let reason: String

        /// The file and why.
        package var description: String { "\(path): \(reason)" }
    }

    /// How long a key is that is made.
    private static let length = 32

    /// The redactor with the key of a file, which is made where there is none; without a file, with a key of the process'.
    ///
    /// - Parameter path: the file.
    /// - Returns: the redactor.
    /// - Throws: why the file cannot be used.
    package static func redactor(file path: String?) throws(Failure) -> Redactor {
        guard let path else { return Redactor(key: random()) }
        if !FileManager.default.fileExists(atPath: path) { try make(path) }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Failure(path: path, reason: "the key for secrets cannot be read")
        }
        guard bytes.count >= Redactor.keyLength else {
            throw Failure(path: path, reason: "the key for secrets has fewer than \(Redactor.keyLength) bytes")
        }
        return Redactor(key: Array(bytes.prefix(4096)))
    }

    private static func make(_ path: String) throws(Failure) {
        // Whole or not at all, and of two processes that begin at the same time one's key stands.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { return }
            throw Failure(path: path, reason: "the key for secrets cannot be made: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        let key = random()
        guard write(descriptor, key, key.count) == key.count, fsync(descriptor) == 0 else {
            unlink(path)
            throw Failure(
                path: path, reason: "the key for secrets cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    private static func random() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}

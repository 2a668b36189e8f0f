import Foundation

/// A new empty folder for one test, removed when the test lets go of it.
package final class ScratchFolder: Sendable {
    /// The folder's path.
    package let path: String

    /// Makes the folder.
    ///
    /// - Throws: what the file system said.
    package init() throws {
        path = NSTemporaryDirectory() + "/tallyman-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Names a file of the folder.
    ///
    /// - Parameter name: the file's name.
    /// - Returns: its path, whether it exists or not.
    package func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file of the folder.
    ///
    /// - Parameters:
    ///   - name: the file's name.
    ///   - bytes: what it will hold.
    /// - Returns: its path.
    /// - Throws: what the file system said.
    package func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    /// Appends to a file of the folder, which is made when it does not exist.
    ///
    /// - Parameters:
    ///   - name: the file's name.
    ///   - text: what is added.
    /// - Throws: what the file system said.
    package func append(_ name: String, _ text: String) throws {
        if !FileManager.default.fileExists(atPath: file(name)) { _ = try write(name, []) }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file(name)))
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
    }
}

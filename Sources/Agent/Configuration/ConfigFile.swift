internal import Foundation
internal import SecurityEvents

/// The configuration file.
package enum ConfigFile {
    /// Reads a file's text.
    ///
    /// - Parameter path: the file.
    /// - Returns: its text.
    /// - Throws: why it cannot be read.
    package static func read(_ path: String) throws(ConfigFaults) -> String {
        func fault(_ message: String) -> ConfigFaults {
            ConfigFaults(diagnostics: [Diagnostic(file: path, message: message)])
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw fault("cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { try? handle.close() }
        // One byte more than is taken, so that the loader sees that there is more.
        guard let bytes = try? handle.read(upToCount: ConfigLoader.sizeLimit + 1) else { throw fault("cannot be read") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw fault("is no UTF-8") }
        return text
    }
}

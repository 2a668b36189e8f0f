/// Why a log could not be opened.
package struct LogOpenError: Error, Equatable, Sendable {
    /// What was wrong.
    package enum Reason: Equatable, Sendable {
        /// The path names a directory.
        case isDirectory
        /// Only a plain file will do, and the path names something else.
        case notRegularFile
        /// The operating system refused.
        case system(errno: Int32)
    }

    /// The path, as it was given.
    package let path: String
    /// What was wrong.
    package let reason: Reason

    /// Makes the error.
    ///
    /// - Parameters:
    ///   - path: the path, as it was given.
    ///   - reason: what was wrong.
    package init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }
}

extension LogOpenError: CustomStringConvertible {
    /// The path and what was wrong, as a person reads it.
    package var description: String { "\(path): \(reason.explanation)" }
}

extension LogOpenError.Reason {
    /// What was wrong, as a person reads it.
    package var explanation: String {
        switch self {
        case .isDirectory: "is a directory; name the log files in it"
        case .notRegularFile: "is not a plain file"
        case .system(let code): systemMessage(code)
        }
    }
}

package import LogLines

/// A log that is read to its end.
package enum HuntInput: Sendable, Equatable {
    case file(String)
    case standardInput

    /// Understands an argument: a path, or `-` for standard input.
    package init(argument: String) { self = argument == "-" ? .standardInput : .file(argument) }

    /// What messages call it.
    package var name: String {
        switch self {
        case .file(let path): path
        case .standardInput: "standard input"
        }
    }

    /// Opens it.
    ///
    /// - Returns: its lines.
    /// - Throws: why it cannot be read.
    package func open() throws(LogOpenError) -> LineReader {
        switch self {
        case .file(let path): try LineReader(path: path)
        case .standardInput: try LineReader(descriptor: 0, name: name)
        }
    }
}

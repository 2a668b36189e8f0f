/// One fault of an expression, with its place.
public struct CompileIssue: Sendable, Hashable, CustomStringConvertible {
    /// The place: line and column, both from 1.
    public let location: Source.Location
    /// What is wrong.
    public let message: String
    /// The name of the source.
    public let sourceName: String
    /// The text of the line.
    public let sourceLine: String

    init(_ source: Source, at offset: Int, _ message: String) {
        location = source.location(at: offset)
        self.message = message
        sourceName = source.name
        sourceLine = source.line(at: offset)
    }

    /// The message with its place, the line and a caret below the fault.
    public var description: String {
        let head = "ERROR: \(sourceName):\(location.line):\(location.column): \(message)"
        guard sourceLine.utf8.count <= 4096 else { return head }
        let dots = String(repeating: ".", count: location.column - 1)
        return "\(head)\n | \(sourceLine.replacing("\t", with: " "))\n | \(dots)^"
    }
}

/// All faults of an expression.
public struct CompileErrors: Error, Sendable, Hashable, CustomStringConvertible {
    /// The faults in the order of their places; never empty.
    public let issues: [CompileIssue]

    /// One block for each fault.
    public var description: String { issues.map(\.description).joined(separator: "\n") }
}

/// What is wrong with a search, and where.
public struct SearchFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The line, from 1.
    public var line: Int
    /// The column in characters, from 1.
    public var column: Int
    /// What is wrong.
    public var message: String
    /// The line's text.
    public var text: String

    init(_ message: String, in search: String, at offset: Int) {
        let scalars = Array(search.unicodeScalars)
        let at = min(max(0, offset), scalars.count)
        let begin = scalars[..<at].lastIndex(of: "\n").map { $0 + 1 } ?? 0
        let end = scalars[at...].firstIndex(of: "\n") ?? scalars.count
        line = scalars[..<at].count { $0 == "\n" } + 1
        column = at - begin + 1
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[begin..<end])
        text = String(view)
        self.message = message
    }

    /// The message with the line and a caret below the fault.
    public var description: String {
        guard text.utf8.count < 2000 else { return "\(line):\(column): \(message)" }
        return "\(line):\(column): \(message)\n  \(text)\n  \(String(repeating: " ", count: column - 1))^"
    }
}

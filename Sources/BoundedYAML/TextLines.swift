extension String {
    /// The lines of the text, without their endings, LF or CR LF.
    ///
    /// By bytes: a search for characters takes longer, and finds no line feed in CR LF, which is one character.
    package var textLines: TextLines { TextLines(self[...]) }
}

/// The lines of a text, cut when they are asked for.
package struct TextLines: Sequence, IteratorProtocol {
    private var rest: Substring?

    init(_ text: Substring) { rest = text }

    package mutating func next() -> Substring? {
        guard let text = rest else { return nil }
        guard let end = text.utf8.firstIndex(of: UInt8(ascii: "\n")) else {
            rest = nil
            return text
        }
        rest = text[text.utf8.index(after: end)...]
        let line = text[..<end]
        return line.utf8.last == UInt8(ascii: "\r") ? line[..<line.utf8.index(before: end)] : line
    }
}

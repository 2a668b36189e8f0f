extension StringProtocol {
    /// The lines of a text, whichever system wrote their ends.
    ///
    /// A carriage return before a line feed is one character with it in Swift, and belongs to no line.
    package func textLines() -> [SubSequence] {
        split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    }
}

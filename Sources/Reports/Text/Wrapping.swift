/// Breaks a text into lines that fit.
enum Wrapping {
    /// Breaks at spaces, and within words that are longer than a line.
    ///
    /// - Parameters:
    ///   - text: one paragraph, already made visible.
    ///   - width: the columns of a line.
    /// - Returns: the lines; at least one.
    static func lines(of text: String, width: Int) -> [String] {
        guard DisplayWidth.of(text) > width else { return [text] }
        let width = max(8, width)
        var lines: [String] = []
        var line = ""
        var used = 0
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            var rest = word
            var needed = DisplayWidth.of(String(rest))
            if used > 0, used + 1 + needed <= width {
                line += " " + rest
                used += 1 + needed
                continue
            }
            if used > 0 {
                lines.append(line)
                (line, used) = ("", 0)
            }
            while needed > width {
                // A character is two columns wide at most and a line at least eight: something is always taken.
                let part = DisplayWidth.prefix(rest, columns: width)
                lines.append(part)
                rest = rest.dropFirst(part.count)
                needed = DisplayWidth.of(String(rest))
            }
            (line, used) = (String(rest), needed)
        }
        if used > 0 || lines.isEmpty { lines.append(line) }
        return lines
    }
}

internal import JSONView

/// Puts a command together that is kept in pieces: `X=cu; Y=rl; $X$Y …` is `curl …`.
///
/// The values that a script gives its variables are written in their places, and empty quotes inside words go. Where a shell
/// would not take a value apart again (`echo $X`), one with signs of the shell is left out; behind `eval` and `-c` it counts.
/// The functions about commands are asked of what comes out, beside the text as it is written.
enum AssembledCommand {
    private static let sizeLimit = 64 << 10
    private static let valueLimit = 4096
    private static let variableLimit = 64

    /// Whether a function is true of a text, or of what it puts together.
    static func judge(_ text: JSONText, _ judge: (JSONText) -> Bool) -> Bool {
        if judge(text) { return true }
        guard let whole = whole(text) else { return false }
        return whole.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { judge(JSONText(start: $0, count: bytes.count)) } ?? false
        }
    }

    /// The text with its pieces in their places; nil where there are none.
    static func whole(_ text: JSONText) -> [UInt8]? {
        guard mayHavePieces(text) else { return nil }
        var reader = Reader(text: text.prefix(sizeLimit))
        reader.read()
        return reader.isChanged ? reader.written : nil
    }

    /// A quick no: most texts have neither a variable nor a quote.
    private static func mayHavePieces(_ text: JSONText) -> Bool {
        func has(_ sign: Unicode.Scalar) -> Bool { text.firstIndex(of: UInt8(ascii: sign)) != nil }
        return has("$") && has("=") || has("'") && text.contains("''") || has("\"") && text.contains("\"\"")
    }

    /// Reads a text once from left to right.
    private struct Reader {
        let text: JSONText
        var at = 0
        var written: [UInt8] = []
        var isChanged = false
        private var values: [String: [UInt8]] = [:]

        init(text: JSONText) { self.text = text }

        mutating func read() {
            written.reserveCapacity(text.count)
            while at < text.count, written.count < 2 * AssembledCommand.sizeLimit {
                if isWordStart, assigns() { continue }
                let byte = text[byte: at]
                if byte == UInt8(ascii: "$"), let (name, end) = variable(at: at), let value = values[name],
                    isTakenApart || !value.contains(where: Self.isSign)
                {
                    written += value
                    (at, isChanged) = (end, true)
                } else if isEmptyQuotes {
                    (at, isChanged) = (at + 2, true)
                } else {
                    written.append(byte)
                    at += 1
                }
            }
        }

        /// `NAME=value` at the start of a word: the value is kept, its own variables filled in.
        private mutating func assigns() -> Bool {
            var end = at
            while Self.isName(text[byte: end]) { end += 1 }
            guard end > at, !ASCII.isDigit(text[byte: at]), text[byte: end] == UInt8(ascii: "=") else { return false }
            let name = String(text.slice(at..<end))
            let begin = end + 1
            let quote = text[byte: begin]
            let isQuoted = quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
            end = isQuoted ? begin + 1 : begin
            while end < text.count, isQuoted ? text[byte: end] != quote : !Self.ends(text[byte: end]) { end += 1 }
            let value = filled(text.slice((isQuoted ? begin + 1 : begin)..<end))
            if values.count < AssembledCommand.variableLimit || values[name] != nil { values[name] = value }
            end = min(isQuoted ? end + 1 : end, text.count)
            written += text.slice(at..<end).bytes
            at = end
            return true
        }

        private func filled(_ value: JSONText) -> [UInt8] {
            var filled: [UInt8] = []
            var position = 0
            while position < value.count, filled.count < AssembledCommand.valueLimit {
                let place = value.start - text.start + position
                if let (name, end) = variable(at: place), let known = values[name] {
                    filled += known
                    position += end - place
                } else {
                    filled.append(value.start[position])
                    position += 1
                }
            }
            return Array(filled.prefix(AssembledCommand.valueLimit))
        }

        /// `$NAME` or `${NAME}`: its name, and where it ends.
        private func variable(at place: Int) -> (name: String, end: Int)? {
            guard text[byte: place] == UInt8(ascii: "$") else { return nil }
            let isBraced = text[byte: place + 1] == UInt8(ascii: "{")
            let begin = place + (isBraced ? 2 : 1)
            var end = begin
            while Self.isName(text[byte: end]), end - begin < 64 { end += 1 }
            guard end > begin, !isBraced || text[byte: end] == UInt8(ascii: "}") else { return nil }
            return (String(text.slice(begin..<end)), isBraced ? end + 1 : end)
        }

        /// Whether what is written last makes a shell read what comes now as a script.
        private var isTakenApart: Bool {
            var before = written.suffix(8)
            while let last = before.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\"") {
                before.removeLast()
            }
            return before.suffix(4).elementsEqual("eval".utf8) || before.suffix(2).elementsEqual("-c".utf8)
        }

        /// `cu''rl`.
        private var isEmptyQuotes: Bool {
            let byte = text[byte: at]
            return (byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")) && text[byte: at + 1] == byte && at > 0
                && ASCII.isLetter(text[byte: at - 1]) && ASCII.isLetter(text[byte: at + 2])
        }

        private var isWordStart: Bool {
            guard at > 0 else { return true }
            let before = text[byte: at - 1]
            return Self.ends(before) || before == UInt8(ascii: "'") || before == UInt8(ascii: "\"")
                || before == UInt8(ascii: "(")
        }

        private static func isName(_ byte: UInt8) -> Bool {
            ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_")
        }

        private static func ends(_ byte: UInt8) -> Bool {
            ASCII.isSpace(byte) || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "|")
                || byte == UInt8(ascii: ")")
        }

        private static func isSign(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "|") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "&")
                || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "`")
                || byte == UInt8(ascii: "(") || byte == UInt8(ascii: "\n")
        }
    }
}

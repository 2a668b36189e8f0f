internal import JSONView

/// Puts a command together that is kept in pieces: `X=cu; Y=rl; $X$Y …` is `curl …`.
///
/// The values that a script gives its variables, or a container's environment does, are written in their places; so are parts of
/// them (`${X:0:2}`), what `set --` sets, and what `$(printf cu)` prints. Quotes and backslashes inside words go. Where a shell
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

    /// The text with the values of a container's environment in their places, `$NAME`, `${NAME}` and Kubernetes' `$(NAME)`; nil where
    /// it uses none.
    static func filled(_ text: JSONText, from environment: [(name: JSONText, value: JSONText)]) -> [UInt8]? {
        guard text.firstIndex(of: UInt8(ascii: "$")) != nil else { return nil }
        var reader = Reader(text: text.prefix(sizeLimit))
        for variable in environment.prefix(variableLimit) { reader.know(variable.name, variable.value) }
        reader.read()
        return reader.usesEnvironment ? reader.written : nil
    }

    /// A quick no: most texts have neither a variable nor a quote inside a word.
    private static func mayHavePieces(_ text: JSONText) -> Bool {
        func has(_ sign: Unicode.Scalar) -> Bool { text.firstIndex(of: UInt8(ascii: sign)) != nil }
        if has("$"),
            has("=") || text.contains("$(") || text.contains("${") || text.contains("$'") || text.contains("set -- ")
        {
            return true
        }
        return (has("'") || has("\"") || has("\\")) && hasBrokenWord(text) || has("`")
    }

    /// Whether quotes or a backslash stand between two letters, as in `cu""rl`, `'cu'rl` and `c\url`.
    private static func hasBrokenWord(_ text: JSONText) -> Bool {
        var isBehindLetter = false
        var signs = 0
        for byte in text.bytes {
            if ASCII.isLetter(byte) {
                if isBehindLetter, signs > 0 { return true }
                (isBehindLetter, signs) = (true, 0)
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\"), signs < 2 {
                signs += 1
            } else {
                (isBehindLetter, signs) = (false, 0)
            }
        }
        return false
    }

    /// Reads a text once from left to right.
    private struct Reader {
        let text: JSONText
        var at = 0
        var written: [UInt8] = []
        var isChanged = false
        var usesEnvironment = false
        private var values: [String: [UInt8]] = [:]
        private var environment: Set<String> = []

        init(text: JSONText) { self.text = text }

        mutating func know(_ name: JSONText, _ value: JSONText) {
            let name = String(name)
            var whole = Array(value.prefix(AssembledCommand.valueLimit).bytes)
            // Kubernetes fills in what stands before: `$(OTHER)`.
            if value.contains("$("), value.count <= 1024 {
                whole = Array(value.bytes)
                for (other, text) in values where environment.contains(other) {
                    whole = ParameterExpansion.replacing(Array("$(\(other))".utf8), with: text, in: whole)
                }
            }
            values[name] = whole
            environment.insert(name)
        }

        mutating func read() {
            written.reserveCapacity(text.count)
            while at < text.count, written.count < 2 * AssembledCommand.sizeLimit {
                if isWordStart, assigns() || setsParameters() { continue }
                let byte = text[byte: at]
                if byte == UInt8(ascii: "$") || byte == UInt8(ascii: "`"), expands() {
                    isChanged = true
                } else if let end = wordPart {
                    written += text.slice((at + 1)..<(end - 1)).bytes
                    (at, isChanged) = (end, true)
                } else if isEscapedLetter {
                    (at, isChanged) = (at + 1, true)
                } else {
                    written.append(byte)
                    at += 1
                }
            }
        }

        /// Writes what stands for the expansion here, where that is known.
        private mutating func expands() -> Bool {
            if let (value, end) = printed() ?? spelled() {
                written += value
                at = end
                return true
            }
            if let (name, end) = kubernetesVariable(), let value = values[name] {
                written += value
                (at, usesEnvironment) = (end, true)
                return true
            }
            guard let (name, operation, end) = variable(at: at), name != "IFS",
                var value = ParameterExpansion.value(values[name], operation)
            else { return false }
            guard isTakenApart || !value.contains(where: Self.isSign) else { return false }
            if let separators = values["IFS"], !separators.isEmpty, separators.allSatisfy(Self.separates) {
                value = value.map { separators.contains($0) ? UInt8(ascii: " ") : $0 }
            }
            at = end
            // `"$@"` is words of their own, not one.
            if name == "@" || name == "*", written.last == UInt8(ascii: "\""), text[byte: at] == UInt8(ascii: "\"") {
                written.removeLast()
                at += 1
            }
            written += value
            usesEnvironment = usesEnvironment || environment.contains(name)
            return true
        }

        private static func separates(_ byte: UInt8) -> Bool {
            !ASCII.isAlphanumeric(byte) && !"$\\'\"/ ".utf8.contains(byte)
        }

        /// `set -- curl -s x; "$@"`.
        private mutating func setsParameters() -> Bool {
            let rest = text.dropFirst(at)
            guard rest.hasPrefix("set -- ") else { return false }
            let begin = at + 7
            var end = begin
            while end < text.count, end - begin < AssembledCommand.valueLimit, !Self.endsList(text[byte: end]) {
                end += 1
            }
            let value = filled(text.slice(begin..<end))
            values["@"] = value
            values["*"] = value
            for (position, word) in value.split(separator: UInt8(ascii: " ")).prefix(9).enumerated() {
                values[String(position + 1)] = Array(word)
            }
            written += text.slice(at..<end).bytes
            at = end
            return true
        }

        private static func endsList(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: ";") || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "|")
                || byte == UInt8(ascii: "\n")
        }

        /// `$(printf cu)`, `` `echo sh` ``: what is printed, where it is one word as it stands.
        private func printed() -> (value: [UInt8], end: Int)? {
            let isOld = text[byte: at] == UInt8(ascii: "`")
            guard isOld || text[byte: at + 1] == UInt8(ascii: "(") else { return nil }
            let begin = at + (isOld ? 1 : 2)
            let close = isOld ? UInt8(ascii: "`") : UInt8(ascii: ")")
            var end = begin
            while end < text.count, end - begin < 128, text[byte: end] != close { end += 1 }
            guard text[byte: end] == close else { return nil }
            let inside = text.slice(begin..<end)
            guard inside.hasPrefix("echo ") || inside.hasPrefix("printf ") else { return nil }
            let words = inside.bytes.split(separator: UInt8(ascii: " ")).dropFirst().map { Array($0) }.filter {
                !["-n", "-e", "-en", "-ne", "--", "%s", "'%s'", "\"%s\""].contains(String(decoding: $0, as: UTF8.self))
            }
            guard words.count == 1, var word = words.first else { return nil }
            if let quote = word.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""), word.last == quote {
                word = Array(word.dropFirst().dropLast())
            }
            let plain = Escapes.decoded(word)
            return plain.allSatisfy(Self.isWord) && !plain.isEmpty ? (plain, end + 1) : nil
        }

        /// `$'\x63url'`.
        private func spelled() -> (value: [UInt8], end: Int)? {
            guard text[byte: at] == UInt8(ascii: "$"), text[byte: at + 1] == UInt8(ascii: "'") else { return nil }
            var end = at + 2
            while end < text.count, end - at < 1024, text[byte: end] != UInt8(ascii: "'") {
                end += text[byte: end] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard end < text.count, text[byte: end] == UInt8(ascii: "'") else { return nil }
            let plain = Escapes.decoded(Array(text.slice((at + 2)..<end).bytes))
            guard !plain.contains(UInt8(ascii: "'")) else { return nil }
            let isOneWord = plain.allSatisfy(Self.isWord)
            return (isOneWord ? plain : [UInt8(ascii: "'")] + plain + [UInt8(ascii: "'")], end + 1)
        }

        private static func isWord(_ byte: UInt8) -> Bool {
            ASCII.isAlphanumeric(byte) || "_-./:=,+@%".utf8.contains(byte)
        }

        /// Kubernetes' `$(NAME)`.
        private func kubernetesVariable() -> (name: String, end: Int)? {
            guard !environment.isEmpty, text[byte: at + 1] == UInt8(ascii: "(") else { return nil }
            var end = at + 2
            while end < text.count, end - at < 256, text[byte: end] != UInt8(ascii: ")") { end += 1 }
            let name = String(text.slice((at + 2)..<end))
            return text[byte: end] == UInt8(ascii: ")") && environment.contains(name) ? (name, end + 1) : nil
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
                if let (name, operation, end) = variable(at: place),
                    let known = ParameterExpansion.value(values[name], operation)
                {
                    filled += known
                    position += end - place
                } else {
                    filled.append(value.start[position])
                    position += 1
                }
            }
            return Array(filled.prefix(AssembledCommand.valueLimit))
        }

        /// `$NAME`, `$1`, `$@` or `${NAME…}`: its name, what is done with its value, and where it ends.
        private func variable(at place: Int) -> (name: String, operation: JSONText, end: Int)? {
            guard text[byte: place] == UInt8(ascii: "$") else { return nil }
            let isBraced = text[byte: place + 1] == UInt8(ascii: "{")
            let begin = place + (isBraced ? 2 : 1)
            let first = text[byte: begin]
            var end = begin
            if first == UInt8(ascii: "@") || first == UInt8(ascii: "*") || ASCII.isDigit(first) {
                end += 1
            } else {
                while Self.isName(text[byte: end]), end - begin < 64 { end += 1 }
            }
            guard end > begin else { return nil }
            let name = String(text.slice(begin..<end))
            guard isBraced else { return (name, text.slice(end..<end), end) }
            var close = end
            while close < text.count, close - end < 128, text[byte: close] != UInt8(ascii: "}") { close += 1 }
            guard text[byte: close] == UInt8(ascii: "}") else { return nil }
            return (name, text.slice(end..<close), close + 1)
        }

        /// Whether what is written last makes a shell read what comes now as a script.
        private var isTakenApart: Bool {
            var before = written.suffix(8)
            while let last = before.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\"") {
                before.removeLast()
            }
            return before.suffix(4).elementsEqual("eval".utf8) || before.suffix(2).elementsEqual("-c".utf8)
        }

        /// Where a quoted part of a word ends, whose quotes a shell takes away: `cu''rl`, `cu'r'l`, `"cu"rl`.
        private var wordPart: Int? {
            let quote = text[byte: at]
            guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
            var end = at + 1
            while end - at <= 12, ASCII.isAlphanumeric(text[byte: end]) { end += 1 }
            guard text[byte: end] == quote else { return nil }
            let isBehindLetter = at > 0 && ASCII.isLetter(text[byte: at - 1])
            let isBeforeLetter = ASCII.isLetter(text[byte: end + 1])
            let isPart = end == at + 1 ? isBehindLetter && isBeforeLetter : isBehindLetter || isBeforeLetter
            return isPart ? end + 1 : nil
        }

        /// `c\url`.
        private var isEscapedLetter: Bool {
            guard at > 0, text[byte: at] == UInt8(ascii: "\\"), ASCII.isLetter(text[byte: at - 1]) else { return false }
            return ASCII.isLetter(text[byte: at + 1])
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

/// Takes a command line apart into words as a POSIX shell quotes them (`shlex`), without expanding anything.
enum ShellWords {
    /// A word, and the place of its first character.
    struct Word: Equatable {
        var text: String
        var place: Place
        /// Whether a quote, `$` or back quote stood in it that the shell would act on.
        var isQuoted = false
    }

    /// The words of one line, or of lines that backslashes join.
    ///
    /// - Parameters:
    ///   - text: the command.
    ///   - start: the place of its first character.
    /// - Returns: the words; nil where a quote is not closed.
    static func split(_ text: String, from start: Place = Place(line: 1, column: 1)) -> [Word]? {
        var splitter = Splitter(text, start)
        return splitter.run()
    }

    /// The words of a script, command by command: separators, pipes and subshells divide.
    ///
    /// A part whose quotes are not closed is left out.
    static func commands(_ text: String, from start: Place = Place(line: 1, column: 1)) -> [[Word]] {
        var splitter = Splitter(text, start)
        splitter.dividesCommands = true
        _ = splitter.run()
        return splitter.commands.filter { !$0.isEmpty }
    }

    /// The texts of the words; where a quote is not closed, the text as one word.
    static func texts(_ text: String) -> [String] { split(text)?.map(\.text) ?? [text] }

    private struct Splitter {
        let scalars: [Unicode.Scalar]
        var place: Place
        var at = 0
        var words: [Word] = []
        var word: Word?
        var dividesCommands = false
        var commands: [[Word]] = []

        init(_ text: String, _ start: Place) {
            scalars = Array(text.unicodeScalars)
            place = start
        }

        private mutating func advance() {
            if scalars[at] == "\n" {
                place = Place(line: place.line + 1, column: 1)
            } else {
                place.column += 1
            }
            at += 1
        }

        private mutating func put(_ scalar: Unicode.Scalar) { word?.text.unicodeScalars.append(scalar) }

        private mutating func begin() { if word == nil { word = Word(text: "", place: place) } }

        private mutating func end() {
            if let word { words.append(word) }
            word = nil
        }

        mutating func run() -> [Word]? {
            while at < scalars.count {
                let scalar = scalars[at]
                switch scalar {
                case "\n" where dividesCommands, ";" where dividesCommands, "|" where dividesCommands,
                    "&" where dividesCommands, "(" where dividesCommands, ")" where dividesCommands:
                    divide()
                case "$" where dividesCommands && at + 1 < scalars.count && scalars[at + 1] == "(": substitution()
                case " ", "\t", "\n", "\r":
                    end()
                    advance()
                case "#" where word == nil:
                    while at < scalars.count, scalars[at] != "\n" { advance() }
                case "\\": backslash()
                case "'", "\"":
                    begin()
                    word?.isQuoted = true
                    guard quoted(scalar) else { return nil }
                default:
                    begin()
                    put(scalar)
                    advance()
                }
            }
            end()
            if dividesCommands { commands.append(words) }
            return words
        }

        private mutating func divide() {
            end()
            commands.append(words)
            words = []
            advance()
        }

        /// `$( … )` is part of its word, with all that stands in it.
        private mutating func substitution() {
            begin()
            var level = 0
            while at < scalars.count {
                if scalars[at] == "(" { level += 1 }
                if scalars[at] == ")" { level -= 1 }
                let isLast = scalars[at] == ")" && level == 0
                put(scalars[at])
                advance()
                if isLast { return }
            }
        }

        private mutating func backslash() {
            let next = at + 1 < scalars.count ? scalars[at + 1] : nil
            if next == "\n" || next == "\r" {
                // The line goes on.
                advance()
                if scalars[at] == "\r" { advance() }
                if at < scalars.count, scalars[at] == "\n" { advance() }
                return
            }
            begin()
            advance()
            if at < scalars.count {
                put(scalars[at])
                advance()
            }
        }

        private mutating func quoted(_ quote: Unicode.Scalar) -> Bool {
            advance()
            while at < scalars.count, scalars[at] != quote {
                if quote == "\"", scalars[at] == "\\", at + 1 < scalars.count {
                    let next = scalars[at + 1]
                    if next == "\n" {
                        advance()
                        advance()
                        continue
                    }
                    if next == "\"" || next == "\\" || next == "$" || next == "`" { advance() }
                }
                put(scalars[at])
                advance()
            }
            guard at < scalars.count else { return false }
            advance()
            return true
        }
    }
}

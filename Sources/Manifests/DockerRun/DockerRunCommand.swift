internal import SecurityEvents

/// A `docker run` or `docker create` command, taken apart as the client does.
struct DockerRunCommand {
    /// A flag and its value, with the place of the word that has the value.
    struct Flag {
        var name: String
        var value: String
        var place: Place
    }

    var place: Place
    var flags: [Flag] = []
    var image: ShellWords.Word?
    var arguments: [ShellWords.Word] = []

    /// Why a command could not be taken apart.
    struct Fault: Error {
        var message: String
        var place: Place
    }

    private static let engines: Set = ["docker", "podman", "nerdctl", "docker.exe"]
    private static let wrappers: Set = ["sudo", "exec", "command", "nohup", "time", "then", "do", "else", "!", "{"]

    /// Takes a command apart.
    ///
    /// - Returns: nil where the words run no container.
    static func parse(_ words: [ShellWords.Word]) throws(Fault) -> DockerRunCommand? {
        guard var rest = afterEngine(words), let begin = words.first?.place else { return nil }
        try skipClientFlags(&rest)
        if rest.first?.text == "container" { rest.removeFirst() }
        guard let verb = rest.first?.text, verb == "run" || verb == "create" else { return nil }
        var command = DockerRunCommand(place: begin)
        try command.read(rest.dropFirst())
        return command
    }

    /// The words behind the engine's name; nil where another program is run.
    private static func afterEngine(_ words: [ShellWords.Word]) -> ArraySlice<ShellWords.Word>? {
        for (position, word) in words.enumerated() {
            let name = word.text.split(separator: "/").last.map(String.init) ?? ""
            if engines.contains(name) { return words[(position + 1)...] }
            let isAssignment = word.text.contains("=") && !word.text.hasPrefix("-")
            // `sudo -E -u root docker`
            guard wrappers.contains(word.text) || isAssignment || position > 0 && position < 5 else { return nil }
        }
        return nil
    }

    private static func skipClientFlags(_ rest: inout ArraySlice<ShellWords.Word>) throws(Fault) {
        while let word = rest.first, word.text.hasPrefix("-") {
            rest.removeFirst()
            let name = String(word.text.drop { $0 == "-" })
            if !name.contains("="), RunFlag.clientValued.contains(name), !rest.isEmpty { rest.removeFirst() }
        }
    }

    private mutating func read(_ words: ArraySlice<ShellWords.Word>) throws(Fault) {
        var rest = words
        while let word = rest.first {
            if word.text == "--" {
                rest.removeFirst()
                break
            }
            guard word.text.hasPrefix("-"), word.text != "-" else { break }
            rest.removeFirst()
            if word.text.hasPrefix("--") {
                try readLong(word, &rest)
            } else {
                try readShort(word, &rest)
            }
        }
        image = rest.first
        arguments = Array(rest.dropFirst())
        if image == nil { throw Fault(message: "no image: docker run [flags] IMAGE [command]", place: place) }
    }

    private mutating func readLong(_ word: ShellWords.Word, _ rest: inout ArraySlice<ShellWords.Word>) throws(Fault) {
        let parts = word.text.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        if parts.count == 2 {
            guard RunFlag.booleans.contains(name) || RunFlag.valued.contains(name) else {
                throw Fault(message: "docker run has no flag '--\(name)'", place: word.place)
            }
            flags.append(Flag(name: name, value: String(parts[1]), place: word.place))
        } else if RunFlag.booleans.contains(name) {
            flags.append(Flag(name: name, value: "true", place: word.place))
        } else if RunFlag.valued.contains(name) {
            flags.append(try valued(name, word, &rest))
        } else {
            throw Fault(message: "docker run has no flag '--\(name)'", place: word.place)
        }
    }

    /// `-it`, `-v/:/host`, `-p=80:80`, `-itv /:/host`.
    private mutating func readShort(_ word: ShellWords.Word, _ rest: inout ArraySlice<ShellWords.Word>) throws(Fault) {
        var letters = word.text.dropFirst()
        while let letter = letters.popFirst() {
            guard let name = RunFlag.short[letter] else {
                throw Fault(message: "docker run has no flag '-\(letter)'", place: word.place)
            }
            if RunFlag.booleans.contains(name) {
                var value = "true"
                if letters.first == "=" {
                    value = String(letters.dropFirst())
                    letters = ""
                }
                flags.append(Flag(name: name, value: value, place: word.place))
                continue
            }
            if letters.isEmpty {
                flags.append(try valued(name, word, &rest))
            } else {
                if letters.first == "=" { letters = letters.dropFirst() }
                flags.append(Flag(name: name, value: String(letters), place: word.place))
                letters = ""
            }
        }
    }

    private func valued(
        _ name: String, _ word: ShellWords.Word, _ rest: inout ArraySlice<ShellWords.Word>
    ) throws(Fault) -> Flag {
        guard let value = rest.popFirst() else {
            throw Fault(message: "the flag '\(word.text)' needs a value", place: word.place)
        }
        return Flag(name: name, value: value.text, place: value.place)
    }
}

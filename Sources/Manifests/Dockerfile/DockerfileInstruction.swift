/// One instruction of a Dockerfile.
struct DockerfileInstruction: Equatable {
    /// In upper case: `RUN`.
    var keyword: String
    /// What follows the keyword, lines joined.
    var text: String
    /// The texts of the heredocs that the instruction has.
    var heredocs: [Heredoc] = []
    /// Whether it stands behind `ONBUILD`: builds that begin with the image run it, this one does not.
    var isTrigger = false
    var place: Place
    /// Where ``text`` begins.
    var textPlace: Place

    /// A text between a mark and its repetition.
    struct Heredoc: Equatable {
        var text: String
        /// Where the text begins.
        var place: Place
    }

    /// The instruction at other places.
    func placed(_ place: (Place) -> Place) -> DockerfileInstruction {
        var placed = self
        placed.place = place(self.place)
        placed.textPlace = place(textPlace)
        placed.heredocs = heredocs.map { Heredoc(text: $0.text, place: place($0.place)) }
        return placed
    }

    /// The flags before the words: `--mount=…`, `--from=…`.
    var flags: [String] { words.prefix { $0.hasPrefix("--") }.map { String($0) } }

    /// What follows the flags.
    var arguments: String {
        var rest = Substring(text)
        while rest.hasPrefix("--") {
            rest = rest.drop { $0 != " " && $0 != "\t" }.drop { $0 == " " || $0 == "\t" }
        }
        return String(rest)
    }

    private var words: [Substring] { text.split { $0 == " " || $0 == "\t" } }
}

/// Takes a Dockerfile apart into instructions (Dockerfile reference, docs.docker.com; BuildKit's `parser`).
struct DockerfileParser {
    private let lines: [Substring]
    private var at = 0
    private var escape: Character = "\\"
    private static let keywords: Set = [
        "FROM", "RUN", "CMD", "LABEL", "MAINTAINER", "EXPOSE", "ENV", "ADD", "COPY", "ENTRYPOINT", "VOLUME", "USER",
        "WORKDIR", "ARG", "ONBUILD", "STOPSIGNAL", "HEALTHCHECK", "SHELL",
    ]

    /// Whether a text is a Dockerfile: its first instruction is `FROM` or `ARG`, and it has a `FROM`.
    static func isOne(_ text: String) -> Bool {
        var parser = DockerfileParser(text)
        guard let all = try? parser.instructions(), let first = all.first else { return false }
        return (first.keyword == "FROM" || first.keyword == "ARG") && all.contains { $0.keyword == "FROM" }
    }

    /// A line that is no instruction.
    struct Fault: Error, Equatable {
        var line: Int
        var message: String
    }

    init(_ text: String) {
        lines = text.textLines()
    }

    /// All instructions.
    mutating func instructions() throws(Fault) -> [DockerfileInstruction] {
        readDirectives()
        var found: [DockerfileInstruction] = []
        while at < lines.count {
            guard !YAMLDocuments.isBlank(lines[at]) else {
                at += 1
                continue
            }
            found.append(try instruction())
        }
        return found
    }

    /// `# escape=` and the like stand before everything else.
    private mutating func readDirectives() {
        for line in lines {
            guard line.hasPrefix("#") else { return }
            let parts = line.dropFirst().split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
            guard parts.count == 2 else { return }
            if parts[0].lowercased() == "escape", let character = parts[1].first { escape = character }
        }
    }

    private mutating func instruction() throws(Fault) -> DockerfileInstruction {
        let begin = at
        var text = ""
        var goesOn = true
        while goesOn, at < lines.count {
            var line = lines[at]
            at += 1
            // Comments and, as the builder warns, empty lines within an instruction are left out.
            if !text.isEmpty, YAMLDocuments.isBlank(line) { continue }
            let trimmed = line.trimmingSuffix { $0 == " " || $0 == "\t" }
            goesOn = trimmed.last == escape
            if goesOn { line = trimmed.dropLast() }
            text += text.isEmpty ? String(line) : (line.first == " " || line.first == "\t" ? "" : " ") + line
        }
        let indent = text.prefix { $0 == " " || $0 == "\t" }.count
        let body = text.dropFirst(indent)
        let word = body.prefix { $0 != " " && $0 != "\t" }
        let keyword = word.uppercased()
        guard Self.keywords.contains(keyword) else {
            throw Fault(line: begin + 1, message: "'\(word.prefix(40))' is no Dockerfile instruction")
        }
        let gap = body.dropFirst(word.count).prefix { $0 == " " || $0 == "\t" }.count
        var instruction = DockerfileInstruction(
            keyword: keyword, text: String(body.dropFirst(word.count + gap)).trimmed,
            place: Place(line: begin + 1, column: indent + 1),
            textPlace: Place(line: begin + 1, column: indent + word.count + gap + 1))
        if keyword == "ONBUILD" { instruction = try trigger(instruction) }
        if ["RUN", "COPY", "ADD"].contains(instruction.keyword) { readHeredocs(of: &instruction) }
        return instruction
    }

    /// What stands behind `ONBUILD`.
    private func trigger(_ instruction: DockerfileInstruction) throws(Fault) -> DockerfileInstruction {
        let word = instruction.text.prefix { $0 != " " && $0 != "\t" }
        let gap = instruction.text.dropFirst(word.count).prefix { $0 == " " || $0 == "\t" }.count
        let keyword = word.uppercased()
        // The builder refuses these three.
        guard Self.keywords.contains(keyword), !["ONBUILD", "FROM", "MAINTAINER"].contains(keyword) else {
            throw Fault(line: instruction.place.line, message: "'\(word.prefix(40))' cannot stand behind ONBUILD")
        }
        var trigger = instruction
        trigger.keyword = keyword
        trigger.text = String(instruction.text.dropFirst(word.count + gap))
        trigger.textPlace.column += word.count + gap
        trigger.isTrigger = true
        return trigger
    }

    private mutating func readHeredocs(of instruction: inout DockerfileInstruction) {
        for (mark, stripsTabs) in Self.heredocMarks(instruction.text) {
            var body: [Substring] = []
            let place = Place(line: at + 1, column: 1)
            while at < lines.count {
                let line = lines[at]
                at += 1
                if (stripsTabs ? line.drop { $0 == "\t" } : line) == mark { break }
                body.append(stripsTabs ? line.drop { $0 == "\t" } : line)
            }
            instruction.heredocs.append(.init(text: body.joined(separator: "\n"), place: place))
        }
    }

    /// `<<EOF`, `<<-EOF`, `<<"EOF"`; not `<<<`.
    private static func heredocMarks(_ text: String) -> [(Substring, Bool)] {
        var marks: [(Substring, Bool)] = []
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
            guard let begin = word.firstRange(of: "<<"), !word[begin.upperBound...].hasPrefix("<"), marks.count < 16
            else { continue }
            var mark = word[begin.upperBound...]
            let strips = mark.hasPrefix("-")
            if strips { mark = mark.dropFirst() }
            mark = mark.trimmingPrefix { $0 == "\"" || $0 == "'" }.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            if !mark.isEmpty { marks.append((mark, strips)) }
        }
        return marks
    }
}

extension StringProtocol {
    /// Without the last characters that are so.
    func trimmingSuffix(while isLeftOut: (Character) -> Bool) -> SubSequence {
        guard let last = lastIndex(where: { !isLeftOut($0) }) else { return self[endIndex...] }
        return self[...last]
    }

    /// Without white space at its ends.
    var trimmed: String {
        String(drop { $0.isWhitespace }.trimmingSuffix { $0.isWhitespace })
    }
}

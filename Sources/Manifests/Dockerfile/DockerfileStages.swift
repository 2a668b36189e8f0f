/// Follows a Dockerfile's stages: what each begins with, runs, and leaves as its image's configuration.
struct DockerfileStages {
    /// A command that the build runs in a container, or a script that it writes into the image.
    struct Step {
        /// What a reader calls it: `RUN`, `ONBUILD RUN`, `COPY`.
        var name: String
        var words: [String]
        var place: Place
        /// Where the words stand.
        var textPlace: Place
    }

    /// A stage.
    struct Stage {
        /// The image or stage that it begins with.
        var base: PlacedValue
        var name: String?
        /// The position of the earlier stage that it begins with.
        var parent: Int?
        var steps: [Step] = []
        var env: [PlacedValue] = []
        var user: PlacedValue?
        var folder: PlacedValue?
        var entrypoint: PlacedValue?
        var command: PlacedValue?
        var healthcheck: PlacedValue?
        /// What the image's own commands in shell form are given to, where the file says so.
        var shell: PlacedValue?
        var exposed: [PlacedValue] = []
        var place: Place
    }

    private(set) var stages: [Stage] = []
    private var variables: [String: String] = [:]
    /// The values of `ARG` that the build is given; they count more than those written.
    private let arguments: [String: String]
    private var shell = ["/bin/sh", "-c"]

    /// Follows instructions.
    init(_ instructions: [DockerfileInstruction], arguments: [String: String] = [:]) {
        self.arguments = arguments
        for instruction in instructions { follow(instruction) }
    }

    private mutating func follow(_ instruction: DockerfileInstruction) {
        if instruction.keyword == "FROM" { return begin(instruction) }
        if instruction.keyword == "ARG" { return declare(instruction) }
        guard !stages.isEmpty else { return }
        let last = stages.count - 1
        if ["RUN", "COPY", "ADD"].contains(instruction.keyword) { stages[last].steps += steps(instruction) }
        // What it says of an image, it says of the one that is built later.
        guard !instruction.isTrigger else { return }
        switch instruction.keyword {
        case "USER":
            stages[last].user = .text(expand(instruction.text.trimmed), at: instruction.textPlace)
        case "WORKDIR": stages[last].folder = .text(expand(instruction.text.trimmed), at: instruction.textPlace)
        case "ENV": for variable in Self.variables(instruction.text) { addVariable(variable, instruction, to: last) }
        case "CMD": stages[last].command = words(instruction)
        case "ENTRYPOINT":
            stages[last].entrypoint = words(instruction)
            // The base's command is forgotten with its entrypoint.
            stages[last].command = nil
        case "HEALTHCHECK":
            let text = instruction.arguments.trimmed
            guard text.uppercased().hasPrefix("CMD") else { break }
            stages[last].healthcheck = PlacedValue(
                .array([
                    .text("CMD-SHELL", at: instruction.textPlace),
                    .text(String(text.dropFirst(3)).trimmed, at: instruction.textPlace),
                ]), at: instruction.textPlace)
        case "EXPOSE":
            for port in instruction.text.split(separator: " ") {
                stages[last].exposed.append(.text(expand(String(port)), at: instruction.textPlace))
            }
        case "SHELL":
            guard let words = Self.array(instruction.text) else { break }
            shell = words
            stages[last].shell = PlacedValue(
                .array(words.map { .text($0, at: instruction.textPlace) }), at: instruction.textPlace)
        default: break
        }
    }

    private mutating func begin(_ instruction: DockerfileInstruction) {
        let words = instruction.arguments.split(separator: " ").map(String.init)
        let image = expand(words.first ?? "")
        let parent = stages.lastIndex { $0.name?.lowercased() == image.lowercased() }
        var stage = Stage(
            base: .text(image, at: instruction.textPlace),
            name: words.count > 2 && words[1].uppercased() == "AS" ? words[2] : nil, parent: parent,
            place: instruction.place)
        if let parent {
            let known = stages[parent]
            stage.user = known.user
            stage.folder = known.folder
            stage.env = known.env
            stage.entrypoint = known.entrypoint
            stage.command = known.command
            stage.shell = known.shell
            stage.base = known.base
        }
        shell = ["/bin/sh", "-c"]
        stages.append(stage)
    }

    private mutating func declare(_ instruction: DockerfileInstruction) {
        for declaration in Self.variables(instruction.text, allowsBare: true) {
            if let given = arguments[declaration.name] {
                variables[declaration.name] = given
            } else if !declaration.value.isEmpty {
                variables[declaration.name] = expand(declaration.value)
            }
        }
    }

    private mutating func addVariable(
        _ variable: (name: String, value: String), _ instruction: DockerfileInstruction, to stage: Int
    ) {
        let value = expand(variable.value)
        variables[variable.name] = value
        stages[stage].env.append(.text("\(variable.name)=\(value)", at: instruction.textPlace))
    }

    private func expand(_ text: String) -> String {
        guard text.contains("$") else { return text }
        var filling = ComposeVariables(variables)
        return filling.fill(text)
    }

    /// The commands of a `RUN`: the line's, or those of its heredocs; the scripts that `COPY` and `ADD` write.
    private func steps(_ instruction: DockerfileInstruction) -> [Step] {
        let text = instruction.arguments
        let name = (instruction.isTrigger ? "ONBUILD " : "") + instruction.keyword
        func step(_ words: [String], at place: Place) -> Step {
            Step(name: name, words: words, place: instruction.place, textPlace: place)
        }
        guard instruction.keyword == "RUN" else {
            let target = text.split(separator: " ").last.map(String.init) ?? ""
            return instruction.heredocs.compactMap { file in
                DockerfileScript.words(ofFile: file.text, at: target).map { step($0, at: file.place) }
            }
        }
        if let words = Self.array(text) { return [step(words, at: instruction.place)] }
        var steps: [Step] = []
        let isHeredocOnly = text.hasPrefix("<<") && !text.contains(" ")
        if !isHeredocOnly { steps.append(step(shell + [text], at: instruction.place)) }
        for script in instruction.heredocs {
            steps.append(step(DockerfileScript.words(script.text) ?? shell + [script.text], at: script.place))
        }
        return steps
    }

    private func words(_ instruction: DockerfileInstruction) -> PlacedValue {
        let words = Self.array(instruction.text) ?? shell + [instruction.text]
        return PlacedValue(.array(words.map { .text($0, at: instruction.textPlace) }), at: instruction.textPlace)
    }

    /// A JSON array of texts, the exec form.
    static func array(_ text: String) -> [String]? {
        let trimmed = text.trimmed
        guard trimmed.hasPrefix("["), trimmed.hasSuffix("]"),
            let value = try? YAMLReader.read(.init(text: trimmed, linesBefore: 0), file: "")
        else { return nil }
        guard case .array(let elements) = value.content else { return nil }
        let words = elements.compactMap(\.plain)
        return words.count == elements.count ? words : nil
    }

    /// `A=1 B="two words"`, or the old form `A one value`.
    static func variables(_ text: String, allowsBare: Bool = false) -> [(name: String, value: String)] {
        let words = ShellWords.split(text) ?? []
        guard let first = words.first else { return [] }
        guard first.text.contains("=") || allowsBare else {
            return [(first.text, String(text.trimmed.dropFirst(first.text.count)).trimmed)]
        }
        return words.map { word in
            let parts = word.text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
        }
    }
}

internal import SecurityEvents

/// Reads a Dockerfile: its build steps, each as the container that the builder makes for it, and the image's own
/// configuration, as the container that it will run as.
enum DockerfileReader {
    /// A Dockerfile that stands in another file.
    struct Inline {
        /// What a reader calls what it stands in.
        var owner: String
        /// The stage that is built; nil builds the last one.
        var target: String?
        /// The values of `ARG` that the build is given.
        var arguments: [String: String]
        /// Where in the other file a place of the Dockerfile is.
        var place: (Place) -> Place
    }

    /// What a file asks for, and what it does that only a Dockerfile can do.
    ///
    /// - Parameters:
    ///   - text: the Dockerfile's text.
    ///   - file: the file's name.
    ///   - inline: what it stands in, where that is not a file of its own.
    ///   - faults: what could not be read.
    /// - Returns: the containers of its build, the image's, and notes.
    static func read(
        _ text: String, file: String, inline: Inline? = nil, faults: inout [Diagnostic]
    ) -> (manifests: [Manifest], notes: [BuildNote]) {
        var parser = DockerfileParser(text)
        var instructions: [DockerfileInstruction]
        do throws(DockerfileParser.Fault) {
            instructions = try parser.instructions()
        } catch {
            let place = Place(line: error.line, column: 1)
            faults.append(Diagnostic(file: file, line: (inline?.place(place) ?? place).line, message: error.message))
            return ([], [])
        }
        if let inline { instructions = instructions.map { $0.placed(inline.place) } }
        var stages = DockerfileStages(instructions, arguments: inline?.arguments ?? [:]).stages
        if let target = inline?.target, let last = stages.firstIndex(where: { $0.name == target }) {
            stages.removeSubrange((last + 1)...)
        }
        let suffix = inline.map { " of \($0.owner)" } ?? ""
        var manifests: [Manifest] = []
        for stage in stages {
            for step in stage.steps { manifests.append(manifest(of: step, base: stage.base, file: file, suffix)) }
        }
        if let last = stages.last { manifests.append(manifest(of: last, file: file, suffix)) }
        return (manifests, BuildCheck.all.flatMap { $0.notes(instructions, stages) })
    }

    private static func manifest(
        of step: DockerfileStages.Step, base: PlacedValue, file: String, _ suffix: String
    ) -> Manifest {
        var body = CreateBody(at: step.place)
        body.set("Image", base)
        body.set("Cmd", PlacedValue(.array(step.words.map { .text($0, at: step.textPlace) }), at: step.textPlace))
        return Manifest(
            kind: .buildStep, file: file, line: step.place.line,
            label: "\(step.name) in line \(step.place.line)" + suffix,
            root: body.root, source: nil, identity: Manifest.Identity())
    }

    private static func manifest(of stage: DockerfileStages.Stage, file: String, _ suffix: String) -> Manifest {
        var body = CreateBody(at: stage.place)
        if stage.base.text != "scratch" { body.set("Image", stage.base) }
        body.set("Cmd", stage.command)
        body.set("Entrypoint", stage.entrypoint)
        body.set("User", stage.user)
        body.set("WorkingDir", stage.folder)
        for variable in stage.env { body.append("Env", variable) }
        if let shell = stage.shell { body.set("Shell", shell) }
        if let check = stage.healthcheck { body.insert("Healthcheck", "Test", check, at: check.place) }
        return Manifest(
            kind: .dockerfile, file: file, line: stage.place.line, label: "the image" + suffix, root: body.root,
            source: nil, identity: Manifest.Identity())
    }
}

internal import SecurityEvents

/// Reads a Dockerfile: its build steps, each as the container that the builder makes for it, and the image's own
/// configuration, as the container that it will run as.
enum DockerfileReader {
    /// What a file asks for, and what it does that only a Dockerfile can do.
    static func read(
        _ text: String, file: String, faults: inout [Diagnostic]
    ) -> (manifests: [Manifest], notes: [BuildNote]) {
        var parser = DockerfileParser(text)
        let instructions: [DockerfileInstruction]
        do throws(DockerfileParser.Fault) {
            instructions = try parser.instructions()
        } catch {
            faults.append(Diagnostic(file: file, line: error.line, message: error.message))
            return ([], [])
        }
        let stages = DockerfileStages(instructions).stages
        var manifests: [Manifest] = []
        for stage in stages {
            for step in stage.steps { manifests.append(manifest(of: step, base: stage.base, file: file)) }
        }
        if let last = stages.last { manifests.append(manifest(of: last, file: file)) }
        return (manifests, BuildCheck.all.flatMap { $0.notes(instructions, stages) })
    }

    private static func manifest(of step: DockerfileStages.Step, base: PlacedValue, file: String) -> Manifest {
        var body = CreateBody(at: step.place)
        body.set("Image", base)
        body.set("Cmd", PlacedValue(.array(step.words.map { .text($0, at: step.place) }), at: step.place))
        return Manifest(
            kind: .buildStep, file: file, line: step.place.line, label: "RUN in line \(step.place.line)",
            root: body.root, source: nil, identity: Manifest.Identity())
    }

    private static func manifest(of stage: DockerfileStages.Stage, file: String) -> Manifest {
        var body = CreateBody(at: stage.place)
        if stage.base.text != "scratch" { body.set("Image", stage.base) }
        body.set("Cmd", stage.command)
        body.set("Entrypoint", stage.entrypoint)
        body.set("User", stage.user)
        for variable in stage.env { body.append("Env", variable) }
        if let check = stage.healthcheck { body.insert("Healthcheck", "Test", check, at: check.place) }
        return Manifest(
            kind: .dockerfile, file: file, line: stage.place.line, label: "the image", root: body.root, source: nil,
            identity: Manifest.Identity())
    }
}

package import SecurityEvents

/// What was read of a file.
package struct ReadManifests: Sendable {
    package var manifests: [Manifest] = []
    /// What its Dockerfiles do that no container's creation shows.
    package var buildNotes: [BuildNote] = []
    /// What could not be read, and reservations.
    package var diagnostics: [Diagnostic] = []
    /// Whether anything in it was recognized.
    package var isRecognized = false

    init() {}
}

/// Reads files that ask for deployments; what a file is, its content says.
package struct ManifestReader: Sendable {
    /// Larger files are no manifests.
    package static let sizeLimit = 32 << 20

    private let load: @Sendable (String) -> Result<String, FileFault>
    private let variables: [String: String]

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - variables: the variables that Compose files are filled in with.
    ///   - load: the text of a file that another names (`extends`, `include`), by its path, or why it cannot be read.
    package init(
        variables: [String: String] = [:],
        load: @escaping @Sendable (String) -> Result<String, FileFault> = { _ in
            .failure(FileFault("no other files are read here"))
        }
    ) {
        self.variables = variables
        self.load = load
    }

    /// Reads a file's text.
    ///
    /// - Parameters:
    ///   - text: all of it.
    ///   - file: its name, for messages and as a hint of what it is.
    /// - Returns: what it asks for, and what could not be read.
    package func read(_ text: String, file: String) -> ReadManifests {
        var result = ReadManifests()
        let text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        if Self.isDockerfileName(file) || (!Self.isYAMLName(file) && DockerfileParser.isOne(text)) {
            let read = DockerfileReader.read(text, file: file, faults: &result.diagnostics)
            result.manifests = read.manifests
            result.buildNotes = read.notes
            result.isRecognized = true
            return result
        }
        if !Self.isYAMLName(file), DockerRunScript.isOne(text), !Self.looksLikeObject(text) {
            result.manifests = DockerRunScript.manifests(text, file: file, faults: &result.diagnostics)
            result.isRecognized = true
            return result
        }
        let lines = text.textLines()
        for part in YAMLDocuments(lines: lines) { read(part, file: file, lines: lines, into: &result) }
        return result
    }

    /// Reads a command line.
    package func read(commandLine: String, name: String) -> ReadManifests {
        var result = ReadManifests()
        result.manifests = DockerRunScript.manifests(commandLine, file: name, faults: &result.diagnostics)
        result.isRecognized = !result.manifests.isEmpty || !result.diagnostics.isEmpty
        return result
    }

    private func read(
        _ part: YAMLDocuments.Part, file: String, lines: [Substring], into result: inout ReadManifests
    ) {
        do throws(Diagnostic) {
            let root = try YAMLReader.read(part, file: file)
            guard !root.isNull else { return }
            if KubernetesObject.isOne(root) {
                result.isRecognized = true
                result.manifests += KubernetesObject.manifests(
                    root, file: file, source: part.source, faults: &result.diagnostics)
            } else if case .array(let elements) = root.content, !elements.isEmpty,
                elements.allSatisfy(KubernetesObject.isOne)
            {
                result.isRecognized = true
                for element in elements {
                    result.manifests += KubernetesObject.manifests(
                        element, file: file, source: part.source, faults: &result.diagnostics)
                }
            } else if ComposeFile.isOne(root) {
                result.isRecognized = true
                // Compose takes YAML 1.2's words: `yes` is a text there.
                let again = try YAMLReader.read(part, file: file, dialect: .compose)
                var compose = ComposeFile(again, file: file, variables: variables, lines: lines, load: load)
                result.manifests += compose.manifests()
                result.buildNotes += compose.buildNotes
                result.diagnostics += compose.faults
            }
        } catch {
            result.isRecognized = result.isRecognized || Self.looksLikeObject(part.text)
            result.diagnostics.append(Self.explained(error, part))
        }
    }

    private static func explained(_ fault: Diagnostic, _ part: YAMLDocuments.Part) -> Diagnostic {
        guard part.text.contains("{{"), part.text.contains("}}") else { return fault }
        var fault = fault
        fault.message = "a template that is not rendered; render it first: helm template … | tallyman check -"
        return fault
    }

    private static func looksLikeObject(_ text: String) -> Bool {
        text.textLines().contains { $0.hasPrefix("apiVersion:") || $0.hasPrefix("services:") }
            || text.drop { $0.isWhitespace }.first == "{"
    }

    private static func lastName(_ file: String) -> Substring { file.split(separator: "/").last ?? "" }

    /// Whether a name is one that Dockerfiles have: `Dockerfile`, `Dockerfile.dev`, `web.dockerfile`, `Containerfile`.
    package static func isDockerfileName(_ file: String) -> Bool {
        let name = lastName(file).lowercased()
        return ["dockerfile", "containerfile"].contains {
            name == $0 || name.hasPrefix($0 + ".") || name.hasSuffix("." + $0)
        }
    }

    /// Whether a name is one that YAML and JSON files have.
    package static func isYAMLName(_ file: String) -> Bool {
        let name = lastName(file).lowercased()
        return [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
    }
}

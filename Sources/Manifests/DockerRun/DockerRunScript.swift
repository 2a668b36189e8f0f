internal import SecurityEvents

/// Finds the containers and Pods that a shell script, or a single command line, runs.
enum DockerRunScript {
    /// Whether a text has such a command.
    static func isOne(_ text: String) -> Bool {
        let engines = ["docker ", "podman ", "nerdctl "]
        let verbs = [" run ", " create ", " run\\"]
        return text.textLines().contains { line in
            (engines.contains { line.contains($0) } && verbs.contains { line.contains($0) }
                || line.contains("kubectl ") && line.contains(" run "))
                && !YAMLDocuments.isBlank(line)
        }
    }

    /// The containers of a text.
    static func manifests(_ text: String, file: String, faults: inout [Diagnostic]) -> [Manifest] {
        var manifests: [Manifest] = []
        for words in ShellWords.commands(text) {
            do throws(KubectlRunCommand.Fault) {
                if let pod = try KubectlRunCommand.parse(words)?.pod() {
                    manifests += KubernetesObject.manifests(pod, file: file, source: nil, faults: &faults)
                    continue
                }
            } catch {
                faults.append(
                    Diagnostic(
                        file: file, line: error.place.line, column: error.place.column, message: error.message))
                continue
            }
            let command: DockerRunCommand
            do throws(DockerRunCommand.Fault) {
                guard let parsed = try DockerRunCommand.parse(words) else { continue }
                command = parsed
            } catch {
                faults.append(
                    Diagnostic(
                        file: file, line: error.place.line, column: error.place.column, message: error.message))
                continue
            }
            var identity = Manifest.Identity()
            identity.kind = "Container"
            identity.name = command.name
            manifests.append(
                Manifest(
                    kind: .dockerRun, file: file, line: command.place.line,
                    label: "container \(command.name ?? command.image?.text ?? "")", root: command.body(), source: nil,
                    identity: identity))
        }
        return manifests
    }
}

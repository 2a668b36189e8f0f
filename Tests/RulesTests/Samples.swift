import SecurityEvents

@testable import Rules

/// A sound rule, of which tests change one part.
func ruleText(
    title: String = "A title", id: String = "0e6f1f52-0000-4000-8000-000000000001", level: String = "high",
    logsource: String = "{category: container_deployment}",
    detection: String = "\n  cel: event.deploys && container.privileged",
    message: String = "container {container.name}",
    more: String = ""
) -> String {
    """
    title: \(title)
    id: \(id)
    level: \(level)
    tags: [attack.t1610]
    logsource: \(logsource)
    detection: \(detection)
    message: "\(message)"
    \(more)
    """
}

/// A rule file in a folder of its own.
func ruleFile(_ text: String, folder: String = "sample") -> RuleFile {
    RuleFile(name: "\(folder)/rule.yml", path: "t1610/\(folder)/rule.yml", text: text)
}

/// A list file.
func listFile(_ name: String, kind: String = "text", members: String = "[a]") -> RuleFile {
    RuleFile(
        name: "lists/\(name).yml", path: "lists/\(name).yml",
        text: "name: \(name)\nkind: \(kind)\nmembers: \(members)\n")
}

/// The faults of some files, as a person sees them.
func faults(of files: [RuleFile]) -> [String] {
    do {
        _ = try RuleLibrary(layers: [files])
        return []
    } catch {
        return error.diagnostics.map(\.description)
    }
}

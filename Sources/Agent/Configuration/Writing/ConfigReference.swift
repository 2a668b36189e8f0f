/// The reference of the configuration file, `docs/configuration.md`, made from its keys.
package enum ConfigReference {
    /// The page.
    package static var text: String {
        var lines = [
            "# Configuration",
            "",
            "<!-- Made from the code: tallyman config schema --format markdown > docs/configuration.md -->",
            "",
            "`tallyman serve --config FILE` reads one YAML file. Without `--config`, the file that `\(ConfigLoader.fileVariable)` "
                + "names is read, then `\(usualFile)` where it exists. Every key may be left out, and every key can be set by a "
                + "variable of the environment, which comes before the file, or by an option of `serve`, which comes before "
                + "both. Lists have commas between their members in the environment.",
            "",
            "`tallyman config check FILE` says what is wrong with a file; `tallyman config show` prints what is in force and where "
                + "each value comes from; `tallyman config schema` prints a JSON Schema, which editors understand "
                + "([configuration.schema.json](configuration.schema.json)).",
            "",
            "Unknown keys are refused with their place and the nearest known one. Anchors and aliases are refused. Secrets have "
                + "no place in the file: keys name files that hold them.",
            "",
            "```yaml",
        ]
        lines += example
        lines += ["```", ""]
        for part in AgentConfiguration.sections {
            lines += ["## `\(part.path)`", "", part.summary, ""]
            lines += ["| key | value | default | variable |", "|---|---|---|---|"]
            for entry in part.entries {
                let name = entry.path.dropFirst(part.path.count + 1)
                let usual = entry.usual.text.isEmpty ? "" : "`\(entry.usual.text)`"
                lines.append("| `\(name)` | \(entry.form.expectation) | \(usual) | `\(entry.variable)` |")
            }
            lines.append("")
            for entry in part.entries {
                lines.append("- `\(entry.path.dropFirst(part.path.count + 1))`: \(entry.summary)")
            }
            lines.append("")
        }
        return lines.dropLast().joined(separator: "\n") + "\n"
    }

    /// Where the file usually is.
    package static let usualFile = "/etc/tallyman/tallyman.yaml"

    /// A small file; a test sees that it is sound.
    package static let example = [
        "# A host with Docker and a Kubernetes API server.",
        "sources:",
        "  docker:",
        "    use: always",
        "    waitForEngine: true",
        "  files:",
        "    paths: [/var/log/kubernetes/audit.log]",
        "rules:",
        "  paths: [/etc/tallyman/rules]",
        "judging:",
        "  level: medium",
        "ledger:",
        "  file: /var/lib/tallyman/ledger.db",
        "server:",
        "  listen: 127.0.0.1:9464",
        "log:",
        "  form: json",
    ]
}

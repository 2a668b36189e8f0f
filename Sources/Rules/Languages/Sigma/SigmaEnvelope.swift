internal import BoundedYAML
internal import CEL
internal import SecurityEvents
internal import Yams

/// Reads what a rule of the field says about itself.
///
/// The specification lets rules have attributes of their own: what is not known is a warning. What would change which
/// events a rule is true of is never passed over.
struct SigmaEnvelope {
    static let keys = [
        "title", "id", "name", "status", "description", "references", "author", "date", "modified", "level", "tags",
        "logsource", "detection", "correlation", "filter", "falsepositives", "fields", "related", "license", "taxonomy",
        "scope", "action", "generate", "rules", "aliases", "timespan", "condition", "group-by", "type",
        "regression_tests_path",
        "simulation",
    ]

    let document: SigmaDocument
    var fields: YAMLFields
    /// What the rule waits for because of its status.
    private(set) var waitsFor: [String] = []

    init(_ document: SigmaDocument) {
        self.document = document
        fields = YAMLFields(document.root, in: document.text, known: nil, what: "a rule")
        guard case .mapping(let mapping) = document.root else { return }
        for (key, _) in mapping {
            guard let name = key.scalar?.string, !Self.keys.contains(name) else { continue }
            let hint = Spelling.hint(for: name, among: Self.keys)
            fields.diagnostics.append(
                document.text.fault(.warning, at: key, "'\(name)' is no attribute of Sigma and has no effect" + hint))
        }
    }

    /// Whether nothing hinders the rule.
    var isSound: Bool { !fields.diagnostics.contains { $0.severity == .error } }

    /// What the rule says about itself; its condition is added later.
    mutating func rule(_ source: Rule.LogSource) -> Rule {
        let title = fields.string("title", required: true)
        let level: Level? = fields.value("level") == nil ? .medium : fields.word("level")
        let status = status()
        var rule = Rule(
            id: identifier(), name: name, title: title, status: status, description: fields.string("description"),
            references: fields.texts("references"), author: fields.string("author"), date: fields.string("date"),
            modified: fields.string("modified"), level: level ?? .medium, tags: fields.texts("tags"),
            logsource: source, falsePositives: fields.texts("falsepositives"), remediation: nil, condition: "",
            file: document.file.name, page: nil)
        rule.line = (fields.value("correlation") ?? document.root).mark?.line ?? 0
        return rule
    }

    /// What other rules call it: its `name`, or what its file is called.
    var name: String {
        if let name = fields.value("name")?.scalar?.string, !name.isEmpty { return name }
        let file = document.file
        let stem =
            file.fileName == "rule.yml" ? String(file.folderName) : String(file.fileName.prefix { $0 != "." })
        return document.position == 0 ? stem : "\(stem)-\(document.position + 1)"
    }

    private mutating func identifier() -> String {
        guard let node = fields.value("id") else {
            // A rule need not have one; the same text has the same again.
            var print = Fingerprint(document.file.path)
            print.add(UInt64(document.position))
            print.add(fields.value("title")?.scalar?.string ?? "")
            return Self.identifier(print)
        }
        let id = fields.string("id", required: true)
        if !SigmaRuleReader.isUUID(id), !id.isEmpty {
            fields.diagnostics.append(document.text.fault(.warning, at: node, "'\(id)' is no UUID"))
        }
        return id.lowercased()
    }

    private static func identifier(_ print: Fingerprint) -> String {
        let digits = Array(print.hexadecimal)
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
        return groups.joined(separator: "-")
    }

    private mutating func status() -> String {
        guard let node = fields.value("status") else { return "" }
        let status = fields.string("status")
        switch status {
        case "stable", "test", "experimental": break
        case "deprecated":
            fields.diagnostics.append(
                document.text.fault(.warning, at: node, "the rule is deprecated; it is used all the same"))
        case "unsupported":
            waitsFor.append("its author, who marked it unsupported: it cannot be used as it is")
        default:
            let known = ["stable", "test", "experimental", "deprecated", "unsupported"]
            fields.diagnostics.append(
                document.text.fault(
                    .warning, at: node, "'\(status)' is no status" + Spelling.hint(for: status, among: known)))
        }
        return status
    }
}

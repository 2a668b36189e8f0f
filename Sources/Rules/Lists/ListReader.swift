internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// Reads list files: `name`, `description`, `kind`, `extends` and `members`.
enum ListReader {
    static let keys = ["name", "description", "kind", "extends", "members"]
    static let memberLimit = 200_000

    /// Whether a file is a list and not a rule.
    static func isList(_ file: RuleFile) -> Bool {
        file.path.hasPrefix("lists/") || file.path.contains("/lists/") || file.folderName == "lists"
    }

    static func read(_ file: RuleFile, diagnostics: inout [Diagnostic]) -> NamedList? {
        let text: YAMLText
        do { text = try YAMLText(file.text, file: file.name, nodeLimit: memberLimit) } catch {
            diagnostics.append(error)
            return nil
        }
        var fields = YAMLFields(text.root, in: text, known: keys, what: "a list")
        let name = fields.string("name", required: true)
        let description = fields.string("description")
        let kind: NamedList.Kind? = fields.word("kind", required: true)
        if fields.value("members") == nil { fields.fault(at: nil, "'members' is missing") }
        let members = fields.strings("members")
        let extends = fields.bool("extends")
        if !name.isEmpty, !isName(name) {
            fields.fault(at: fields.value("name"), "a list's name has letters, digits and '_' only: '\(name)'")
        }
        diagnostics += fields.diagnostics
        guard fields.diagnostics.isEmpty, let kind else { return nil }
        do {
            return try NamedList(
                name: name, description: description, kind: kind, members: members, extends: extends,
                file: file.name, line: text.root.mark?.line ?? 0)
        } catch {
            var place = fields.value("members")
            if case .sequence(let elements)? = place, elements.indices.contains(error.position) {
                place = elements[error.position]
            }
            diagnostics.append(text.fault(at: place ?? text.root, error.reason))
            return nil
        }
    }

    private static func isName(_ name: String) -> Bool {
        name.utf8.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
    }
}

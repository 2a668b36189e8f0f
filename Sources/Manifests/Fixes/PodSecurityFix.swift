package import JSONView

/// Changes that make a manifest pass checks of the Pod Security Standards where something must be set and is not.
///
/// Only what the standard prescribes for every program: no privilege escalation, no capabilities, the runtime's seccomp
/// profile. That a program runs as another user than root is not for us to decide.
package enum PodSecurityFix {
    /// The changes for the fields that a check names.
    ///
    /// - Parameters:
    ///   - fields: the paths within the manifest; of missing fields, where they should stand.
    ///   - manifest: the manifest.
    ///   - lines: the lines of its file.
    /// - Returns: the changes; none where no safe one is known, or where the manifest is not written as block YAML.
    package static func edits(for fields: [JSONPath], of manifest: Manifest, lines: [String]) -> Set<TextEdit> {
        var edits: Set<TextEdit> = []
        let existing = fields.map { path in
            JSONPath(manifest.pathPrefix + path.steps).description
        }
        edits.formUnion(ManifestFix.edits(for: existing, of: manifest))
        for path in fields {
            if let edit = insertion(at: path, manifest, lines) { edits.insert(edit) }
        }
        return edits
    }

    /// What is written for a missing field: the steps behind `securityContext`, and the lines.
    private static let values: [(path: [String], lines: [String])] = [
        (["allowPrivilegeEscalation"], ["allowPrivilegeEscalation: false"]),
        (["capabilities", "drop"], ["capabilities:", "  drop: [\"ALL\"]"]),
        (["seccompProfile", "type"], ["seccompProfile:", "  type: RuntimeDefault"]),
        (["seccompProfile"], ["seccompProfile:", "  type: RuntimeDefault"]),
    ]

    /// What should stand at a missing field of a container's or Pod's `securityContext`, as JSON.
    ///
    /// - Parameter keys: the steps behind `securityContext`.
    /// - Returns: nil where that is not for us to say.
    package static func missingValue(at keys: [String]) -> String? {
        switch keys {
        case ["allowPrivilegeEscalation"]: "false"
        case ["capabilities", "drop"]: #"["ALL"]"#
        case ["seccompProfile", "type"]: #""RuntimeDefault""#
        case ["seccompProfile"]: #"{"type":"RuntimeDefault"}"#
        default: nil
        }
    }

    private static func insertion(at path: JSONPath, _ manifest: Manifest, _ lines: [String]) -> TextEdit? {
        let keys = path.steps.map { step -> String in if case .key(let key) = step { key } else { "[]" } }
        guard let context = keys.lastIndex(of: "securityContext"), !manifest.root.find(path).isWhole,
            let (_, added) = values.first(where: { $0.path == Array(keys[(context + 1)...]) })
        else { return nil }
        let owner = manifest.root.find(JSONPath(Array(path.steps[..<context])))
        guard owner.isWhole else { return nil }
        if let known = owner.value.member("securityContext") {
            return inContext(known, added, keys: Array(keys[(context + 1)...]), lines)
        }
        // Behind the first member of the container or Pod, in its column.
        guard let anchor = owner.value.members.first(where: { isOneLine($0, lines) }), isBlock(anchor, lines) else {
            return nil
        }
        let margin = String(repeating: " ", count: anchor.keyPlace.column - 1)
        return .insert(
            after: anchor.keyPlace.line, lines: [margin + "securityContext:"] + added.map { margin + "  " + $0 })
    }

    private static func inContext(
        _ context: PlacedValue.Member, _ added: [String], keys: [String], _ lines: [String]
    ) -> TextEdit? {
        guard let first = context.value.members.first, isBlock(first, lines),
            first.keyPlace.line > context.keyPlace.line
        else { return nil }
        let margin = String(repeating: " ", count: first.keyPlace.column - 1)
        // `capabilities` may be there without `drop`.
        if keys.count == 2, let inner = context.value.member(keys[0]) {
            guard let member = inner.value.members.first, isBlock(member, lines),
                member.keyPlace.line > inner.keyPlace.line, inner.value[keys[1]] == nil
            else { return nil }
            let deeper = String(repeating: " ", count: member.keyPlace.column - 1)
            return .insert(after: inner.keyPlace.line, lines: added.dropFirst().map { deeper + $0.trimmed })
        }
        return .insert(after: context.keyPlace.line, lines: added.map { margin + $0 })
    }

    /// Whether a member's key begins its line, after dashes and spaces.
    private static func isBlock(_ member: PlacedValue.Member, _ lines: [String]) -> Bool {
        let place = member.keyPlace
        guard lines.indices.contains(place.line - 1), place.column > 0 else { return false }
        return lines[place.line - 1].unicodeScalars.prefix(place.column - 1).allSatisfy { $0 == " " || $0 == "-" }
    }

    private static func isOneLine(_ member: PlacedValue.Member, _ lines: [String]) -> Bool {
        switch member.value.content {
        case .array, .object: return false
        default:
            guard lines.indices.contains(member.value.place.line - 1), member.value.place.line == member.keyPlace.line
            else {
                return false
            }
            let line = lines[member.value.place.line - 1]
            return !line.contains("|") && !line.contains(">")
                && member.value.text.map { line.contains($0) || $0.isEmpty } ?? true
        }
    }
}

package import BoundedYAML
package import SecurityEvents
package import Yams

/// The members of a YAML mapping, read with a type each; what does not fit becomes a diagnostic.
package struct YAMLFields {
    /// The text that has the mapping.
    package let text: YAMLText
    /// The mapping.
    package let node: Node
    private let members: [(key: Node, value: Node)]
    /// The members' names, looked through without copying nodes.
    private let names: [String?]
    /// What did not fit so far.
    package var diagnostics: [Diagnostic] = []

    /// Takes a mapping; keys that are not among the known ones are faults, unless any may stand there.
    package init(_ node: Node, in text: YAMLText, known: [String]?, what: String) {
        self.text = text
        self.node = node
        guard case .mapping(let mapping) = node else {
            (members, names) = ([], [])
            diagnostics.append(text.fault(at: node, "\(what) must be a mapping of keys to values"))
            return
        }
        members = mapping.map { ($0.key, $0.value) }
        names = members.map { $0.key.scalar?.string }
        guard let known else { return }
        for (position, name) in names.enumerated() {
            guard let name, !known.contains(name) else { continue }
            diagnostics.append(
                text.fault(
                    at: members[position].key, "\(what) has no key '\(name)'" + Spelling.hint(for: name, among: known)))
        }
    }

    /// The value of a key; nil where it is missing.
    package func value(_ name: String) -> Node? { names.firstIndex(of: name).map { members[$0].value } }

    /// Notes that something does not fit.
    package mutating func fault(at node: Node?, _ message: String) {
        diagnostics.append(text.fault(at: node ?? self.node, message))
    }

    /// A text; "" and a fault where it is missing and required.
    package mutating func string(_ name: String, required: Bool = false) -> String {
        guard let value = value(name) else {
            if required { fault(at: node, "'\(name)' is missing") }
            return ""
        }
        guard let scalar = value.scalar else {
            fault(at: value, "'\(name)' must be a text")
            return ""
        }
        if required, scalar.string.isEmpty { fault(at: value, "'\(name)' is empty") }
        return scalar.string
    }

    /// `true` or `false`; false where it is missing.
    package mutating func bool(_ name: String) -> Bool {
        guard let value = value(name) else { return false }
        switch value.scalar?.string {
        case "true": return true
        case "false": return false
        default:
            fault(at: value, "'\(name)' must be true or false")
            return false
        }
    }

    /// A list of texts; one text alone counts as a list of one where that is usual.
    package mutating func strings(_ name: String) -> [String] {
        guard let value = value(name) else { return [] }
        return strings(in: value, name)
    }

    /// A list of texts, or one text alone, which counts as a list of one.
    package mutating func texts(_ name: String) -> [String] {
        if let scalar = value(name)?.scalar, !scalar.string.isEmpty, scalar.string != "null" { return [scalar.string] }
        return strings(name)
    }

    private mutating func strings(in value: Node, _ name: String) -> [String] {
        guard case .sequence(let elements) = value else {
            if let scalar = value.scalar, scalar.string.isEmpty || scalar.string == "null" { return [] }
            fault(at: value, "'\(name)' must be a list")
            return []
        }
        var found: [String] = []
        for element in elements {
            if let scalar = element.scalar {
                found.append(scalar.string)
            } else {
                fault(at: element, "'\(name)' must be a list of texts")
            }
        }
        return found
    }

    /// One of a few words.
    package mutating func word<Word: RawRepresentable & CaseIterable>(_ name: String, required: Bool = false) -> Word?
    where Word.RawValue == String {
        let written = string(name, required: required)
        guard let value = value(name), !written.isEmpty else { return nil }
        if let word = Word(rawValue: written) { return word }
        let words = Word.allCases.map(\.rawValue)
        fault(
            at: value,
            "'\(written)' is no \(name); it is one of \(words.joined(separator: ", "))"
                + Spelling.hint(for: written, among: words))
        return nil
    }
}

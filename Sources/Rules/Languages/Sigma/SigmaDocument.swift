internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// One document of a Sigma file.
struct SigmaDocument {
    /// What a document is.
    enum Kind {
        /// `detection: {cel: …}`
        case expression
        /// `detection` with selections.
        case selections
        /// `detection: {search: …}`
        case search
        case correlation
        case filter
    }

    let kind: Kind
    let text: YAMLText
    let file: RuleFile
    /// The document's number within its file, from 0.
    let position: Int

    var root: Node { text.root }

    /// The documents of a file, with what `action: global` says in each of them.
    static func all(of file: RuleFile) throws(Diagnostic) -> [SigmaDocument] {
        var documents: [SigmaDocument] = []
        var global: Node?
        var before: Node?
        for text in try YAMLText.documents(file.text, file: file.name) {
            var root = text.root
            switch try action(of: text) {
            case "global"?:
                global = without("action", root)
                continue
            case "reset"?:
                global = nil
                root = without("action", root)
                if case .mapping(let mapping) = root, mapping.isEmpty { continue }
            case "repeat"?:
                guard let last = before else {
                    throw text.fault(at: root, "'action: repeat' has no document before it to repeat")
                }
                root = merged(last, with: without("action", root))
            default:
                if let global { root = merged(global, with: root) }
            }
            before = root
            documents.append(
                SigmaDocument(
                    kind: kind(of: root), text: text.with(root: root), file: file, position: documents.count))
        }
        guard !documents.isEmpty else {
            throw Diagnostic(file: file.name, message: "the file has only 'action' documents and no rule")
        }
        return documents
    }

    private static func kind(of root: Node) -> Kind {
        if root.value("correlation") != nil { return .correlation }
        if root.value("filter") != nil, root.value("detection") == nil { return .filter }
        guard let detection = root.value("detection") else { return .expression }
        if detection.value("search")?.scalar != nil, detection.value("condition") == nil { return .search }
        return detection.value("cel")?.scalar != nil ? .expression : .selections
    }

    private static func action(of text: YAMLText) throws(Diagnostic) -> String? {
        guard let node = text.root.value("action") else { return nil }
        guard let word = node.scalar?.string, ["global", "reset", "repeat"].contains(word) else {
            throw text.fault(at: node, "'action' is one of global, reset, repeat")
        }
        return word
    }

    private static func without(_ name: String, _ node: Node) -> Node {
        guard case .mapping(let mapping) = node else { return node }
        return .mapping(
            Node.Mapping(
                mapping.filter { $0.key.scalar?.string != name }.map { ($0.key, $0.value) }, mapping.tag,
                mapping.style, mapping.mark))
    }

    /// A document over another: mappings are merged, everything else is taken from the upper one.
    private static func merged(_ lower: Node, with upper: Node) -> Node {
        guard case .mapping(let one) = lower, case .mapping(let other) = upper else { return upper }
        var pairs = one.map { ($0.key, $0.value) }
        for (key, value) in other {
            if let position = pairs.firstIndex(where: { $0.0.scalar?.string == key.scalar?.string }) {
                pairs[position].1 = merged(pairs[position].1, with: value)
            } else {
                pairs.append((key, value))
            }
        }
        return .mapping(Node.Mapping(pairs, other.tag, other.style, other.mark))
    }
}

extension Node {
    /// The value of a member of a mapping, with the key as it is written.
    func value(_ name: String) -> Node? {
        guard case .mapping(let mapping) = self else { return nil }
        return mapping.first { $0.key.scalar?.string == name }?.value
    }
}

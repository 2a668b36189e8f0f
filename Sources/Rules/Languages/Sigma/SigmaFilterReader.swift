internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// Puts a Sigma filter over the rules that it names: its condition must be true as well.
struct SigmaFilterReader {
    private let document: SigmaDocument
    private let compiler: ConditionCompiler

    init(_ document: SigmaDocument, _ compiler: ConditionCompiler) {
        self.document = document
        self.compiler = compiler
    }

    func apply(to drafts: inout [SigmaDraft], diagnostics: inout [Diagnostic]) {
        var envelope = SigmaEnvelope(document)
        let source = SigmaLogSource.readAny(document.root.value("logsource"), in: document.text, &envelope.fields)
        _ = envelope.rule(source.rule)
        let node = document.root.value("filter") ?? document.root
        let references = references(in: node, &envelope.fields)
        var reader = SigmaSelectionReader(
            document.text, taxonomy: SigmaTaxonomy(source.rule), lists: compiler.lists)
        let condition = reader.lower(node, other: ["rules"])
        diagnostics += envelope.fields.diagnostics + reader.diagnostics
        guard envelope.isSound, let condition, let references else { return }
        for reference in references where !drafts.contains(where: { $0.isCalled(reference) }) {
            diagnostics.append(
                document.text.fault(
                    .warning, at: node, "the filter names the rule '\(reference)', which is not there"))
        }
        for position in drafts.indices where covers(source.rule, drafts[position].rule.logsource) {
            let draft = drafts[position]
            guard references.isEmpty || references.contains(where: draft.isCalled) else { continue }
            drafts[position].condition = "(\(draft.condition)) && (\(condition))"
        }
    }

    /// The rules that are named; none for all of the log source, nil where that is wrong.
    private func references(in node: Node, _ fields: inout YAMLFields) -> [String]? {
        guard let rules = node.value("rules") else {
            fields.fault(at: node, "a filter must say which 'rules' it is for: a list of ids or names, or 'any'")
            return nil
        }
        if let word = rules.scalar?.string { return word.lowercased() == "any" ? [] : [word] }
        guard case .sequence(let sequence) = rules, sequence.allSatisfy({ $0.scalar != nil }) else {
            fields.fault(at: rules, "'rules' must be a list of ids or names, or 'any'")
            return nil
        }
        return sequence.compactMap { $0.scalar?.string }
    }

    /// Whether all that a filter says of the log is true of a rule's.
    private func covers(_ filter: Rule.LogSource, _ rule: Rule.LogSource) -> Bool {
        (filter.category == nil || filter.category == rule.category)
            && (filter.product == nil || filter.product == rule.product)
            && (filter.service == nil || filter.service == rule.service)
    }
}

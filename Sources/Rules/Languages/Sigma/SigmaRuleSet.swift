internal import BoundedYAML
internal import CEL
internal import SecurityEvents
internal import Yams

/// All documents that are read together: rules, what filters take out of them, and what correlations build on them.
struct SigmaRuleSet {
    private let compiler: ConditionCompiler
    private var drafts: [SigmaDraft] = []
    private var filters: [SigmaDocument] = []
    private var correlations: [SigmaDocument] = []
    /// Searches that count, which are whole in themselves.
    private var counting: [CompiledRule] = []
    /// Names and ids of rules that were refused, so that what builds on them says why.
    private var refused: Set<String> = []
    var diagnostics: [Diagnostic] = []

    init(_ compiler: ConditionCompiler) { self.compiler = compiler }

    /// Takes in a document.
    mutating func add(_ document: SigmaDocument) {
        switch document.kind {
        case .expression: addExpression(document)
        case .selections: addSelections(document)
        case .search: addSearch(document)
        case .filter: filters.append(document)
        case .correlation: correlations.append(document)
        }
    }

    /// Plans everything that was taken in.
    mutating func compile() -> [CompiledRule] {
        for filter in filters {
            SigmaFilterReader(filter, compiler).apply(to: &drafts, diagnostics: &diagnostics)
        }
        var reader = SigmaCorrelationReader(drafts, compiler, refused: refused)
        let together = reader.read(correlations)
        diagnostics += reader.diagnostics
        for position in drafts.indices where reader.silenced.contains(position) && !drafts[position].isShipped {
            drafts[position].generates = false
        }
        var rules: [CompiledRule] = []
        // The one text of ours that all rules share; a test compiles it.
        let summary = try? compiler.compile(SigmaDraft.summary)
        for draft in drafts {
            if let rule = draft.compile(with: compiler, summary: summary, diagnostics: &diagnostics) {
                rules.append(rule)
            }
        }
        return rules + together + counting
    }

    private mutating func addExpression(_ document: SigmaDocument) {
        var reader = SigmaRuleReader(document.text, file: document.file, compiler: compiler)
        let rule = reader.read()
        diagnostics += reader.fields.diagnostics
        guard reader.fields.diagnostics.isEmpty, let rule else {
            refuse(document)
            return
        }
        drafts.append(
            SigmaDraft(
                document: document, rule: rule.rule, condition: rule.rule.condition,
                taxonomy: SigmaTaxonomy(rule.rule.logsource), sources: rule.requirement.sources, waitsFor: [],
                compiled: rule))
    }

    private mutating func addSelections(_ document: SigmaDocument) {
        var envelope = SigmaEnvelope(document)
        let source = SigmaLogSource.readAny(document.root.value("logsource"), in: document.text, &envelope.fields)
        let rule = envelope.rule(source.rule)
        let taxonomy = SigmaTaxonomy(source.rule)
        var reader = SigmaSelectionReader(document.text, taxonomy: taxonomy, lists: compiler.lists)
        // The kind of the document says that there is a detection.
        let condition = reader.lower(document.root.value("detection") ?? document.root, other: ["timeframe"])
        let fields = envelope.fields.texts("fields")
        diagnostics += envelope.fields.diagnostics + reader.diagnostics
        guard envelope.isSound, let condition else {
            refuse(document)
            return
        }
        drafts.append(
            SigmaDraft(
                document: document, rule: rule, condition: condition, taxonomy: taxonomy, sources: source.sources,
                waitsFor: source.waitsFor + envelope.waitsFor, fields: fields))
    }

    private mutating func addSearch(_ document: SigmaDocument) {
        var envelope = SigmaEnvelope(document)
        let source = SigmaLogSource.readAny(document.root.value("logsource"), in: document.text, &envelope.fields)
        var rule = envelope.rule(source.rule)
        let waitsFor = source.waitsFor + envelope.waitsFor
        guard let detection = document.root.value("detection"), let node = detection.value("search") else { return }
        if case .mapping(let mapping) = detection {
            for (key, _) in mapping where key.scalar?.string != "search" {
                envelope.fields.fault(at: key, "a search stands alone: leave out '\(key.scalar?.string ?? "")'")
            }
        }
        do throws(SearchFault) {
            let search = try SavedSearch(node.scalar?.string ?? "", compiler: compiler)
            diagnostics += envelope.fields.diagnostics
            guard envelope.isSound else { return refuse(document) }
            rule.condition = search.condition
            guard let aggregation = search.aggregation else {
                drafts.append(
                    SigmaDraft(
                        document: document, rule: rule, condition: search.condition,
                        taxonomy: SigmaTaxonomy(source.rule),
                        sources: source.sources, waitsFor: waitsFor))
                return
            }
            guard let condition = try? compiler.compileCondition(search.condition) else { return }
            var requirement = Requirement(of: condition.root)
            requirement.sources &= source.sources
            counting.append(
                CompiledRule(
                    rule: rule, condition: condition, levels: [], message: MessageTemplate(parts: [.text(rule.title)]),
                    fields: [], requirement: requirement, in: compiler.environment, waitsFor: waitsFor,
                    aggregation: aggregation))
        } catch {
            let place = ScalarPlaces(node, in: document.text.lines).place(line: error.line, column: error.column)
            diagnostics += envelope.fields.diagnostics
            diagnostics.append(
                Diagnostic(file: document.file.name, line: place.line, column: place.column, message: error.message))
            refuse(document)
        }
    }

    private mutating func refuse(_ document: SigmaDocument) {
        for key in ["id", "name"] {
            if let called = document.root.value(key)?.scalar?.string { refused.insert(called) }
        }
    }
}

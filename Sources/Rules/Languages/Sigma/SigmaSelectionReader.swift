internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// Lowers the selections of a rule or filter to CEL, each by its name.
struct SigmaSelectionReader {
    let text: YAMLText
    private var items: SigmaItemReader
    /// The lines of the selections, as CEL.
    private(set) var selections: [String: String] = [:]
    /// The names in the order of the text.
    private(set) var names: [String] = []
    private(set) var diagnostics: [Diagnostic] = []
    private var size = 0
    private static let sizeLimit = 1_000_000

    init(_ text: YAMLText, taxonomy: SigmaTaxonomy, lists: RuleLists) {
        self.text = text
        items = SigmaItemReader(text, taxonomy: taxonomy, lists: lists)
    }

    private mutating func fault(at node: Node, _ message: String) {
        diagnostics.append(text.fault(at: node, message))
    }

    /// Lowers all selections of a `detection` or `filter` and its condition.
    ///
    /// - Parameters:
    ///   - node: the mapping.
    ///   - other: keys that are no selections.
    /// - Returns: the condition as CEL; nil where something is refused.
    mutating func lower(_ node: Node, other: Set<String>) -> String? {
        guard case .mapping(let mapping) = node else {
            fault(at: node, "must be a mapping of selections and a condition")
            return nil
        }
        var condition: Node?
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            if name == "condition" { condition = value }
            if name == "condition" || other.contains(name) { continue }
            names.append(name)
            selections[name] = selection(value)
        }
        diagnostics += items.diagnostics
        guard let condition else {
            fault(at: node, "'condition' is missing")
            return nil
        }
        guard diagnostics.isEmpty else { return nil }
        if names.isEmpty {
            fault(at: node, "there is no selection")
            return nil
        }
        return lowerConditions(condition)
    }

    /// One condition, or several of which one must be true.
    private mutating func lowerConditions(_ node: Node) -> String? {
        var nodes = [node]
        if case .sequence(let sequence) = node { nodes = Array(sequence) }
        var conditions: [String] = []
        for node in nodes {
            guard let scalar = node.scalar, !scalar.string.isEmpty else {
                fault(at: node, "a condition must be a text such as 'selection and not filter'")
                return nil
            }
            do throws(SigmaCondition.Fault) {
                conditions.append(try SigmaCondition.lower(scalar.string, selections: selections, names: names))
            } catch {
                let place = ScalarPlaces(node, in: text.lines).place(line: 1, column: error.offset + 1)
                diagnostics.append(
                    Diagnostic(file: text.file, line: place.line, column: place.column, message: error.message))
                return nil
            }
        }
        guard !conditions.isEmpty else {
            fault(at: node, "'condition' is empty")
            return nil
        }
        return SigmaItemReader.join(conditions, " || ")
    }

    /// A selection: lines that must all be true, a list of such of which one must be, or keywords.
    private mutating func selection(_ node: Node) -> String? {
        let lowered = lower(node)
        size += lowered?.utf8.count ?? 0
        if size > Self.sizeLimit {
            fault(at: node, "the selections have more values than a rule may have")
            return nil
        }
        return lowered
    }

    private mutating func lower(_ node: Node) -> String? {
        switch node {
        case .mapping(let mapping):
            guard !mapping.isEmpty else {
                fault(at: node, "a selection without a line; leave it out")
                return nil
            }
            let lines = mapping.map { ($0.key, $0.value) }
            let conditions = lines.compactMap { items.lower(key: $0.0, value: $0.1) }
            return conditions.count == lines.count ? SigmaItemReader.join(conditions, " && ") : nil
        case .sequence(let sequence):
            let elements = Array(sequence)
            guard !elements.isEmpty else {
                fault(at: node, "a selection without a value; leave it out")
                return nil
            }
            let keywords = elements.filter { $0.scalar != nil }
            var conditions: [String?] = keywords.isEmpty ? [] : [items.lowerKeywords(keywords, at: node)]
            for element in elements where element.scalar == nil { conditions.append(lower(element)) }
            let known = conditions.compactMap { $0 }
            return known.count == conditions.count ? SigmaItemReader.join(known, " || ") : nil
        default:
            return items.lowerKeywords([node], at: node)
        }
    }
}

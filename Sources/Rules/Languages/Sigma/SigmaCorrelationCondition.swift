internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// The `condition` of a correlation: bounds, the field that is counted, the percentile.
struct SigmaCorrelationCondition {
    var condition: Aggregation.Condition
    var fields: [String] = []
    var percentile = 50.0

    init(condition: Aggregation.Condition) { self.condition = condition }

    /// Reads bounds: `{gte: 10, lt: 100, field: user.username}`.
    init?(_ node: Node, kind: Aggregation.Kind, _ outer: inout YAMLFields) {
        let comparisons = Aggregation.Bound.Comparison.allCases.map(\.rawValue)
        var inner = YAMLFields(
            node, in: outer.text, known: comparisons + ["field", "percentile"], what: "the condition of a correlation")
        var bounds: [Aggregation.Bound] = []
        for comparison in Aggregation.Bound.Comparison.allCases {
            guard let value = inner.value(comparison.rawValue) else { continue }
            guard let number = SigmaValue(value).number else {
                inner.fault(at: value, "'\(comparison.rawValue)' must be a number")
                continue
            }
            bounds.append(Aggregation.Bound(comparison, number))
        }
        if bounds.isEmpty, inner.diagnostics.isEmpty {
            inner.fault(at: node, "one of \(comparisons.joined(separator: ", ")) is missing")
        }
        fields = inner.texts("field")
        let needsField = kind == .valueCount || kind.isNumeric
        if needsField, fields.isEmpty {
            inner.fault(at: node, "'\(kind.rawValue)' needs the 'field' whose values count")
        }
        if !needsField, !fields.isEmpty {
            inner.fault(at: inner.value("field"), "'\(kind.rawValue)' counts matches and has no 'field'")
        }
        if kind.isNumeric, fields.count > 1 {
            inner.fault(at: inner.value("field"), "'\(kind.rawValue)' is about one field")
        }
        if let value = inner.value("percentile") {
            let number = SigmaValue(value).number
            if kind != .valuePercentile {
                inner.fault(at: value, "'percentile' is for 'value_percentile'")
            } else if let number, (0...100).contains(number) {
                percentile = number
            } else {
                inner.fault(at: value, "'percentile' must be a number from 0 to 100")
            }
        } else if kind == .valuePercentile {
            inner.fault(at: node, "'percentile' is missing: a number from 0 to 100")
        }
        let limit = Aggregation.thresholdLimit
        if kind == .eventCount || kind == .valueCount, bounds.contains(where: { $0.limit > limit }) {
            inner.fault(at: node, "counting goes up to \(Int(limit)); choose a shorter timespan and a lower number")
        }
        condition = .bounds(bounds)
        outer.diagnostics += inner.diagnostics
        if !inner.diagnostics.isEmpty { return nil }
    }

    /// Reads a condition on rules, `rule_a and (rule_b or rule_c)`; rules that it names are added to the references.
    static func read(
        _ node: Node, in text: YAMLText, references: inout [String], _ fields: inout YAMLFields
    ) -> Aggregation.InputCondition? {
        var words: [String] = []
        var word = ""
        for character in node.scalar?.string ?? "" {
            if character == "(" || character == ")" || character.isWhitespace {
                if !word.isEmpty { words.append(word) }
                word = ""
                if !character.isWhitespace { words.append(String(character)) }
            } else {
                word.append(character)
            }
        }
        if !word.isEmpty { words.append(word) }
        guard words.count <= 500 else {
            fields.fault(at: node, "the condition has more than 500 words")
            return nil
        }
        let listed = references.isEmpty ? nil : Set(references)
        var parser = ConditionParser(words: words[...], references: references)
        do throws(ConditionParser.Fault) {
            let tree = try parser.alternatives(0)
            guard parser.words.isEmpty else {
                throw ConditionParser.Fault(message: "'\(parser.words.first ?? "")' is not expected here")
            }
            if let listed, let unused = listed.subtracting(parser.used).sorted().first {
                throw ConditionParser.Fault(message: "the rule '\(unused)' is listed and not used by the condition")
            }
            references = parser.references
            return tree
        } catch {
            fields.fault(at: node, error.message)
            return nil
        }
    }

    private struct ConditionParser {
        struct Fault: Error { var message: String }

        var words: ArraySlice<String>
        var references: [String]
        var used: Set<String> = []

        mutating func alternatives(_ depth: Int) throws(Fault) -> Aggregation.InputCondition {
            guard depth < 32 else { throw Fault(message: "nested deeper than 32") }
            var parts = [try together(depth)]
            while words.first?.lowercased() == "or" {
                words.removeFirst()
                parts.append(try together(depth))
            }
            return parts.count == 1 ? parts[0] : .any(parts)
        }

        private mutating func together(_ depth: Int) throws(Fault) -> Aggregation.InputCondition {
            var parts = [try atom(depth)]
            while words.first?.lowercased() == "and" {
                words.removeFirst()
                parts.append(try atom(depth))
            }
            return parts.count == 1 ? parts[0] : .all(parts)
        }

        private mutating func atom(_ depth: Int) throws(Fault) -> Aggregation.InputCondition {
            guard let word = words.popFirst() else {
                throw Fault(message: "the condition ends where a rule is expected")
            }
            if word == "(" {
                let inner = try alternatives(depth + 1)
                guard words.popFirst() == ")" else { throw Fault(message: "a '(' is not closed") }
                return inner
            }
            if word.lowercased() == "not" {
                throw Fault(
                    message: "'not' asks for what will not come, which no stream can know; "
                        + "write a filter over the rule instead")
            }
            if word == ")" || ["and", "or"].contains(word.lowercased()) {
                throw Fault(message: "'\(word)' is not expected here")
            }
            used.insert(word)
            if let position = references.firstIndex(of: word) { return .input(position) }
            references.append(word)
            return .input(references.count - 1)
        }
    }
}

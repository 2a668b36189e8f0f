internal import CEL
internal import SecurityEvents

/// A detection as Sigma's own selections over Kubernetes' audit log, for programs that know no other.
///
/// A part of the condition that a selection cannot say is left out and named where the rule then finds more, or where it is
/// one of several ways and the rule then finds less. What cannot be left out refuses the conversion.
package struct SigmaConversion: Sendable {
    /// `detection:` as YAML.
    package let detection: String
    /// What the selections do not say, and what that means.
    package let lost: [String]

    typealias Refusal = PolicyConversion.Refusal

    /// A condition over selections.
    indirect enum Part: Sendable {
        /// One of some fields has one of some values; a field may have modifiers.
        case item([(field: String, values: [SigmaLiteral])])
        case all([Part])
        case any([Part])
        case not(Part)
    }

    /// Converts a rule.
    ///
    /// - Parameters:
    ///   - rule: the rule.
    ///   - lists: the lists that it uses.
    /// - Throws: why it cannot be converted.
    package init(_ rule: CompiledRule, lists: RuleLists) throws(PolicyConversion.Refusal) {
        guard rule.aggregation == nil else { throw Refusal(reason: "it counts events") }
        if let product = rule.rule.logsource.product, product != "kubernetes" {
            throw Refusal(reason: "it is about \(product), and the selections are over Kubernetes' audit log")
        }
        var translation = SigmaTranslation(lists: lists)
        var parts: [Part] = []
        var isTelling = false
        for node in PolicyConversion.conjuncts(rule.condition.root) {
            do throws(Refusal) {
                parts.append(try translation.translate(node))
                isTelling = isTelling || Self.tells(node)
            } catch {
                guard Self.isSpare(node) else { throw error }
                translation.lost.append("finds more, as it does not look at: \(node.text)")
            }
        }
        guard isTelling else { throw Refusal(reason: "what its condition is about cannot be said with selections") }
        if !rule.levels.isEmpty { translation.lost.append("one level for all: \(rule.rule.level.rawValue)") }
        lost =
            translation.lost + [
                "what a JSON patch changes, what custom resources embed and what only the answer holds is not seen"
            ]
        var writer = SigmaSelections()
        let condition = writer.write(.all(parts))
        detection = "detection:\n" + writer.text + "  condition: \(condition)\n"
    }

    /// Whether a part says what the rule is about, and not only how something was asked.
    private static func tells(_ node: Expression) -> Bool {
        let subjects = [
            "workload.", "container.", "event.resource", "event.subresource", "event.apiGroup", "event.object",
            "actor.anonymous", "actor.impersonated",
        ]
        return subjects.contains { node.text.contains($0) } && node.text != "event.subresource == ''"
    }

    /// Whether a rule without a part is about the same: who asks, what happened before, which container it is.
    private static func isSpare(_ node: Expression) -> Bool {
        let text = node.text
        let others = ["actor.", "facts.", "event.", "container.role", "workload.mirrorPod", "workload.systemNamespace"]
        let subjects = [
            "container.", "workload.", "image.", "event.command", "event.object", "event.body", "event.irregularities",
            "event.exec", "privilegeGrants",
        ]
        return others.contains { text.contains($0) }
            && !subjects.contains { subject in
                text.replacing("container.role", with: "").replacing("workload.mirrorPod", with: "")
                    .replacing("workload.systemNamespace", with: "").contains(subject)
            }
    }
}

/// A value of a selection.
enum SigmaLiteral: Sendable {
    case text(String)
    case number(Int64)
    case bool(Bool)

    /// As YAML.
    var yaml: String {
        switch self {
        case .text(let text): "'" + text.replacing("'", with: "''") + "'"
        case .number(let number): "\(number)"
        case .bool(let bool): "\(bool)"
        }
    }

    /// A text in which nothing is a wildcard.
    static func exact(_ text: String) -> SigmaLiteral {
        .text(String(text.flatMap { "\\*?".contains($0) ? ["\\", $0] : [$0] }))
    }
}

/// Writes selections and the condition over them.
private struct SigmaSelections {
    private(set) var text = ""
    private var count = 0

    mutating func write(_ part: SigmaConversion.Part) -> String {
        switch part {
        case .item(let alternatives): return select(alternatives)
        case .all(let parts): return join(parts, "and")
        case .any(let parts): return join(parts, "or")
        case .not(let inner): return "not " + grouped(inner)
        }
    }

    private mutating func join(_ parts: [SigmaConversion.Part], _ word: String) -> String {
        if parts.count == 1 { return write(parts[0]) }
        return parts.map { grouped($0) }.joined(separator: " \(word) ")
    }

    private mutating func grouped(_ part: SigmaConversion.Part) -> String {
        if case .item(let alternatives) = part { return select(alternatives) }
        return "(" + write(part) + ")"
    }

    private mutating func select(_ alternatives: [(field: String, values: [SigmaLiteral])]) -> String {
        count += 1
        text += "  s\(count):\n"
        for (field, values) in alternatives {
            let value = values.count == 1 ? values[0].yaml : "[" + values.map(\.yaml).joined(separator: ", ") + "]"
            text += "    \(alternatives.count > 1 ? "- " : "")\(field): \(value)\n"
        }
        return "s\(count)"
    }
}

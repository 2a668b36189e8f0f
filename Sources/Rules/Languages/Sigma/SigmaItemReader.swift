internal import BoundedYAML
internal import CEL
internal import JSONView
internal import SecurityEvents
internal import Yams

/// Lowers one line of a selection, `field|modifiers: values`, to CEL.
struct SigmaItemReader {
    let text: YAMLText
    let taxonomy: SigmaTaxonomy
    let lists: RuleLists
    var diagnostics: [Diagnostic] = []

    init(_ text: YAMLText, taxonomy: SigmaTaxonomy, lists: RuleLists) {
        self.text = text
        self.taxonomy = taxonomy
        self.lists = lists
    }

    /// What the values of a line are compared with, and how.
    private struct Plan {
        var field: String?
        var modifiers: [SigmaModifier] = []

        func has(_ modifier: SigmaModifier) -> Bool { modifiers.contains(modifier) }
        var isCased: Bool { has(.cased) }
    }

    private mutating func fault(at node: Node, _ message: String) {
        diagnostics.append(text.fault(at: node, message))
    }

    /// Lowers a line; nil, and a diagnostic, where it is refused.
    mutating func lower(key: Node, value: Node) -> String? {
        guard let plan = plan(of: key) else { return nil }
        return lower(plan, key: key, value: value)
    }

    /// Lowers values that stand without a field: they are looked for anywhere in the record.
    mutating func lowerKeywords(_ values: [Node], at node: Node) -> String? {
        lower(Plan(), key: node, values: values)
    }

    private mutating func plan(of key: Node) -> Plan? {
        let parts = (key.scalar?.string ?? "").split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        var plan = Plan(field: parts.first.flatMap { $0.isEmpty ? nil : $0 })
        for name in parts.dropFirst() {
            guard let modifier = SigmaModifier(name: name) else {
                let hint = Spelling.hint(for: name, among: SigmaModifier.allCases.map(\.rawValue))
                fault(at: key, "there is no modifier '\(name)'" + hint)
                return nil
            }
            plan.modifiers.append(modifier)
        }
        guard check(plan, at: key) else { return nil }
        return plan
    }

    /// Refuses modifiers that mean nothing together.
    private mutating func check(_ plan: Plan, at key: Node) -> Bool {
        let kinds = plan.modifiers.filter { $0.changesKind && $0.timePart == nil }
        let times = plan.modifiers.filter { $0.timePart != nil }
        if kinds.count > 1 || times.count > 1 || (!times.isEmpty && kinds.contains { $0.comparison == nil }) {
            let names = (kinds + times).map { "'\($0.rawValue)'" }.joined(separator: " and ")
            fault(at: key, "the modifiers \(names) exclude each other; write them in items of their own")
            return false
        }
        let encodes = plan.modifiers.contains {
            [.base64, .base64offset, .wide, .utf16, .utf16le, .utf16be, .windash].contains($0)
        }
        if encodes, let kind = (kinds + times).first {
            fault(at: key, "'\(kind.rawValue)' is not for values that are encoded; leave one of the modifiers out")
            return false
        }
        let flags = plan.modifiers.filter { [.i, .m, .s].contains($0) }
        if let flag = flags.first, !plan.has(.re) {
            fault(at: key, "'\(flag.rawValue)' is a flag of 're', which is missing before it")
            return false
        }
        if let kind = (kinds + times).first, plan.field == nil, kind != .re {
            fault(at: key, "'\(kind.rawValue)' needs the name of a field before it")
            return false
        }
        return true
    }

    private mutating func lower(_ plan: Plan, key: Node, value: Node) -> String? {
        switch value {
        case .scalar: return lower(plan, key: key, values: [value])
        case .sequence(let sequence):
            let values = Array(sequence)
            if let odd = values.first(where: { $0.scalar == nil }) {
                fault(at: odd, "a value must be a text, a number, true, false or null")
                return nil
            }
            // An empty list has no value that fits.
            if values.isEmpty { return plan.has(.all) ? "true" : "false" }
            return lower(plan, key: key, values: values)
        default:
            fault(at: value, "the values of '\(key.scalar?.string ?? "")' must be a text or a list of texts")
            return nil
        }
    }

    private mutating func lower(_ plan: Plan, key: Node, values: [Node]) -> String? {
        let field = plan.field.map { taxonomy.expression(for: $0) }
        var conditions: [String] = []
        /// Texts of which one must fit, gathered into one look.
        var patterns: [String] = []
        for node in values {
            guard let lowered = lower(node, plan, field, key: key) else { return nil }
            switch lowered {
            case .patterns(let texts) where !plan.has(.all): patterns += texts
            case .patterns(let texts): conditions.append(like(field, texts, plan))
            case .condition(let condition): conditions.append(condition)
            }
        }
        if !patterns.isEmpty || (conditions.isEmpty && !plan.has(.all)) {
            conditions.insert(patterns.isEmpty ? "false" : like(field, patterns, plan), at: 0)
        }
        let joined = Self.join(conditions, plan.has(.all) ? " && " : " || ")
        return plan.has(.neq) ? "!(\(joined))" : joined
    }

    /// Conditions with an operator between them, in parentheses where there is more than one.
    static func join(_ conditions: [String], _ separator: String) -> String {
        conditions.count == 1 ? conditions[0] : "(" + conditions.joined(separator: separator) + ")"
    }

    private enum Lowered {
        /// Texts of which one must fit.
        case patterns([String])
        case condition(String)
    }

    private func like(_ field: String?, _ texts: [String], _ plan: Plan) -> String {
        let cased = plan.isCased ? "Cased" : ""
        guard let field else { return "sigma.keyword\(cased)(raw, \(CELLiteral.texts(texts)))" }
        return "sigma.like\(cased)(\(field), \(CELLiteral.texts(texts)))"
    }

    private mutating func lower(_ node: Node, _ plan: Plan, _ field: String?, key: Node) -> Lowered? {
        let value = SigmaValue(node)
        if case .null = value {
            guard plan.modifiers.allSatisfy({ [.all, .neq].contains($0) }), let field else {
                fault(at: node, "null can only be compared as it is: leave the modifiers out")
                return nil
            }
            return .condition("!sigma.exists(\(field))")
        }
        if plan.has(.exists) { return exists(value, node, field) }
        if plan.has(.re) { return matches(value, node, plan, field) }
        if plan.has(.cidr) { return network(value, node, field) }
        if plan.has(.fieldref) { return reference(value, plan, field) }
        if let part = plan.modifiers.compactMap(\.timePart).first { return time(part, value, node, plan, field) }
        if let comparison = plan.modifiers.compactMap(\.comparison).first {
            guard let number = value.number else {
                fault(at: node, "'\(comparison.rawValue)' compares with a number, '\(value.text)' is none")
                return nil
            }
            return .condition(
                "sigma.compare(\(field ?? "raw"), '\(comparison.rawValue)', \(CELLiteral.number(number)))")
        }
        return texts(value, node, plan, key: key).map { .patterns($0) }
    }

    private mutating func exists(_ value: SigmaValue, _ node: Node, _ field: String?) -> Lowered? {
        guard case .bool(let isThere) = value, let field else {
            fault(at: node, "'exists' takes true or false")
            return nil
        }
        return .condition((isThere ? "" : "!") + "sigma.exists(\(field))")
    }

    private mutating func matches(_ value: SigmaValue, _ node: Node, _ plan: Plan, _ field: String?) -> Lowered? {
        var expression = value.text
        if plan.has(.expand) {
            fault(at: node, "'expand' in regular expressions is not supported; write one item for each value")
            return nil
        }
        if plan.has(.startswith) { expression = "^(?:\(expression))" }
        if plan.has(.endswith) { expression = "(?:\(expression))$" }
        let flags = [SigmaModifier.i, .m, .s].filter(plan.has).map(\.rawValue).joined()
        if !flags.isEmpty { expression = "(?\(flags))" + expression }
        let reason: String? = expression.withText { text in
            do throws(RegularExpression.Fault) {
                _ = try RegularExpression(text)
                return nil
            } catch { return error.message }
        }
        if let reason {
            fault(
                at: node,
                "no regular expression that RE2 reads (\(reason)); look-around and back-references are not supported, "
                    + "write them as conditions of their own")
            return nil
        }
        let written = CELLiteral.texts([expression])
        return .condition(
            field.map { "sigma.matches(\($0), \(written))" } ?? "sigma.keywordMatches(raw, \(written))")
    }

    private mutating func network(_ value: SigmaValue, _ node: Node, _ field: String?) -> Lowered? {
        guard (try? NetworkRange.parse(value.text)) != nil, let field else {
            fault(at: node, "'\(value.text)' is no network: write it as 192.0.2.0/24 or 2001:db8::/32")
            return nil
        }
        return .condition("sigma.cidr(\(field), \(CELLiteral.texts([value.text])))")
    }

    private func reference(_ value: SigmaValue, _ plan: Plan, _ field: String?) -> Lowered? {
        let modes = [SigmaModifier.contains, .startswith, .endswith].filter(plan.has).map(\.rawValue)
        let mode = modes.count == 1 ? modes[0] : modes.isEmpty ? "equals" : "contains"
        let other = taxonomy.expression(for: value.text)
        return .condition("sigma.sameAs\(plan.isCased ? "Cased" : "")(\(field ?? "raw"), \(other), '\(mode)')")
    }

    private mutating func time(
        _ part: SigmaTimePart, _ value: SigmaValue, _ node: Node, _ plan: Plan, _ field: String?
    ) -> Lowered? {
        guard let number = value.number, part.range.contains(Int(exactly: number) ?? -1) else {
            fault(
                at: node,
                "'\(part.rawValue)' takes a number from \(part.range.lowerBound) to \(part.range.upperBound)")
            return nil
        }
        let comparison = plan.modifiers.compactMap(\.comparison).first ?? .eq
        return .condition(
            "sigma.time(\(field ?? "raw"), '\(part.rawValue)', '\(comparison.rawValue)', "
                + "\(CELLiteral.number(number)))")
    }

    /// What the modifiers make of a text.
    private mutating func texts(_ value: SigmaValue, _ node: Node, _ plan: Plan, key: Node) -> [String]? {
        var texts = [SigmaText(value.text)]
        if plan.has(.expand) {
            let lists = lists
            switch texts[0].expanded({ lists.list(searchName: $0)?.members }) {
            case .success(let expanded): texts = expanded
            case .failure(let unknown):
                fault(
                    at: node,
                    unknown.isTooLarge
                        ? "'expand' makes more than \(SigmaText.expansionLimit) values of this one"
                        : "there is no list '\(unknown.name)' for the placeholder; give one with --lists"
                            + Spelling.hint(for: unknown.name, among: lists.names))
                return nil
            }
        }
        for modifier in plan.modifiers {
            var changed: [SigmaText] = []
            for text in texts {
                guard let made = apply(modifier, to: text, at: node) else { return nil }
                changed += made
            }
            guard changed.count <= SigmaText.expansionLimit else {
                fault(at: node, "the modifiers make more than \(SigmaText.expansionLimit) values of this one")
                return nil
            }
            texts = changed
        }
        // Without a field, a text is looked for within the values.
        if plan.field == nil { texts = texts.map { $0.contained() } }
        var written: [String] = []
        for text in texts {
            guard let text = text.written else {
                fault(at: node, "the encoded value is no text that a JSON record can hold; add 'base64offset|contains'")
                return nil
            }
            written.append(text)
        }
        return written
    }

    private mutating func apply(_ modifier: SigmaModifier, to text: SigmaText, at node: Node) -> [SigmaText]? {
        switch modifier {
        case .contains: return [text.contained()]
        case .startswith: return [text.openEnded()]
        case .endswith: return [text.startingAnywhere()]
        case .wide, .utf16le: return encoded(text.utf16(bigEndian: false), at: node)
        case .utf16be: return encoded(text.utf16(bigEndian: true), at: node)
        case .utf16: return encoded(text.utf16(bigEndian: false, mark: true), at: node)
        case .base64, .base64offset:
            guard let bytes = text.plainBytes else {
                fault(
                    at: node, "a value with wildcards cannot be encoded; leave them out and add 'contains' at the end")
                return nil
            }
            if modifier == .base64 { return [SigmaText([.text(SigmaText.base64(bytes))])] }
            return SigmaText.base64Offsets(bytes).map { SigmaText([.text($0)]) }
        case .windash:
            guard let texts = text.windash() else {
                fault(at: node, "'windash' is for at most three dashes in one value; write the value in parts")
                return nil
            }
            return texts
        default: return [text]
        }
    }

    private mutating func encoded(_ text: SigmaText?, at node: Node) -> [SigmaText]? {
        guard let text else {
            fault(at: node, "the value is no text")
            return nil
        }
        return [text]
    }
}

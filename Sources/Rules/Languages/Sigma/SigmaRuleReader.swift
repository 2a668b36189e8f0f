internal import BoundedYAML
internal import CEL
internal import SecurityEvents
internal import Yams

/// Reads one rule file.
struct SigmaRuleReader {
    static let keys = [
        "title", "id", "name", "status", "description", "references", "author", "date", "modified", "level", "levels",
        "tags", "logsource", "detection", "message", "falsepositives", "remediation", "fields", "related", "license",
        "taxonomy", "scope", "dedup", "dedupLevel",
    ]

    let text: YAMLText
    let file: RuleFile
    let compiler: ConditionCompiler
    var fields: YAMLFields

    init(_ text: YAMLText, file: RuleFile, compiler: ConditionCompiler) {
        self.text = text
        self.file = file
        self.compiler = compiler
        fields = YAMLFields(text.root, in: text, known: Self.keys, what: "a rule")
    }

    private enum Status: String, CaseIterable { case stable, test, experimental, deprecated, unsupported }

    mutating func read() -> CompiledRule? {
        let level: Level? = fields.word("level", required: true)
        let status: Status? = fields.word("status")
        let source = logSource()
        let written = condition()
        var rule = Rule(
            id: identifier(), name: ruleName, title: fields.string("title", required: true),
            status: status?.rawValue ?? "", description: fields.string("description"),
            references: fields.strings("references"), author: fields.string("author"), date: fields.string("date"),
            modified: fields.string("modified"), level: level ?? .informational, tags: tags(), logsource: source.rule,
            falsePositives: fields.strings("falsepositives"),
            remediation: fields.value("remediation") == nil ? nil : fields.string("remediation"),
            condition: written?.scalar?.string ?? "", file: file.name, page: nil)
        rule.line = (fields.value("detection") ?? text.root).mark?.line ?? 0
        let message = message()
        let levels = levels()
        let extra = expressions(under: "fields")
        let dedup = expressions(under: "dedup")
        let dedupLevel: Level? = fields.word("dedupLevel")
        guard let written, let condition = check(written, isCondition: true) else { return nil }
        var requirement = Requirement(of: condition.root)
        requirement.sources &= source.sources
        let compiled = CompiledRule(
            rule: rule, condition: condition, levels: levels, message: message, fields: extra, requirement: requirement,
            in: compiler.environment, dedup: dedup, dedupLevel: dedupLevel ?? .low)
        if compiled.scope == .event { refuseContainer(in: compiled) }
        return compiled
    }

    /// The folder's name, or of a rule without a folder of its own, its file's.
    private var ruleName: String {
        if file.fileName == "rule.yml" { return String(file.folderName) }
        return String(file.fileName.prefix { $0 != "." })
    }

    private mutating func identifier() -> String {
        let id = fields.string("id", required: true)
        if !id.isEmpty, !Self.isUUID(id) { fields.fault(at: fields.value("id"), "'\(id)' is no UUID") }
        return id.lowercased()
    }

    static func isUUID(_ id: String) -> Bool {
        let groups = id.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && groups.allSatisfy { $0.utf8.allSatisfy { ASCII.hexDigit($0) != nil } }
    }

    private mutating func tags() -> [String] {
        let tags = fields.strings("tags")
        for tag in tags where !tag.contains(".") || tag.contains(" ") || tag != tag.lowercased() {
            fields.fault(at: fields.value("tags"), "'\(tag)' is no tag: tags are written as 'attack.t1610'")
        }
        return tags
    }

    private mutating func logSource() -> (rule: Rule.LogSource, sources: UInt16) {
        guard let node = fields.value("logsource") else {
            fields.fault(at: nil, "'logsource' is missing")
            return (Rule.LogSource(), 0)
        }
        let read = SigmaLogSource.read(node, in: text)
        fields.diagnostics += read.diagnostics
        return (read.rule, read.sources)
    }

    /// The node of the condition.
    private mutating func condition() -> Node? {
        guard let node = fields.value("detection") else {
            fields.fault(at: nil, "'detection' is missing")
            return nil
        }
        guard case .mapping(let mapping) = node else {
            fields.fault(at: node, "'detection' must be a mapping: selections and a condition, or the one key 'cel'")
            return nil
        }
        for (key, _) in mapping where key.scalar?.string != "cel" {
            fields.fault(at: key, "a condition in CEL stands alone: leave out '\(key.scalar?.string ?? "")'")
        }
        guard let cel = mapping.first(where: { $0.key.scalar?.string == "cel" })?.value else {
            if mapping.isEmpty { fields.fault(at: node, "'detection' has no key 'cel'") }
            return nil
        }
        guard let scalar = cel.scalar, !scalar.string.isEmpty else {
            fields.fault(at: cel, "'cel' must be a text")
            return nil
        }
        return cel
    }

    /// Checks an expression that stands in a scalar of its own.
    private mutating func check(_ node: Node, isCondition: Bool) -> CheckedExpression? {
        let expression = node.scalar?.string ?? ""
        do {
            return try isCondition ? compiler.compileCondition(expression) : compiler.compile(expression)
        } catch {
            let places = ScalarPlaces(node, in: text.lines)
            for fault in error.all { add(fault.message, at: places.place(line: fault.line, column: fault.column)) }
            return nil
        }
    }

    private mutating func add(_ message: String, at place: (line: Int, column: Int)) {
        fields.diagnostics.append(
            Diagnostic(file: file.name, line: place.line, column: place.column, message: message))
    }

    private mutating func levels() -> [(when: CheckedExpression, level: Level)] {
        guard let node = fields.value("levels") else { return [] }
        guard case .sequence(let elements) = node else {
            fields.fault(at: node, "'levels' must be a list of {level, when}")
            return []
        }
        var levels: [(when: CheckedExpression, level: Level)] = []
        for element in elements {
            var inner = YAMLFields(element, in: text, known: ["level", "when"], what: "an entry of 'levels'")
            let level: Level? = inner.word("level", required: true)
            _ = inner.string("when", required: true)
            fields.diagnostics += inner.diagnostics
            guard let when = inner.value("when"), let level, let checked = check(when, isCondition: true) else {
                continue
            }
            levels.append((checked, level))
        }
        return levels
    }

    /// The expressions of a list.
    private mutating func expressions(under key: String) -> [CheckedExpression] {
        guard let node = fields.value(key) else { return [] }
        guard case .sequence(let elements) = node else {
            fields.fault(at: node, "'\(key)' must be a list")
            return []
        }
        var checked: [CheckedExpression] = []
        for element in elements {
            if let expression = check(element, isCondition: false) { checked.append(expression) }
        }
        return checked
    }

    private mutating func message() -> MessageTemplate {
        let template = fields.string("message", required: true)
        guard let node = fields.value("message"), !template.isEmpty else { return MessageTemplate(parts: []) }
        let places = ScalarPlaces(node, in: text.lines)
        /// The place of a scalar of the template, whose lines are its own.
        func place(_ offset: Int) -> (line: Int, column: Int) {
            let before = template.unicodeScalars.prefix(max(0, offset))
            let line = before.count { $0 == "\n" } + 1
            return places.place(line: line, column: before.reversed().prefix { $0 != "\n" }.count + 1)
        }
        do {
            var parts: [MessageTemplate.Part] = []
            for piece in try MessageTemplate.pieces(of: template) {
                switch piece {
                case .text(let text): parts.append(.text(text))
                case .expression(let expression, let offset):
                    do { parts.append(.value(try compiler.compile(expression))) } catch {
                        for fault in error.all { add(fault.message, at: place(offset + fault.column - 1)) }
                    }
                }
            }
            return MessageTemplate(parts: parts)
        } catch {
            add(error.message, at: place(error.offset))
            return MessageTemplate(parts: [])
        }
    }

    /// Refuses texts about a container in a rule that is asked of the event as a whole.
    private mutating func refuseContainer(in rule: CompiledRule) {
        let message = rule.messageParts.compactMap { if case .value(let program) = $0 { program } else { nil } }
        let keys = [
            ("message", message), ("levels", rule.levelPrograms.map(\.when)), ("fields", rule.fieldPrograms),
            ("dedup", rule.dedupPrograms),
        ]
        for (key, programs) in keys where programs.contains(where: { CompiledRule.Scope($0.expression) == .container })
        {
            fields.fault(
                at: fields.value(key),
                "'\(key)' names a container, but the condition does not: it is asked of the event as a whole")
        }
    }
}

extension MessageTemplate {
    /// The expressions among the parts.
    var expressions: [CheckedExpression] {
        parts.compactMap { part in
            switch part {
            case .text: nil
            case .value(let expression), .finished(let expression): expression
            }
        }
    }
}

internal import SecurityEvents
internal import Yams

extension FalcoItemReader {
    private static let keys = [
        "rule", "desc", "condition", "output", "priority", "source", "enabled", "tags", "exceptions", "append",
        "override",
        "warn_evttypes", "skip-if-unknown-filter", "capture", "capture_duration", "capture_events", "capture_filesize",
    ]

    private static let appendable: Set = ["condition", "output", "desc", "tags", "exceptions"]
    private static let replaceable: Set = appendable.union([
        "priority", "enabled", "warn_evttypes", "skip-if-unknown-filter", "capture", "capture_duration",
        "capture_events", "capture_filesize",
    ])

    mutating func rule(_ item: Node, _ nameNode: Node) {
        known(item, Self.keys, "a rule")
        guard let name = string(nameNode, "rule") else { return }
        let before = errorCount
        for key in ["capture", "capture_duration", "capture_events", "capture_filesize"] {
            if let node = item[key], node.scalar?.string != "false" {
                warn(node, "'\(key)' is about captures of system calls, which are not made")
            }
        }
        _ = flag(item, "warn_evttypes")
        let overrides = self.overrides(item, append: Self.appendable, replace: Self.replaceable)
        let appends = flag(item, "append") ?? false
        refuseBoth(item, appends, overrides)
        if !overrides.isEmpty {
            change(item, name, nameNode, overrides)
        } else if appends {
            var ways: [String: Override] = [:]
            for key in ["condition", "exceptions"] where item[key] != nil { ways[key] = .append }
            if ways.isEmpty { fault(item, "a rule that appends must have a 'condition' or 'exceptions'") }
            change(item, name, nameNode, ways)
        } else if ["condition", "output", "desc", "priority"].allSatisfy({ item[$0] == nil }) {
            enable(item, name, nameNode)
        } else {
            define(item, name, nameNode, errorsBefore: before)
            return
        }
        // A change that could not be read whole must not leave the rule half changed.
        if errorCount > before {
            definitions.remove(rule: name)
            definitions.noteFaulty(name)
        }
    }

    private mutating func define(_ item: Node, _ name: String, _ nameNode: Node, errorsBefore: Int) {
        let condition = piece(item, "condition", required: true)
        let output = piece(item, "output", required: true)
        let description = piece(item, "desc", required: true)
        let priority = priority(item)
        let source = piece(item, "source")?.text ?? FalcoSource.syscall.name
        let isEnabled = flag(item, "enabled") ?? true
        let skips = flag(item, "skip-if-unknown-filter") ?? false
        let tags = tags(item)
        let exceptions = exceptions(item, appends: false)
        for exception in exceptions where exception.fields == nil {
            diagnostics.append(exception.origin.diagnostic("the exception '\(exception.name)' needs 'fields'"))
        }
        if let previous = definitions.rules[name], previous.source != source {
            fault(
                nameNode, "the rule '\(name)' was defined before for the source '\(previous.source)', not '\(source)'")
        }
        guard errorCount == errorsBefore, let condition, let output, let description, let priority else {
            definitions.remove(rule: name)
            definitions.noteFaulty(name)
            return
        }
        definitions.define(
            FalcoRule(
                name: name, condition: [condition], output: [output], description: description.text,
                priority: priority, source: source, isEnabled: isEnabled, tags: tags, exceptions: exceptions,
                skipsUnknownFields: skips, origin: FalcoOrigin(node: nameNode, file: text)))
    }

    private mutating func change(_ item: Node, _ name: String, _ nameNode: Node, _ ways: [String: Override]) {
        for key in Self.replaceable.sorted() where ways[key] == nil {
            if let node = item[key], item["override"] != nil {
                fault(node, "'\(key)' has no entry under 'override': write append or replace there")
            }
        }
        let condition = ways["condition"] == nil ? nil : piece(item, "condition")
        let output = ways["output"] == nil ? nil : piece(item, "output")
        let description = ways["desc"] == nil ? nil : piece(item, "desc")
        let priority = ways["priority"] == nil ? nil : priority(item)
        let tags = ways["tags"] == nil ? [] : tags(item)
        let isEnabled = ways["enabled"] == nil ? nil : flag(item, "enabled")
        let skips = ways["skip-if-unknown-filter"] == nil ? nil : flag(item, "skip-if-unknown-filter")
        let exceptions =
            ways["exceptions"] == nil ? [] : exceptions(item, appends: ways["exceptions"] == .append)
        var faults: [Diagnostic] = []
        let isKnown = definitions.change(rule: name) { rule in
            if let condition {
                if ways["condition"] == .replace { rule.condition = [] }
                rule.condition.append(condition)
            }
            if let output {
                if ways["output"] == .replace { rule.output = [] }
                rule.output.append(output)
            }
            if let description {
                rule.description =
                    ways["desc"] == .replace
                    ? description.text : rule.description + " " + description.text
            }
            if let priority { rule.priority = priority }
            if let isEnabled { rule.isEnabled = isEnabled }
            if let skips { rule.skipsUnknownFields = skips }
            switch ways["tags"] {
            case .replace: rule.tags = tags
            case .append: rule.tags += tags.filter { !rule.tags.contains($0) }
            case nil: break
            }
            switch ways["exceptions"] {
            case .replace: rule.exceptions = exceptions
            case .append: faults = rule.append(exceptions)
            case nil: break
            }
        }
        diagnostics += faults
        if !isKnown { noPrevious("rule", name, nameNode, definitions.rules.keys) }
    }

    /// A rule with nothing but `enabled` switches one that was defined before.
    private mutating func enable(_ item: Node, _ name: String, _ nameNode: Node) {
        guard let isEnabled = flag(item, "enabled") else {
            if item["enabled"] == nil {
                fault(nameNode, "the rule '\(name)' has no 'condition', 'output', 'desc' and 'priority'")
            }
            return
        }
        if !definitions.change(rule: name, { $0.isEnabled = isEnabled }) {
            noPrevious("rule", name, nameNode, definitions.rules.keys)
        }
    }

    private mutating func priority(_ item: Node) -> FalcoPriority? {
        guard let written = piece(item, "priority", required: true) else { return nil }
        if let priority = FalcoPriority(written: written.text) { return priority }
        let words = FalcoPriority.allCases.map(\.rawValue)
        fault(
            written.node,
            "'\(written.text)' is no priority; it is one of \(words.joined(separator: ", "))"
                + Spelling.hint(for: written.text.lowercased(), among: words))
        return nil
    }

    private mutating func tags(_ item: Node) -> [String] {
        guard let node = item["tags"] else { return [] }
        guard case .sequence(let elements) = node else {
            fault(node, "'tags' must be a list of texts")
            return []
        }
        var tags: [String] = []
        for element in elements {
            guard let tag = element.scalar?.string else {
                fault(element, "'tags' must be a list of texts")
                continue
            }
            if !tags.contains(tag) { tags.append(tag) }
        }
        return tags
    }

    // MARK: Exceptions

    private mutating func exceptions(_ item: Node, appends: Bool) -> [FalcoException] {
        guard let node = item["exceptions"], node.null == nil else { return [] }
        guard case .sequence(let elements) = node else {
            fault(node, "'exceptions' must be a list of mappings with 'name', 'fields', 'comps' and 'values'")
            return []
        }
        var exceptions: [FalcoException] = []
        for element in elements {
            guard case .mapping = element else {
                fault(element, "an exception is a mapping with 'name', 'fields', 'comps' and 'values'")
                continue
            }
            known(element, ["name", "fields", "comps", "values"], "an exception")
            guard let name = piece(element, "name", required: true) else { continue }
            var exception = FalcoException(name: name.text, origin: FalcoOrigin(node: element, file: text))
            exception.fields = element["fields"].flatMap { entry($0, "fields") }
            exception.comps = element["comps"].flatMap { entry($0, "comps") }
            if let values = element["values"], values.null == nil {
                if case .sequence(let elements) = values {
                    exception.values = elements.compactMap { entry($0, "values") }
                } else {
                    fault(values, "the 'values' of an exception must be a list")
                }
            } else if appends {
                warn(element, "the exception '\(name.text)' appends no values")
            }
            if exceptions.contains(where: { $0.name == name.text }) {
                warn(name.node, "the rule has more than one exception '\(name.text)'")
            }
            exceptions.append(exception)
        }
        return exceptions
    }

    private mutating func entry(_ node: Node, _ key: String) -> FalcoEntry? {
        switch node {
        case .scalar:
            return string(node, key).map { .text(FalcoPiece(text: $0, node: node, file: text)) }
        case .sequence(let elements):
            return .list(elements.compactMap { entry($0, key) }, FalcoOrigin(node: node, file: text))
        default:
            fault(node, "'\(key)' of an exception must be texts and lists of texts")
            return nil
        }
    }
}

extension FalcoRule {
    /// Appends exceptions: new ones whole, values to those of the same name.
    fileprivate mutating func append(_ more: [FalcoException]) -> [Diagnostic] {
        var faults: [Diagnostic] = []
        for exception in more {
            guard let position = exceptions.firstIndex(where: { $0.name == exception.name }) else {
                if exception.fields == nil {
                    faults.append(
                        exception.origin.diagnostic(
                            "the rule '\(name)' has no exception '\(exception.name)' to append to"
                                + Spelling.hint(for: exception.name, among: exceptions.map(\.name))
                                + "; a new one needs 'fields'"))
                } else if exception.values.isEmpty {
                    faults.append(exception.origin.diagnostic("an exception that is appended needs 'values'"))
                } else {
                    exceptions.append(exception)
                }
                continue
            }
            if exception.fields != nil || exception.comps != nil {
                faults.append(
                    exception.origin.diagnostic(
                        "only values can be appended to the exception '\(exception.name)', not fields or comps"))
            } else {
                exceptions[position].values += exception.values
            }
        }
        return faults
    }
}

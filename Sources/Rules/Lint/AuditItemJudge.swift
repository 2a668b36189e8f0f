internal import CEL
internal import SecurityEvents

/// Says of a line of a rule about audit records what the API's own types say of it.
struct AuditItemJudge {
    /// The resources that the rule is about; nil for any.
    let resources: Set<String>?

    /// Something wrong with a line.
    struct Fault: Equatable {
        var check: LintFinding.Check
        var message: String
    }

    /// Whether a line can be true.
    func verdict(_ item: SigmaItem) -> ConditionVerdict {
        let place = AuditSchema.place(of: item.field, resources: resources)
        if case .unknown = place {
            return ConditionVerdict(truth: .never, reasons: ["no audit record has a field \(item.field)"])
        }
        switch item.ask {
        case .exists where AuditSchema.always.contains(item.field): return ConditionVerdict(truth: .always)
        case .like(let patterns, _):
            if AuditSchema.always.contains(item.field), patterns.contains(where: \.matchesAnything) {
                return ConditionVerdict(truth: .always)
            }
            if !patterns.isEmpty, patterns.allSatisfy({ reason($0, at: item.field, place) != nil }) {
                let reasons = patterns.compactMap { reason($0, at: item.field, place) }
                return ConditionVerdict(truth: .never, reasons: Array(reasons.prefix(1)))
            }
            return .open
        case .compares:
            guard case .known(let kind) = place, kind == .object || kind == .bool || kind == .time else { return .open }
            return ConditionVerdict(
                truth: .never, reasons: ["\(item.field) is \(word(kind)) and compares with no number"])
        default: return .open
        }
    }

    /// What is wrong with a line, whether or not the rest of the rule makes good for it.
    func faults(_ item: SigmaItem) -> [Fault] {
        let place = AuditSchema.place(of: item.field, resources: resources)
        if case .unknown(let upTo) = place {
            return [Fault(check: .unknownField, message: unknown(item.field, upTo: upTo))]
        }
        guard case .like(let patterns, let texts) = item.ask else { return [] }
        var faults: [Fault] = []
        for (pattern, text) in zip(patterns, texts) {
            guard let reason = reason(pattern, at: item.field, place) else { continue }
            let check: LintFinding.Check =
                switch item.field {
                case "verb": .unknownVerb
                case "objectRef.resource": .unknownResource
                default: .impossibleValue
                }
            faults.append(Fault(check: check, message: "'\(text)': \(reason)"))
        }
        if item.field == "objectRef.resource", faults.isEmpty { faults += foreign(item) }
        return faults
    }

    private func unknown(_ name: String, upTo: String) -> String {
        let similar = AuditSchema.similar(to: name, resources: resources).prefix(3)
        let hint = similar.isEmpty ? "" : "; in the record it is \(similar.joined(separator: " or "))"
        let known = upTo.isEmpty ? "" : ", only \(upTo)"
        return "no audit record has a field '\(name)'\(known)\(hint)"
    }

    /// A resource with a dot-less name that no group of Kubernetes has may be somebody's own.
    private func foreign(_ item: SigmaItem) -> [Fault] {
        (item.exactTexts ?? []).filter { !KubernetesResources.all.contains($0) }.sorted().map { name in
            Fault(
                check: .unknownResource,
                message: "'\(name)' is no resource of Kubernetes itself"
                    + Spelling.hint(for: name, among: KubernetesResources.all)
                    + "; it must be of a custom resource definition")
        }
    }

    /// Why a field cannot have a value; nil where it can.
    private func reason(_ pattern: SigmaPattern, at field: String, _ place: AuditSchema.Place) -> String? {
        if pattern.matchesAnything { return nil }
        guard case .known(let kind) = place else { return nil }
        func isPossible(_ words: [String]) -> Bool { words.contains { $0.withText { pattern.matches($0) } } }
        if field == "verb" {
            if isPossible(KubernetesVerb.all) { return nil }
            return "there is no such verb; audit records have \(KubernetesVerb.all.prefix(8).joined(separator: ", "))"
        }
        if let words = AuditSchema.words[field] {
            return isPossible(words) ? nil : "\(field) is one of \(words.joined(separator: ", "))"
        }
        guard let bytes = pattern.exactText else { return kind == .object ? "\(field) is an object" : nil }
        let text = String(decoding: bytes, as: UTF8.self)
        switch kind {
        case .int: return Double(text) == nil ? "\(field) is a number and never the word '\(text)'" : nil
        case .bool: return text == "true" || text == "false" ? nil : "\(field) is true or false"
        case .object: return "\(field) is an object and has no value of its own"
        case .string where field == "objectRef.resource":
            if text.contains("/") || text.contains(" ") {
                return "resources are written without their part; the part is objectRef.subresource"
            }
            return KubernetesResources.all.contains(text + "s") && !KubernetesResources.all.contains(text)
                ? "resources are written in the plural: \(text)s" : nil
        default: return nil
        }
    }

    private func word(_ kind: AuditSchema.Kind) -> String {
        switch kind {
        case .object: "an object"
        case .bool: "true or false"
        case .time: "a time"
        default: kind.rawValue
        }
    }
}

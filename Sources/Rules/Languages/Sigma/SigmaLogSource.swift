internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// Reads Sigma's `logsource`: which logs a rule is about.
enum SigmaLogSource {
    private static let categories = ["container_deployment", "container_activity", "application"]
    private static let services: [String: [SourceType]] = [
        "audit": [.kubernetesAudit], "event": [.kubernetesEvent], "events": [.kubernetesEvent, .dockerEvents],
        "admission": [.kubernetesAdmission], "daemon": [.dockerDaemon], "authorization": [.dockerAuthorization],
        "inspect": [.dockerInspect], "object": [.kubernetesObject], "objects": [.kubernetesObject],
        "containerd": [.containerdEvents, .containerdContainer],
    ]

    /// What other people's rules call our logs.
    private static let otherServices: [String: [SourceType]] = [
        "kube-audit": [.kubernetesAudit], "kube-apiserver-audit": [.kubernetesAudit],
        "kubernetes-audit": [.kubernetesAudit], "k8s_audit": [.kubernetesAudit], "docker": [.dockerEvents],
        "dockerd": [.dockerDaemon], "authz": [.dockerAuthorization],
    ]

    static func read(
        _ node: Node, in text: YAMLText
    ) -> (rule: Rule.LogSource, sources: UInt16, diagnostics: [Diagnostic]) {
        var fields = YAMLFields(
            node, in: text, known: ["category", "product", "service", "definition"], what: "'logsource'")
        let source = Rule.LogSource(
            category: fields.optional("category"), product: fields.optional("product"),
            service: fields.optional("service"))
        var sources = SourceType.allCases
        if let product = source.product {
            check(product, "product", among: Platform.allCases.map(\.rawValue), &fields)
            sources = sources.filter { $0.platform.rawValue == product }
        }
        if let service = source.service {
            check(service, "service", among: services.keys.sorted(), &fields)
            sources = sources.filter { services[service, default: []].contains($0) }
        }
        if let category = source.category { check(category, "category", among: categories, &fields) }
        if source == Rule.LogSource() { fields.fault(at: node, "'logsource' names no category, product or service") }
        return (source, Requirement.bits(sources), fields.diagnostics)
    }

    private static func check(_ word: String, _ key: String, among known: [String], _ fields: inout YAMLFields) {
        guard !known.contains(word) else { return }
        fields.fault(
            at: fields.value(key), "no log of \(key) '\(word)' is read" + Spelling.hint(for: word, among: known))
    }

    /// Reads the log source of other people's rules: a log that we do not read is waited for, and no fault.
    static func readAny(
        _ node: Node?, in text: YAMLText, _ outer: inout YAMLFields
    ) -> (rule: Rule.LogSource, sources: UInt16, waitsFor: [String]) {
        guard let node else {
            outer.fault(at: nil, "'logsource' is missing")
            return (Rule.LogSource(), 0, [])
        }
        var fields = YAMLFields(node, in: text, known: nil, what: "'logsource'")
        let source = Rule.LogSource(
            category: fields.optional("category"), product: fields.optional("product"),
            service: fields.optional("service"))
        if source == Rule.LogSource(), fields.diagnostics.isEmpty {
            fields.fault(at: node, "'logsource' names no category, product or service")
        }
        outer.diagnostics += fields.diagnostics
        var sources = SourceType.allCases
        if let product = source.product { sources = sources.filter { $0.platform.rawValue == product } }
        if let service = source.service {
            let named = services[service] ?? otherServices[service] ?? []
            sources = sources.filter { named.contains($0) }
        }
        if let category = source.category, !categories.contains(category) { sources = [] }
        let words = [("product", source.product), ("category", source.category), ("service", source.service)]
            .compactMap { key, word in word.map { "\(key) '\($0)'" } }
        return (
            source, Requirement.bits(sources),
            sources.isEmpty ? ["a log of \(words.joined(separator: ", ")), which is not read"] : []
        )
    }
}

extension YAMLFields {
    fileprivate mutating func optional(_ name: String) -> String? { value(name) == nil ? nil : string(name) }
}

internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// Reads `match` and `exclude` of Kyverno's rules and exceptions.
struct KyvernoMatchReader {
    let text: YAMLText
    var diagnostics: [Diagnostic] = []

    init(_ text: YAMLText) { self.text = text }

    mutating func filters(_ node: Node, what: String) -> KyvernoMatch.Filters {
        var found = KyvernoMatch.Filters()
        let fields = YAMLFields(
            node, in: text, known: ["any", "all", "resources", "subjects", "roles", "clusterRoles"], what: what)
        diagnostics += fields.diagnostics
        if let list = fields.value("any")?.sequence {
            found.filters = list.map { filter($0) }
        } else if let list = fields.value("all")?.sequence {
            found.filters = list.map { filter($0) }
            found.needsAll = true
        } else {
            found.filters = [filter(node)]
        }
        return found
    }

    private mutating func filter(_ node: Node) -> KyvernoMatch.Filter {
        var filter = KyvernoMatch.Filter()
        var fields = YAMLFields(
            node, in: text, known: ["resources", "subjects", "roles", "clusterRoles", "any", "all"], what: "a filter")
        filter.roles = fields.strings("roles") + fields.strings("clusterRoles")
        for element in fields.value("subjects")?.sequence.map(Array.init) ?? [] {
            var subject = YAMLFields(
                element, in: text, known: ["kind", "name", "namespace", "apiGroup"], what: "a subject")
            filter.subjects.append(
                KyvernoMatch.Subject(
                    kind: subject.string("kind", required: true), name: subject.string("name", required: true),
                    namespace: subject.string("namespace")))
            diagnostics += subject.diagnostics
        }
        filter.isEmpty = filter.roles.isEmpty && filter.subjects.isEmpty
        if let resources = fields.value("resources"), resources.null == nil { read(resources, into: &filter) }
        diagnostics += fields.diagnostics
        return filter
    }

    private mutating func read(_ node: Node, into filter: inout KyvernoMatch.Filter) {
        var fields = YAMLFields(
            node, in: text,
            known: [
                "kinds", "name", "names", "namespaces", "annotations", "selector", "namespaceSelector", "operations",
            ], what: "resources")
        filter.kinds = fields.strings("kinds").map { KindSelector($0) }
        let name = fields.string("name")
        filter.names = ((name.isEmpty ? [] : [name]) + fields.strings("names")).map { Wildcard($0) }
        filter.namespaces = fields.strings("namespaces").map { Wildcard($0) }
        filter.operations = fields.strings("operations")
        if let annotations = fields.value("annotations")?.mapping {
            filter.annotations = annotations.map {
                (Wildcard($0.key.scalar?.string ?? ""), Wildcard($0.value.scalar?.string ?? ""))
            }
        }
        var selectors = MatchResourcesReader(text)
        if let selector = fields.value("selector") { filter.selector = selectors.selector(selector) }
        if let selector = fields.value("namespaceSelector") {
            filter.namespaceSelector = selectors.selector(selector)
        }
        let asks =
            !filter.kinds.isEmpty || !filter.names.isEmpty || !filter.namespaces.isEmpty || !filter.operations.isEmpty
            || !filter.annotations.isEmpty || filter.selector != nil || filter.namespaceSelector != nil
        if asks { filter.isEmpty = false }
        diagnostics += fields.diagnostics + selectors.diagnostics
    }
}

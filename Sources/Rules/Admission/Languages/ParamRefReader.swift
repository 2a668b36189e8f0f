internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// Reads `paramRef`.
struct ParamRefReader {
    let text: YAMLText
    var diagnostics: [Diagnostic] = []

    init(_ text: YAMLText) { self.text = text }

    /// Reads a mapping.
    ///
    /// - Parameters:
    ///   - node: the mapping.
    ///   - defaultAction: what is meant where `parameterNotFoundAction` is missing; nil where it must be there.
    /// - Returns: what is referred to.
    mutating func read(_ node: Node, defaultAction: String?) -> PolicyBinding.ParamRef {
        var fields = YAMLFields(
            node, in: text, known: ["name", "namespace", "selector", "parameterNotFoundAction"], what: "paramRef")
        var reference = PolicyBinding.ParamRef()
        reference.name = fields.string("name")
        reference.namespace = fields.string("namespace")
        for fault in PolicyLimits.pathSegmentFaults(reference.name) {
            fields.fault(at: fields.value("name"), "the name '\(reference.name)' \(fault)")
        }
        if let selector = fields.value("selector"), selector.null == nil {
            var matcher = MatchResourcesReader(text)
            matcher.isStrict = true
            reference.selector = matcher.selector(selector)
            diagnostics += matcher.diagnostics
        }
        if reference.name.isEmpty == (reference.selector == nil) {
            fields.fault(at: node, "'paramRef' needs either 'name' or 'selector'")
        }
        let written = fields.string("parameterNotFoundAction")
        switch written.isEmpty ? defaultAction ?? "" : written {
        case "Deny": reference.deniesWhenNotFound = true
        case "Allow": break
        case "": fields.fault(at: node, "'parameterNotFoundAction' is missing; it is Allow or Deny")
        default:
            fields.fault(at: fields.value("parameterNotFoundAction"), "'parameterNotFoundAction' is Allow or Deny")
        }
        diagnostics += fields.diagnostics
        return reference
    }
}

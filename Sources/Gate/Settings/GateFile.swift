package import Admission
internal import BoundedYAML
package import JSONView
internal import Rules
package import SecurityEvents
internal import Yams

/// What a gate's settings file says: modes, exceptions, where Pod templates stand.
///
/// ```yaml
/// fail: closed
/// modes:
/// - {mode: warn, namespace: kube-system}
/// exceptions:
/// - name: node-exporter
///   rule: host-*
///   namespace: monitoring
///   workload: DaemonSet/node-exporter
///   owner: team-observability
///   reason: reads the host's metrics
///   expires: 2027-01-31
/// templates:
/// - {group: example.com, resource: runners, path: spec.runner.template}
/// ```
package struct GateFile: Sendable, Equatable {
    /// How the gate decides.
    package var settings = GateSettings()
    /// Where custom resources keep Pod templates.
    package var templates: [TemplatePlace] = []
    /// What deserves a warning.
    package var warnings: [Diagnostic] = []

    /// Where a custom resource keeps a Pod template.
    package struct TemplatePlace: Sendable, Equatable {
        /// The API group.
        package var group: String
        /// The resource's plural name.
        package var resource: String
        /// The way to a PodTemplateSpec or PodSpec.
        package var path: JSONPath

        /// Names a place.
        package init(group: String, resource: String, path: JSONPath) {
            self.group = group
            self.resource = resource
            self.path = path
        }
    }

    /// Every fault of a settings file.
    package struct Faults: Error, CustomStringConvertible {
        /// The faults, with their places.
        package var diagnostics: [Diagnostic]

        /// One line for each fault.
        package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
    }

    /// How long before its end an exception is warned about, in seconds.
    package static let notice: Int64 = 14 * 24 * 3600

    /// A file that says nothing.
    package init() {}

    /// Reads a file's text.
    ///
    /// - Parameters:
    ///   - text: the text, YAML.
    ///   - file: its name, for diagnostics.
    ///   - now: the time by which exceptions have ended.
    /// - Throws: every fault.
    package init(_ text: String, file: String, now: Timestamp) throws(Faults) {
        let yaml: YAMLText
        do throws(Diagnostic) { yaml = try YAMLText(text, file: file) } catch { throw Faults(diagnostics: [error]) }
        var reader = Reader(yaml, now: now)
        reader.read(&self)
        let faults = reader.diagnostics.filter { $0.severity == .error }
        guard faults.isEmpty else { throw Faults(diagnostics: reader.diagnostics) }
        warnings = reader.diagnostics
    }

    private struct Reader {
        private let text: YAMLText
        private let now: Timestamp
        private(set) var diagnostics: [Diagnostic] = []

        init(_ text: YAMLText, now: Timestamp) {
            self.text = text
            self.now = now
        }

        mutating func read(_ file: inout GateFile) {
            var fields = YAMLFields(
                text.root, in: text, known: ["fail", "modes", "exceptions", "templates"], what: "a gate's settings")
            if let failure: GateSettings.Failure = fields.word("fail") { file.settings.failure = failure }
            for node in items("modes", &fields) {
                if let line = mode(node) { file.settings.modes.lines.append(line) }
            }
            for node in items("exceptions", &fields) {
                guard let exception = exception(node) else { continue }
                if file.settings.exceptions.contains(where: { $0.name == exception.name }) {
                    diagnostics.append(text.fault(at: node, "there are two exceptions '\(exception.name)'"))
                }
                file.settings.exceptions.append(exception)
            }
            for node in items("templates", &fields) { if let place = template(node) { file.templates.append(place) } }
            diagnostics += fields.diagnostics
        }

        private func items(_ name: String, _ fields: inout YAMLFields) -> [Node] {
            guard let value = fields.value(name) else { return [] }
            guard case .sequence(let sequence) = value else {
                fields.fault(at: value, "'\(name)' must be a list")
                return []
            }
            return Array(sequence)
        }

        private mutating func mode(_ node: Node) -> GateModes.Line? {
            var fields = YAMLFields(
                node, in: text, known: ["mode", "rule", "level", "namespace", "host"], what: "a mode")
            let mode: Decision.Mode? = fields.word("mode", required: true)
            let level: Level? = fields.word("level")
            let line = GateModes.Line(
                mode ?? .enforce, rule: optional("rule", &fields), level: level,
                namespace: optional("namespace", &fields), host: optional("host", &fields))
            if line.namespace != nil, line.host != nil {
                fields.fault(at: node, "a mode is for a namespace or for a host, not for both")
            }
            diagnostics += fields.diagnostics
            return mode == nil ? nil : line
        }

        private mutating func exception(_ node: Node) -> RuleException? {
            var fields = YAMLFields(
                node, in: text,
                known: [
                    "name", "rule", "namespace", "host", "workload", "image", "user", "owner", "reason", "expires",
                ], what: "an exception")
            let written = fields.string("expires", required: true)
            let expires = Timestamp(written) ?? Timestamp(written + "T00:00:00Z")
            if expires == nil, !written.isEmpty {
                fields.fault(
                    at: fields.value("expires"),
                    "'\(written)' is no date (2027-01-31) and no time (2027-01-31T12:00:00Z)")
            }
            let exception = RuleException(
                name: fields.string("name", required: true), rule: fields.string("rule", required: true),
                namespace: optional("namespace", &fields), host: optional("host", &fields),
                workload: optional("workload", &fields), image: optional("image", &fields),
                user: optional("user", &fields), owner: fields.string("owner", required: true),
                reason: fields.string("reason", required: true), expires: expires ?? now)
            if let expires {
                let left = (expires.nanoseconds - now.nanoseconds) / 1_000_000_000
                if left <= 0 {
                    fields.diagnostics.append(
                        text.fault(
                            .warning, at: node,
                            "the exception '\(exception.name)' of \(exception.owner) ended \(written) and has no effect"
                        ))
                } else if left <= GateFile.notice {
                    fields.diagnostics.append(
                        text.fault(
                            .warning, at: node,
                            "the exception '\(exception.name)' of \(exception.owner) ends \(written)"))
                }
            }
            let isSound = !fields.diagnostics.contains { $0.severity == .error }
            diagnostics += fields.diagnostics
            return isSound ? exception : nil
        }

        private mutating func template(_ node: Node) -> TemplatePlace? {
            var fields = YAMLFields(
                node, in: text, known: ["group", "resource", "path"], what: "the place of a template")
            let group = fields.string("group", required: true)
            let resource = fields.string("resource", required: true)
            let written = fields.string("path", required: true)
            let path = JSONPath(written)
            if path == nil {
                fields.fault(at: fields.value("path"), "'\(written)' is no path like spec.runner.template")
            }
            let isSound = fields.diagnostics.isEmpty
            diagnostics += fields.diagnostics
            return isSound ? path.map { TemplatePlace(group: group, resource: resource, path: $0) } : nil
        }

        private func optional(_ name: String, _ fields: inout YAMLFields) -> String? {
            fields.value(name) == nil ? nil : fields.string(name)
        }
    }
}

internal import BoundedYAML
internal import Yams

/// What the API server refuses of a rule about resources (`validateNamedRuleWithOperations` in
/// `k8s.io/kubernetes/pkg/apis/admissionregistration/validation`).
enum RuleLimits {
    static func check(_ rule: ResourceRule, at node: Node, _ fields: inout YAMLFields) {
        for (key, values, what) in [
            ("apiGroups", rule.apiGroups, "API groups"), ("apiVersions", rule.apiVersions, "API versions"),
            ("operations", rule.operations, "operations"),
        ] where values.count > 1 && values.contains("*") {
            fields.fault(at: fields.value(key) ?? node, "beside '*' there may be no other \(what): leave them out")
        }
        if rule.apiVersions.contains("") {
            fields.fault(at: fields.value("apiVersions"), "a version is empty; the core group's is v1")
        }
        for fault in resourceFaults(rule.resources) { fields.fault(at: fields.value("resources"), fault) }
        var names: Set<String> = []
        for name in rule.resourceNames {
            for fault in PolicyLimits.pathSegmentFaults(name) {
                fields.fault(at: fields.value("resourceNames"), "the name '\(name)' \(fault)")
            }
            if !names.insert(name).inserted {
                fields.fault(at: fields.value("resourceNames"), "'\(name)' stands twice in 'resourceNames'")
            }
        }
    }

    private static func resourceFaults(_ resources: [String]) -> [String] {
        var faults: [String] = []
        var (withAllSubresources, ofAllResources): (Set<String>, Set<String>) = ([], [])
        // The API server's own loop keeps what the last plain name said.
        var hasPlainResource = false
        for written in resources {
            if written.isEmpty {
                faults.append("a resource is empty; '*' is all of them")
                continue
            }
            guard let slash = written.firstIndex(of: "/") else {
                hasPlainResource = written != "*"
                continue
            }
            let (name, part) = (String(written[..<slash]), String(written[written.index(after: slash)...]))
            if withAllSubresources.contains(name) {
                faults.append("beside '\(name)/*' there may be no '\(written)': leave it out")
            }
            if ofAllResources.contains(part) {
                faults.append("beside '*/\(part)' there may be no '\(written)': leave it out")
            }
            if part == "*" { withAllSubresources.insert(name) }
            if name == "*" { ofAllResources.insert(part) }
        }
        if resources.count > 1, resources.contains("*/*") {
            faults.append("beside '*/*' there may be no other resources: leave them out")
        }
        if resources.contains("*"), hasPlainResource {
            faults.append("beside '*' there may be no other resources without subresources: leave them out")
        }
        return faults
    }
}

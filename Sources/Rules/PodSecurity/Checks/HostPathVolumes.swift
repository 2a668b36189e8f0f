internal import JSONView

extension PodSecurityCheck {
    /// No volume may be a path of the node: `spec.volumes[*].hostPath`.
    static let hostPathVolumes = PodSecurityCheck("hostPathVolumes", .baseline) { pod in
        var names: [String] = []
        var fields: [JSONPath] = []
        for (position, volume) in numbered(pod.spec["volumes"])
        where volume["hostPath"].set != nil {
            names.append(volume["name"]?.string ?? "")
            fields.append(JSONPath([.key("spec"), .key("volumes"), .position(position), .key("hostPath")]))
        }
        guard !names.isEmpty else { return nil }
        return PodSecurityOffence(
            reason: "hostPath volumes",
            detail: "\(PodSecurityWords.plural("volume", "volumes", names.count)) \(PodSecurityWords.quoted(names))",
            fields: fields)
    }
}

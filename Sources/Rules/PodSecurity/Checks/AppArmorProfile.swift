internal import JSONView

extension PodSecurityCheck {
    /// Only the runtime's own AppArmor profile and profiles of the node are allowed.
    ///
    /// `securityContext.appArmorProfile.type` of the Pod and of containers: `RuntimeDefault`, `Localhost` or not set.
    /// `metadata.annotations["container.apparmor.security.beta.kubernetes.io/*"]`: `runtime/default`, `localhost/*` or empty.
    static let appArmorProfile = PodSecurityCheck("appArmorProfile", .baseline) { pod in
        var types: [String] = []
        var fields: [JSONPath] = []
        func isForbidden(_ context: JSONValue?, _ place: @autoclosure () -> JSONPath) -> Bool {
            guard let profile = context?["appArmorProfile"].set else { return false }
            let type = profile["type"]?.string ?? ""
            guard type != "RuntimeDefault", type != "Localhost" else { return false }
            types.append(type)
            fields.append(place() + ["appArmorProfile", "type"])
            return true
        }
        let byPod = isForbidden(pod.securityContext, .spec("securityContext"))
        let containers = pod.containers.filter { isForbidden($0.securityContext, $0.context) }
        var annotations: [String] = []
        let prefix = "container.apparmor.security.beta.kubernetes.io/"
        for (key, value) in pod.annotations where key.hasPrefix(prefix) {
            guard !value.isEmpty, value != "runtime/default", !value.hasPrefix("localhost/") else { continue }
            annotations.append("\(key)=\(PodSecurityWords.goQuoted(value))")
            fields.append(JSONPath([.key("metadata"), .key("annotations"), .key(key)]))
        }
        guard !fields.isEmpty else { return nil }
        let values = PodSecurityWords.set(types) + PodSecurityWords.set(annotations)
        let also = annotations.isEmpty ? [] : [PodSecurityWords.plural("annotation", "annotations", annotations.count)]
        return PodSecurityOffence(
            reason: PodSecurityWords.plural(
                "forbidden AppArmor profile", "forbidden AppArmor profiles", values.count),
            detail:
                "\(PodSecurityWords.setters(pod: byPod, containers, also: also)) must not set AppArmor profile type to "
                + PodSecurityWords.quoted(values),
            fields: fields)
    }
}

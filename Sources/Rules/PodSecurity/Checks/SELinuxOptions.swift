internal import JSONView

extension PodSecurityCheck {
    /// SELinux keeps containers apart: only the types of containers, and neither user nor role.
    ///
    /// `securityContext.seLinuxOptions` of the Pod and of containers. `type`: `container_t`, `container_init_t`,
    /// `container_kvm_t`, from v1.31 on `container_engine_t`, or empty; `user` and `role` empty.
    static let seLinuxOptions = PodSecurityCheck(
        "seLinuxOptions", .baseline,
        [
            .since(0, { look(at: $0, allowed: types) }),
            .since(31, { look(at: $0, allowed: laterTypes) }),
        ])

    private static let types: Set = ["", "container_t", "container_init_t", "container_kvm_t"]
    private static let laterTypes = types.union(["container_engine_t"])

    private static func look(at pod: PodSecurityPod, allowed: Set<String>) -> PodSecurityOffence? {
        var (types, setsUser, setsRole): ([String], Bool, Bool) = ([], false, false)
        var fields: [JSONPath] = []
        func isForbidden(_ context: JSONValue?, _ place: @autoclosure () -> JSONPath) -> Bool {
            guard let options = context?["seLinuxOptions"].set else { return false }
            let before = fields.count
            let type = options["type"]?.string ?? ""
            if !allowed.contains(type) {
                types.append(type)
                fields.append(place() + ["seLinuxOptions", "type"])
            }
            if options["user"]?.string?.isEmpty == false {
                setsUser = true
                fields.append(place() + ["seLinuxOptions", "user"])
            }
            if options["role"]?.string?.isEmpty == false {
                setsRole = true
                fields.append(place() + ["seLinuxOptions", "role"])
            }
            return fields.count > before
        }
        let byPod = isForbidden(pod.securityContext, .spec("securityContext"))
        let containers = pod.containers.filter { isForbidden($0.securityContext, $0.context) }
        guard !fields.isEmpty else { return nil }
        var values: [String] = []
        let names = PodSecurityWords.set(types)
        if !names.isEmpty {
            values.append("\(PodSecurityWords.plural("type", "types", names.count)) \(PodSecurityWords.quoted(names))")
        }
        if setsUser { values.append("user may not be set") }
        if setsRole { values.append("role may not be set") }
        return PodSecurityOffence(
            reason: "seLinuxOptions",
            detail: "\(PodSecurityWords.setters(pod: byPod, containers)) set forbidden securityContext.seLinuxOptions: "
                + values.joined(separator: "; "),
            fields: fields)
    }
}

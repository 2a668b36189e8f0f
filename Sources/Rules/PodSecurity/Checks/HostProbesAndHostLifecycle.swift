internal import JSONView

extension PodSecurityCheck {
    /// Probes and lifecycle handlers must not name a host to ask, from v1.34 on.
    ///
    /// `httpGet.host` and `tcpSocket.host` of `livenessProbe`, `readinessProbe`, `startupProbe`, `lifecycle.postStart` and
    /// `lifecycle.preStop` of containers.
    static let hostProbesAndHostLifecycle = PodSecurityCheck("hostProbesAndHostLifecycle", .baseline, since: 34) {
        pod in
        var names: [String] = []
        var hosts: [String] = []
        var fields: [JSONPath] = []
        for container in pod.containers {
            let lifecycle = container.object["lifecycle"]
            let handlers: [(steps: [String], found: JSONValue?)] = [
                (["livenessProbe"], container.object["livenessProbe"]),
                (["readinessProbe"], container.object["readinessProbe"]),
                (["startupProbe"], container.object["startupProbe"]),
                (["lifecycle", "postStart"], lifecycle?["postStart"]),
                (["lifecycle", "preStop"], lifecycle?["preStop"]),
            ]
            for (steps, found) in handlers {
                guard let found else { continue }
                for (way, action) in [("httpGet", found["httpGet"]), ("tcpSocket", found["tcpSocket"])] {
                    guard let host = action?["host"]?.string, !host.isEmpty else { continue }
                    names.append(container.name)
                    hosts.append(host)
                    fields.append(container.place + steps + [way, "host"])
                }
            }
        }
        guard !names.isEmpty else { return nil }
        let (containers, asked) = (PodSecurityWords.set(names), PodSecurityWords.set(hosts))
        return PodSecurityOffence(
            reason: "probe or lifecycle host",
            detail: "\(PodSecurityWords.plural("container", "containers", containers.count)) "
                + "\(PodSecurityWords.quoted(containers)) \(PodSecurityWords.plural("uses", "use", containers.count)) "
                + "\(PodSecurityWords.plural("probe or lifecycle host", "probe or lifecycle hosts", asked.count)) "
                + PodSecurityWords.quoted(asked),
            fields: fields)
    }
}

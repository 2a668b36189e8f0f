internal import JSONView

extension PodSecurityCheck {
    /// Probes and lifecycle handlers must not name a host to ask, from v1.34 on.
    ///
    /// `httpGet.host` and `tcpSocket.host` of `livenessProbe`, `readinessProbe`, `startupProbe`, `lifecycle.postStart` and
    /// `lifecycle.preStop` of containers.
    static let hostProbesAndHostLifecycle = PodSecurityCheck("hostProbesAndHostLifecycle", .baseline, since: 34) {
        pod in
        let handlers = [
            ["livenessProbe"], ["readinessProbe"], ["startupProbe"], ["lifecycle", "postStart"],
            ["lifecycle", "preStop"],
        ]
        var names: [String] = []
        var hosts: [String] = []
        var fields: [JSONPath] = []
        for container in pod.containers {
            for handler in handlers {
                let found = handler.reduce(container.object as JSONValue?) { $0?.member(JSONKey($1)) }
                for way in ["httpGet", "tcpSocket"] {
                    guard let host = found?.member(JSONKey(way))?["host"]?.string, !host.isEmpty else { continue }
                    names.append(container.name)
                    hosts.append(host)
                    fields.append(container.place + handler + [way, "host"])
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

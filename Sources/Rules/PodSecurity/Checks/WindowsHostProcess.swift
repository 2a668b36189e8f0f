internal import JSONView

extension PodSecurityCheck {
    /// No process of the node on Windows: `securityContext.windowsOptions.hostProcess` of the Pod and of containers.
    static let windowsHostProcess = PodSecurityCheck("windowsHostProcess", .baseline) { pod in
        func isForbidden(_ context: JSONValue?) -> Bool { context?["windowsOptions"]?["hostProcess"]?.bool == true }
        let byPod = isForbidden(pod.securityContext)
        let containers = pod.containers.filter { isForbidden($0.securityContext) }
        guard byPod || !containers.isEmpty else { return nil }
        return PodSecurityOffence(
            reason: "hostProcess",
            detail: "\(PodSecurityWords.setters(pod: byPod, containers)) must not set "
                + "securityContext.windowsOptions.hostProcess=true",
            fields: (byPod ? [.spec("securityContext", "windowsOptions", "hostProcess")] : [])
                + containers.map { $0.place(inContext: "windowsOptions", "hostProcess") })
    }
}

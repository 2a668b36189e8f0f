extension ClusterConfiguration {
    /// Where a Pod finds its service account.
    private static let serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// Finds out how the cluster is reached, as `kubectl` does: a named file, then `KUBECONFIG`, then `~/.kube/config`,
    /// then the Pod's own service account.
    ///
    /// - Parameters:
    ///   - file: a kubeconfig file that was named; it has to exist.
    ///   - context: the context; nil for the current one.
    ///   - allowances: what is allowed that is refused otherwise.
    ///   - environment: looks up a variable.
    ///   - exists: says whether a file is there.
    /// - Returns: the configuration; nil when there is none at all.
    /// - Throws: `KubernetesError.configuration`, when there is one and it is wrong.
    package static func discovered(
        file: String? = nil, context: String? = nil, allowing allowances: Kubeconfig.Allowances = .init(),
        environment: (String) -> String?, exists: (String) -> Bool
    ) throws(KubernetesError) -> ClusterConfiguration? {
        if let file {
            return try Kubeconfig(files: [file], requiresAll: true).configuration(
                context: context, allowing: allowances)
        }
        let named = environment("KUBECONFIG")?.split(separator: ":").map(String.init) ?? []
        let usual = environment("HOME").map { $0 + "/.kube/config" }
        let files = (named.isEmpty ? [usual].compactMap { $0 } : named).filter(exists)
        if !files.isEmpty {
            return try Kubeconfig(files: files, requiresAll: false).configuration(
                context: context, allowing: allowances)
        }
        guard named.isEmpty else {
            throw .configuration("KUBECONFIG names \(named.joined(separator: ", ")): no such file")
        }
        return inCluster(environment: environment, exists: exists)
    }

    /// What a Pod is told by its kubelet; nil outside of a Pod.
    private static func inCluster(
        environment: (String) -> String?, exists: (String) -> Bool
    ) -> ClusterConfiguration? {
        guard let host = environment("KUBERNETES_SERVICE_HOST"), let port = environment("KUBERNETES_SERVICE_PORT"),
            !host.isEmpty, Int(port) != nil, exists("\(serviceAccount)/token")
        else { return nil }
        let name = host.contains(":") ? "[\(host)]" : host
        var configuration = ClusterConfiguration(
            server: "https://\(name):\(port)", origin: "this Pod's service account")
        configuration.authority = .file("\(serviceAccount)/ca.crt")
        configuration.user.tokenFile = "\(serviceAccount)/token"
        return configuration
    }
}

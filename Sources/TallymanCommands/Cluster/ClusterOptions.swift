import ArgumentParser
import PlatformAPIs

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which cluster is meant, as `kubectl` spells it.
struct ClusterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The kubeconfig. Default: KUBECONFIG, then ~/.kube/config, then the Pod's service account.",
            valueName: "file"), completion: .file())
    var kubeconfig: String?

    @Option(help: ArgumentHelp("The context of the kubeconfig; its current one unless given.", valueName: "name"))
    var context: String?

    @Flag(help: "Allow insecure-skip-tls-verify and http:// of the kubeconfig.")
    var allowInsecure = false

    /// Finds the cluster.
    ///
    /// - Returns: how it is reached; nil where nothing on this machine names one.
    /// - Throws: `KubernetesError.configuration`.
    func configuration() throws(KubernetesError) -> ClusterConfiguration? {
        var allowances = Kubeconfig.Allowances()
        allowances.insecure = allowInsecure
        return try ClusterConfiguration.discovered(
            file: kubeconfig, context: context, allowing: allowances, environment: ProcessEnvironment.value,
            exists: { access($0, R_OK) == 0 })
    }
}

/// The workloads and Events of a Kubernetes cluster.
package struct KubernetesSection: ConfigSection {
    package var use = SourceUse.auto
    package var kubeconfig: String?
    package var context: String?
    package var allowInsecure = false
    package var objects = 200_000

    package init() {}

    package static let path = "sources.kubernetes"
    package static let summary = "A Kubernetes cluster, asked as kubectl would."
    package static let keys: [ConfigKey<Self>] = [
        .choice(
            "use", \.use,
            "Whether a cluster is followed. With auto it is where no paths or webhook are named and a kubeconfig or a Pod's "
                + "service account is there."),
        .path(
            "kubeconfig", \.kubeconfig,
            "The kubeconfig. Default: KUBECONFIG, then ~/.kube/config, then the Pod's service account."),
        .text("context", \.context, "The kubeconfig's context; its current one unless given."),
        .flag(
            "allowInsecure", \.allowInsecure,
            "Whether insecure-skip-tls-verify and http:// of the kubeconfig are allowed."),
        .number(
            "objects", \.objects, 1...10_000_000,
            "How many objects of each resource are remembered, to tell what changed; each takes about 400 bytes, and a row in "
                + "the ledger. Past it the others are told but not compared, which is a gap."),
    ]
}

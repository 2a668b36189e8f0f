/// A language that policies are written in, as Kubernetes objects.
protocol PolicyLanguage {
    /// Whether an object is in the language.
    static func takes(_ object: KubernetesDocuments.Object) -> Bool
    /// Reads the objects that are in the language.
    static func read(_ objects: [KubernetesDocuments.Object], into files: inout PolicyFiles)
}

/// The languages of policies.
enum PolicyLanguages {
    /// The API groups that policies are in.
    static let groups: Set = [
        "admissionregistration.k8s.io", "kyverno.io", "policies.kyverno.io", "templates.gatekeeper.sh",
        "constraints.gatekeeper.sh",
    ]

    static var all: [any PolicyLanguage.Type] {
        [KubernetesPolicyLanguage.self, KyvernoLanguage.self, GatekeeperLanguage.self]
    }
}

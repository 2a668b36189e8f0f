/// A language that policies are written in, as Kubernetes objects.
protocol PolicyLanguage {
    /// Whether an object is in the language.
    static func takes(_ object: KubernetesDocuments.Object) -> Bool
    /// Reads the objects that are in the language.
    static func read(_ objects: [KubernetesDocuments.Object], into files: inout PolicyFiles)
}

/// The languages of policies.
enum PolicyLanguages {
    static var all: [any PolicyLanguage.Type] {
        [KubernetesPolicyLanguage.self, KyvernoLanguage.self, GatekeeperLanguage.self]
    }
}

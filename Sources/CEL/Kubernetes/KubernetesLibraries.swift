extension [Library] {
    /// What expressions may use in Kubernetes 1.34: the core language, the extensions it takes over, its own libraries.
    public static var kubernetes: [Library] {
        [
            .core, .optionals, .twoVariableComprehensions, .kubernetesStrings, .sets, .lists, .network,
            .kubernetesLists, .kubernetesRegex, .kubernetesURLs, .kubernetesQuantity, .kubernetesSemver,
            .kubernetesFormat, .kubernetesAuthorizer, .kubernetesJSONPatch,
        ]
    }
}

extension Library {
    /// The functions of strings at the version that Kubernetes offers: those without `reverse`.
    static let kubernetesStrings = Library(
        "strings", overloads: Library.strings.overloads.filter { $0.id != "string_reverse" })
}

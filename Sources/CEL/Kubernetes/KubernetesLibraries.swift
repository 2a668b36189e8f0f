extension [Library] {
    /// What expressions may use in Kubernetes 1.34: the core language, the extensions it takes over, its own libraries.
    public static var kubernetes: [Library] {
        [
            .kubernetesCore, .optionals, .twoVariableComprehensions, .kubernetesStrings, .sets, .lists,
            .kubernetesNetwork,
            .kubernetesLists, .kubernetesRegex, .kubernetesURLs, .kubernetesQuantity, .kubernetesSemver,
            .kubernetesFormat, .kubernetesAuthorizer, .kubernetesJSONPatch,
        ]
    }
}

extension Library {
    /// The functions of strings at the version that Kubernetes offers: without `reverse`, and `%e` writes `×10⁰⁰`.
    static let kubernetesStrings = Library(
        "strings",
        overloads: Library.strings.overloads.filter { $0.id != "string_reverse" && $0.id != "string_format" }
            + [Library.format(writesPowers: true)])

    /// The core language as Kubernetes has it, where the milliseconds of a duration are all of them.
    static let kubernetesCore = Library(
        "core",
        overloads: Library.core.overloads.filter { $0.id != "duration_to_milliseconds" } + [
            .member("duration_to_milliseconds", "getMilliseconds", [.duration], .int, "All milliseconds.") {
                arguments in
                guard case .duration(let nanoseconds) = arguments[0] else { return .int(0) }
                return .int(nanoseconds / 1_000_000)
            }
        ], macros: Library.core.macros, types: Library.core.types, constants: Library.core.constants)
}

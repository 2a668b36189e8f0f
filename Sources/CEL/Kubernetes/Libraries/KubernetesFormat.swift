import JSONView

extension Library {
    /// The forms that Kubernetes knows by name: `format.dns1123Label()`, `format.named('uuid')`, `validate`.
    public static let kubernetesFormat = Library(
        "kubernetes.format", overloads: validation + constants, types: ["kubernetes.NamedFormat": FormatValue.type])

    private static let validation: [Overload] = [
        Overload(
            "format-named", "format.named", [.string], .optional(FormatValue.type),
            "The form of a name, if there is one."
        ) { arguments in
            guard let format = NamedFormat.byName[String(arguments.string(0))] else { return .emptyOptional }
            return arguments.evaluation.optional(arguments.evaluation.opaque(FormatValue(format)))
        },
        .member(
            "format-validate", "validate", [FormatValue.type, .string], .optional(.list(.string)),
            "What is wrong with a text; nothing when it has the form."
        ) { arguments in
            guard let value = arguments.opaque(0) as? FormatValue else { return arguments.evaluation.noSuchOverload() }
            let faults = value.format.check(String(arguments.string(1)))
            if faults.isEmpty { return .emptyOptional }
            return arguments.evaluation.optional(
                arguments.evaluation.list(faults.map { arguments.evaluation.string($0) }))
        },
    ]

    private static let constants: [Overload] = NamedFormat.all.map { format in
        Overload("format.\(format.name)", "format.\(format.name)", [], FormatValue.type, "The form \(format.name).") {
            $0.evaluation.opaque(FormatValue(format))
        }
    }
}

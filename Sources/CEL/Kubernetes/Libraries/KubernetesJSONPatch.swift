import JSONView

extension Library {
    /// What mutating policies need of JSON patches: `jsonpatch.escapeKey`.
    public static let kubernetesJSONPatch = Library(
        "kubernetes.jsonpatch",
        overloads: [
            Overload(
                "string_jsonpatch_escapeKey_string", "jsonpatch.escapeKey", [.string], .string,
                "A key with `~` and `/` escaped, for use in a JSON pointer."
            ) { arguments in
                var escaped: [UInt8] = []
                for byte in arguments.string(0).bytes {
                    switch byte {
                    case UInt8(ascii: "~"): escaped += Array("~0".utf8)
                    case UInt8(ascii: "/"): escaped += Array("~1".utf8)
                    default: escaped.append(byte)
                    }
                }
                return .string(arguments.evaluation.text(escaped))
            }
        ])
}

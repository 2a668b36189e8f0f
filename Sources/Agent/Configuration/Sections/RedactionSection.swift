/// How secrets are kept out of logs, findings and the ledger.
package struct RedactionSection: ConfigSection {
    package var keyFile: String?

    package init() {}

    package static let path = "redaction"
    package static let summary = "How secrets are kept out of logs, findings and the ledger."
    package static let keys: [ConfigKey<Self>] = [
        .path(
            "keyFile", \.keyFile,
            "The key that secrets are hashed with before they are shown, so that equal ones can be joined; made where there is "
                + "none. Default: beside the ledger (.redaction-key); without a ledger, a key that ends with the process."
        )
    ]
}

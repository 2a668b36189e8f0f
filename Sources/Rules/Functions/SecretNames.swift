package import JSONView

/// Which names secrets are kept under, for whoever shows values.
package enum SecretNames {
    /// Whether a name is one that secrets are kept under.
    package static func isSecret(_ name: JSONText) -> Bool { SecretName.judge(name) }

    /// Whether a name that secrets are kept under may stand in a text: false only where none does.
    package static func mayStand(in text: JSONText) -> Bool { SecretName.signs.stands(in: text) }
}

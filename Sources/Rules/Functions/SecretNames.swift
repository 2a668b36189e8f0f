package import JSONView

/// Which names secrets are kept under, for whoever shows values.
package enum SecretNames {
    /// Whether a name is one that secrets are kept under.
    package static func isSecret(_ name: JSONText) -> Bool { SecretName.judge(name) }
}

/// Tells values that are secrets from placeholders and paths.
enum SecretText {
    private static let words = [
        "PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "ACCESS_KEY", "PRIVATE_KEY", "CREDENTIAL",
    ]
    private static let harmlessEnds = [
        "_FILE", "_PATH", "_DIR", "_URL", "_HOST", "_NAME", "_USER", "_ID", "_LENGTH", "_TTL",
    ]

    /// Whether a variable's value is a secret: its name says so, and its value is no reference, path or placeholder.
    static func isSecret(name: String, value: String) -> Bool {
        let name = name.uppercased()
        guard words.contains(where: { name.contains($0) }), !harmlessEnds.contains(where: { name.hasSuffix($0) }) else {
            return false
        }
        guard value.count >= 3, !value.contains("$"), !value.hasPrefix("/"), !value.hasPrefix("<") else { return false }
        return !["true", "false", "none", "null"].contains(value.lowercased()) && Int(value) == nil
    }
}

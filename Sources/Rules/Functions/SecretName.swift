internal import JSONView

/// Tells whether a name is one that secrets are kept under.
enum SecretName {
    private static let words: Set<String> = [
        "password", "passwd", "passphrase", "pwd", "pass", "secret", "secrets", "token", "tokens", "apikey",
        "credential",
        "credentials", "creds", "auth", "authorization", "bearer", "jwt", "cookie", "privatekey", "secretkey",
        "accesskey", "sessionkey", "connectionstring", "dsn", "pat",
    ]

    /// Words that make of a secret the place or the kind of one.
    private static let places: Set<String> = [
        "file", "path", "dir", "name", "url", "uri", "type", "mode", "enabled", "ttl", "expiry", "length", "method",
        "endpoint", "issuer", "audience", "ref", "provider", "host", "port", "policy",
    ]

    /// Parts of which one stands in every name that secrets are kept under, whatever its case.
    static let signs = SignSet(
        anywhere: [
            "pass", "pwd", "secret", "token", "key", "cred", "auth", "bearer", "jwt", "cookie", "string", "dsn", "pat",
        ], ignoresCase: true)

    static func judge(_ text: JSONText) -> Bool {
        guard signs.stands(in: text) else { return false }
        let parts = split(text.prefix(256))
        guard let last = parts.last, !places.contains(last) else { return false }
        if parts.contains(where: words.contains) { return true }
        for (left, right) in zip(parts, parts.dropFirst()) {
            if right == "key" || right == "keys",
                ["api", "access", "private", "secret", "encryption", "signing", "master"].contains(left)
            {
                return true
            }
            if left == "connection", right == "string" { return true }
        }
        return parts.contains { part in
            part.count > 8 && (part.hasSuffix("password") || part.hasSuffix("secret") || part.hasSuffix("apikey"))
        }
    }

    /// The words of `DB_PASSWORD`, `dbPassword`, `db-password`, in lower case.
    private static func split(_ text: JSONText) -> [String] {
        var parts: [[UInt8]] = [[]]
        var previous: UInt8 = 0
        for byte in text.bytes {
            if !ASCII.isAlphanumeric(byte) {
                parts.append([])
            } else {
                if ASCII.isUpper(byte), ASCII.isLower(previous) { parts.append([]) }
                parts[parts.count - 1].append(ASCII.lowercased(byte))
            }
            previous = byte
        }
        return parts.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
    }
}

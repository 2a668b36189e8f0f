import Crypto
import JSONView
import Rules

/// Takes secrets out of texts before they are shown, logged or kept.
///
/// With a key, a secret is replaced by a keyed hash of it (HMAC-SHA-256, 64 bits of it): the same secret in two places can
/// be seen to be the same, and without the key nobody can try secrets out. Without a key, it is just replaced.
public struct Redactor: Sendable {
    /// What stands for a secret where there is no key.
    package static let replacement = "…redacted…"
    /// The shortest key that is taken.
    package static let keyLength = 16

    private let key: SymmetricKey?

    /// Makes a redactor that only replaces.
    public init() { key = nil }

    /// Makes a redactor that hashes.
    ///
    /// - Parameter key: the key, random bytes.
    public init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    /// Whether secrets are hashed.
    var isKeyed: Bool { key != nil }

    /// What stands for a secret.
    package func replacement(of secret: some StringProtocol) -> String {
        guard let key else { return Self.replacement }
        // In a command line it may stand in quotes, in a variable not: it is one secret.
        let bare = secret.trimmingPrefix { $0 == "\"" || $0 == "'" }
        let end = bare.lastIndex { $0 != "\"" && $0 != "'" }.map { bare.index(after: $0) } ?? bare.startIndex
        let code = HMAC<SHA256>.authenticationCode(for: Array(bare[..<end].utf8), using: key)
        let digits = code.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return "…redacted:" + digits.joined() + "…"
    }

    /// A text with the values of secret-looking assignments and options, bearer tokens and passwords in addresses
    /// replaced.
    package func redact(_ text: String) -> String {
        guard text.withText(Self.mayHold) else { return text }
        var words: [Substring] = text.split(separator: " ", omittingEmptySubsequences: false)
        var hidesNext = false
        for index in words.indices {
            let word = words[index]
            if hidesNext, !word.isEmpty {
                hidesNext = false
                if word.lowercased() == "bearer" || word.lowercased() == "basic" {
                    hidesNext = true
                } else if !word.hasPrefix("-") {
                    words[index] = Substring(replacement(of: word))
                }
                continue
            }
            let (shown, next) = redact(word: word)
            words[index] = shown
            hidesNext = next
        }
        return words.joined(separator: " ")
    }

    /// A quick no for the texts without any sign of a secret.
    static func mayHold(_ text: JSONText) -> Bool {
        text.firstIndex(of: UInt8(ascii: "@")) != nil && text.contains("://") || SecretNames.mayStand(in: text)
    }

    /// A word without its secret, and whether the next word is one.
    private func redact(word: Substring) -> (Substring, Bool) {
        if let shown = withoutAddressPassword(word) { return (shown, false) }
        if let split = word.firstIndex(where: { $0 == "=" || $0 == ":" }) {
            let name = word[..<split]
            let value = word[word.index(after: split)...]
            guard !value.hasPrefix("//"), Self.isSecret(name) else { return (word, false) }
            // `Authorization:` and its value are two words.
            if value.isEmpty { return (word, word[split] == ":") }
            return (name + String(word[split]) + replacement(of: value), false)
        }
        let lower = word.lowercased()
        if lower.hasSuffix("bearer") { return (word, true) }
        return (word, word.hasPrefix("--") && Self.isSecret(word.drop { $0 == "-" }))
    }

    private static func isSecret(_ name: Substring) -> Bool {
        let bare = name.drop { $0 == "-" || $0 == "\"" || $0 == "'" }
        return !bare.isEmpty && String(bare).withText(SecretNames.isSecret)
    }

    /// `scheme://user:password@host` without the password; nil where there is none.
    private func withoutAddressPassword(_ word: Substring) -> Substring? {
        guard word.utf8.contains(UInt8(ascii: "@")), let scheme = word.firstRange(of: "://") else { return nil }
        let rest = word[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return nil
        }
        let password = word[word.index(after: colon)..<at]
        return word[..<word.index(after: colon)] + replacement(of: password) + word[at...]
    }
}

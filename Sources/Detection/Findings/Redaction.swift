import JSONView
import Rules

/// Takes secrets out of texts before they are shown or kept.
enum Redaction {
    /// A text with the values of secret-looking assignments and options, bearer tokens and passwords in addresses
    /// replaced.
    static func redact(_ text: String) -> String {
        guard text.withText(mayHold) else { return text }
        var words: [Substring] = text.split(separator: " ", omittingEmptySubsequences: false)
        var hidesNext = false
        for index in words.indices {
            let word = words[index]
            if hidesNext, !word.isEmpty {
                hidesNext = false
                if word.lowercased() == "bearer" || word.lowercased() == "basic" {
                    hidesNext = true
                } else if !word.hasPrefix("-") {
                    words[index] = Substring(EvidenceText.redacted)
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
    private static func redact(word: Substring) -> (Substring, Bool) {
        if let shown = withoutAddressPassword(word) { return (shown, false) }
        if let split = word.firstIndex(where: { $0 == "=" || $0 == ":" }) {
            let name = word[..<split]
            let value = word[word.index(after: split)...]
            guard !value.hasPrefix("//"), isSecret(name) else { return (word, false) }
            // `Authorization:` and its value are two words.
            if value.isEmpty { return (word, word[split] == ":") }
            return (name + String(word[split]) + EvidenceText.redacted, false)
        }
        let lower = word.lowercased()
        if lower.hasSuffix("bearer") { return (word, true) }
        return (word, word.hasPrefix("--") && isSecret(word.drop { $0 == "-" }))
    }

    private static func isSecret(_ name: Substring) -> Bool {
        let bare = name.drop { $0 == "-" || $0 == "\"" || $0 == "'" }
        return !bare.isEmpty && String(bare).withText(SecretNames.isSecret)
    }

    /// `scheme://user:password@host` without the password; nil where there is none.
    private static func withoutAddressPassword(_ word: Substring) -> Substring? {
        guard let scheme = word.firstRange(of: "://") else { return nil }
        let rest = word[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return nil
        }
        return word[..<word.index(after: colon)] + EvidenceText.redacted + word[at...]
    }
}

import JSONView
import Rules
import SecurityEvents

/// Strings that come again and again (namespaces, kinds, accounts), each kept once.
struct TextPool {
    private var strings: [LookupKey: String] = [:]
    private static let limit = 4096

    /// A text as a string.
    mutating func string(_ text: JSONText) -> String {
        // Short strings need no memory of their own.
        if text.count <= 15 { return String(copying: text) }
        let key = LookupKey(text)
        if let known = strings[key] { return known }
        if strings.count >= Self.limit { strings.removeAll(keepingCapacity: true) }
        let made = String(copying: text)
        strings[key] = made
        return made
    }
}

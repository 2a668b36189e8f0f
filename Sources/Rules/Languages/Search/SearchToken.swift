/// A piece of a search, with the place of its first character.
struct SearchToken: Equatable {
    enum Kind: Equatable {
        /// A bare word: a field, a value, a keyword.
        case word(String)
        /// A text in quotes.
        case quoted(String)
        /// `=`, `!=`, `<`, `<=`, `>`, `>=`, `==`.
        case comparison(String)
        case pipe, open, close, comma
        case end
    }

    var kind: Kind
    /// The position of the first character, from 0, in Unicode scalars.
    var offset: Int
    /// How many scalars it takes.
    var length: Int

    /// The token as a keyword, which Splunk reads in any case.
    var keyword: String? { if case .word(let word) = kind { word.uppercased() } else { nil } }

    /// The token as messages name it.
    var spelling: String {
        switch kind {
        case .word(let word): "'\(word)'"
        case .quoted(let text): "\"\(text)\""
        case .comparison(let sign): "'\(sign)'"
        case .pipe: "'|'"
        case .open: "'('"
        case .close: "')'"
        case .comma: "','"
        case .end: "the end of the search"
        }
    }
}

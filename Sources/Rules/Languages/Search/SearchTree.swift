/// A search as a tree of conditions.
indirect enum SearchTree: Equatable, Sendable {
    case and([SearchTree])
    case or([SearchTree])
    case not(SearchTree)
    /// A field compared with a value.
    case comparison(field: SearchField, sign: String, value: SearchValue)
    /// A field that is, or with `NOT IN` is not, one of some values.
    case membership(field: SearchField, values: [SearchValue], isNegated: Bool)
    /// A text that stands anywhere in the record.
    case text(SearchValue)
    /// What every event is.
    case everything
}

/// A field as written, with its place.
struct SearchField: Equatable, Sendable {
    var name: String
    var offset: Int
}

/// A value as written, with its place.
struct SearchValue: Equatable, Sendable {
    var text: String
    var isQuoted: Bool
    var offset: Int
}

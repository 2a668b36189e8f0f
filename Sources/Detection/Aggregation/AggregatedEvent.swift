import Rules
import SecurityEvents

/// An event, or a match of another aggregation, as an aggregation remembers it.
struct AggregatedEvent {
    var time: Timestamp
    /// The number of the input that it matched.
    var input: Int
    /// A fingerprint of the record, the same for all stages of one request.
    var record: Fingerprint
    var position: SourcePosition
    /// Whether the record has a time of its own.
    var hasTime: Bool
    /// What is added up; nil where there is no number.
    var number: Double?
    /// What is told apart when values are counted; nil where there is none.
    var value: Fingerprint?
}

/// That an aggregation speaks.
struct AggregationHit {
    /// The values of the keys, in the order of their names.
    var keys: [String]
    var measure: Double
    /// The events of the window, oldest first.
    var events: ArraySlice<AggregatedEvent>
    /// When the last of them happened.
    var time: Timestamp
}

import Rules
public import SecurityEvents

/// Tells which events a detector has nothing to do with, on another thread than the detector's.
///
/// It shares no memory with the detector: two threads that count references to one thing wait for each other. It belongs to
/// one thread at a time.
public final class EventSieve {
    private let numbers: EventNumbers
    /// Whether some rule has a chance with the events of a number.
    private var known: [UInt64: Bool] = [:]

    init(_ requirements: [Requirement]) { numbers = EventNumbers(requirements) }

    /// Whether a detector has to see an event: a rule has a chance with it, or it is remembered for later ones.
    ///
    /// - Parameter event: an event, complete as its detector would see it.
    /// - Returns: false where the detector would only count it.
    public func passes(_ event: borrowing Event) -> Bool {
        if LogMemory.wants(event) { return true }
        let flags = EventFlags(of: event)
        let number = numbers.number(of: event, flags)
        if let found = known[number] { return found }
        if known.count >= RuleIndex.bucketLimit { known.removeAll() }
        let found = !numbers.candidates(for: event, flags).isEmpty
        known[number] = found
        return found
    }
}

import JSONView
import Rules
import SecurityEvents

/// How values of the event at hand are written as evidence: several rules look at the same ones.
///
/// The event is given by its place: out of a place that others may write to, the compiler copies what it lends.
final class EvidenceMemory {
    /// A value as evidence.
    struct Item {
        fileprivate let value: JSONValue
        /// Where it stands; empty for the record itself, and for what is no part of it.
        let path: String
        /// The value, cut and without secrets; made when it is asked for.
        fileprivate var written: String?
        fileprivate var print: Fingerprint?
    }

    private let limits: DetectorOptions
    /// What shows the event; held, so that no other can take its place.
    private var context: EventContext?
    private var round: UInt64 = 0
    /// Not checked for exclusive access: nothing that is called while it changes comes back here.
    @exclusivity(unchecked) private var items: [Item] = []

    init(limits: DetectorOptions) { self.limits = limits }

    /// Forgets what is of another event than the one that a context shows.
    func turn(to context: EventContext) {
        if self.context === context, round == context.round { return }
        (self.context, round) = (context, context.round)
        items.removeAll(keepingCapacity: true)
    }

    /// The number of a value, by which the other functions know it.
    func number(of value: JSONValue, in event: UnsafePointer<Event>) -> Int {
        if let known = items.firstIndex(where: { $0.value.isSamePlace(as: value) }) { return known }
        items.append(Item(value: value, path: event.pointee.path(of: value) ?? ""))
        return items.count - 1
    }

    /// Where a value stands.
    func path(of number: Int) -> String { items[number].path }

    /// What a value is.
    func text(of number: Int, in event: UnsafePointer<Event>) -> String {
        if let written = items[number].written { return written }
        let written = EvidenceText.write(
            items[number].value, path: items[number].path, in: event.pointee, length: limits.valueLength,
            limits.redactor)
        items[number].written = written
        return written
    }

    /// A fingerprint of what a value is: the same fact is one finding whatever key secrets are hashed with.
    func print(of number: Int, in event: UnsafePointer<Event>) -> Fingerprint {
        if let print = items[number].print { return print }
        let written = text(of: number, in: event)
        let hasHash = limits.redactor.isKeyed && written.contains("redacted:")
        let plain =
            hasHash
            ? EvidenceText.write(
                items[number].value, path: items[number].path, in: event.pointee, length: limits.valueLength,
                Redactor())
            : written
        let print = Fingerprint(plain)
        items[number].print = print
        return print
    }
}

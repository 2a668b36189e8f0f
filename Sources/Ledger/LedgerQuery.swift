public import SecurityEvents

/// Which entries are asked for, and in what order.
///
/// All that is said must hold; what is nil or empty does not restrict.
public struct LedgerQuery: Sendable, Equatable {
    /// Which end comes first.
    public enum Order: Sendable {
        case newestFirst, oldestFirst
    }

    public var kinds: Set<LedgerEntry.Kind> = []
    /// The lowest level; only findings have one.
    public var level: Level?
    /// The earliest time, of the event where it is known and of the recording elsewhere.
    public var since: Timestamp?
    /// The time before which an entry must lie.
    public var until: Timestamp?
    /// A rule's identifier or name.
    public var rule: String?
    /// A container's id (its first 12 digits suffice), a workload's uid, name or namespace, an actor or the person behind
    /// it, an entry's key, or what a note is about.
    public var subject: String?
    public var container: String?
    public var workloadUID: String?
    public var namespace: String?
    public var workload: String?
    public var actor: String?

    public var order = Order.newestFirst
    /// The sequence number of the last entry of the page before; nil for the first page.
    public var after: Int64?
    /// How many entries at most; never more than ``LedgerQuery/pageLimit``.
    public var limit = 100

    /// How many entries one page can have.
    public static let pageLimit = 10_000

    /// Asks for the newest entries.
    public init() {}
}

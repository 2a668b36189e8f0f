import SecurityEvents

/// What watching a resource tells.
package enum ResourceChange: Sendable, Equatable {
    /// A list begins: what is not in it does not exist any more.
    case listing
    /// A page of the list, as the server sent it.
    case page([UInt8])
    /// The list is complete; changes follow.
    case listed
    /// A page of what there is now, before watching goes on from an earlier place: changes since then are told next.
    case survey([UInt8])
    /// What there is was told; what became of it since the earlier place follows.
    case surveyed
    /// Everything up to this version was told.
    case reached(String)
    /// An object was made, changed or deleted: the `WatchEvent`, with `type` and `object`.
    case change([UInt8])
    /// Changes that were not told may have happened, as the server does not know them any more; a list follows.
    case expired(since: Timestamp)
    /// A change was too long to be read.
    case tooLong(limit: Int)
    /// Watching stopped for a while and is tried again.
    case interrupted(String)
    /// The server has no such resource, or this user may not see it; it is tried again now and then.
    case unavailable(String)
}

import SecurityEvents

/// Where watching goes on that was begun earlier, by another process.
package struct WatchStart: Sendable, Equatable {
    /// The version of the resource up to which everything was told.
    package var version: String
    /// When that was.
    package var moment: Timestamp

    /// Names a place.
    ///
    /// - Parameters:
    ///   - version: the version of the resource up to which everything was told.
    ///   - moment: when that was.
    package init(version: String, moment: Timestamp) {
        self.version = version
        self.moment = moment
    }
}

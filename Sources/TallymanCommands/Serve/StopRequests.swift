/// Tells a second request to stop from the first one that comes twice.
///
/// `timeout` signals its child, and then the whole group that the child is in: that is one request, and ending at once
/// because of it would leave what waits unkept.
struct StopRequests {
    /// For how long what comes is the same request.
    static let same: Duration = .seconds(1)
    private var first: ContinuousClock.Instant?

    /// Takes a request.
    ///
    /// - Parameter now: when it came.
    /// - Returns: whether it is a second one.
    mutating func isSecond(at now: ContinuousClock.Instant) -> Bool {
        guard let first else {
            first = now
            return false
        }
        return now - first >= Self.same
    }
}

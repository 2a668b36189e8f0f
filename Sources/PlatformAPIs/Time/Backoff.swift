/// How long to wait before the next try: longer each time, and never the same for two clients.
package struct Backoff: Sendable {
    private static let first = Duration.milliseconds(500)
    private static let longest = Duration.seconds(10)
    private var tries = 0

    /// Begins with short waits.
    package init() {}

    /// Gives the next wait.
    ///
    /// - Parameter random: a number from 0 up to 1.
    /// - Returns: between half and the whole of a time that doubles up to ten seconds.
    package mutating func next(random: Double) -> Duration {
        let whole = min(Self.first * (1 << min(tries, 16)), Self.longest)
        tries += 1
        return whole * (0.5 + 0.5 * random)
    }

    /// Begins again with short waits.
    package mutating func reset() { tries = 0 }
}

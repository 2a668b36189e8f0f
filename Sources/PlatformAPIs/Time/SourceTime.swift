import SecurityEvents

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The clock that sources go by, and how they wait.
package struct SourceTime: Sendable {
    /// Says what time it is.
    package var now: @Sendable () -> Timestamp
    /// Waits; throws when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void
    /// Gives a number from 0 up to 1, so that many clients do not all come back at once.
    package var random: @Sendable () -> Double

    /// Makes a clock.
    ///
    /// - Parameters:
    ///   - now: says what time it is.
    ///   - sleep: waits; throws when the task is cancelled.
    ///   - random: gives a number from 0 up to 1.
    package init(
        now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    /// The machine's own clock.
    package static let system = SourceTime(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Timestamp(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
        },
        sleep: { try await Task.sleep(for: $0) },
        random: { Double.random(in: 0..<1) })
}

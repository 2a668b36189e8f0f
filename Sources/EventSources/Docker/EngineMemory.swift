import Synchronization

/// What was told of an engine, over all connections to it.
final class EngineMemory: Sendable {
    /// The engine itself remembers 256.
    private static let capacity = 1024
    /// How many containers are remembered; no engine runs as many.
    private static let containerLimit = 65_536

    private struct State {
        /// From when on events were asked for at first.
        var beginning: Int64?
        var latest: Int64 = 0
        var count = 0
        var known = RecentSet<Int>(capacity: EngineMemory.capacity)
        var running: Set<String> = []
        var described = RecentSet<String>(capacity: EngineMemory.containerLimit)
        var hasListed = false
        /// What ran when the running containers were asked for, and what had events since.
        var before: Set<String> = []
        var touched: Set<String> = []
    }

    private let state = Mutex(State())

    /// How many events were told, and the latest moment of one.
    var place: (count: Int, latest: Int64) { state.withLock { ($0.count, $0.latest) } }
    /// The latest moment of an event, by the engine's clock.
    var latest: Int64 { state.withLock { $0.latest } }
    /// From when on events were asked for at first; what happened before is nobody's loss.
    var beginning: Int64 { state.withLock { $0.beginning ?? 0 } }

    /// Takes note of a moment from which on events are asked for.
    func begin(at nanoseconds: Int64) { state.withLock { $0.beginning = $0.beginning ?? nanoseconds } }

    /// How many events were told.
    var count: Int { state.withLock { $0.count } }

    /// Remembers an event.
    ///
    /// - Parameters:
    ///   - line: the event as the engine sent it.
    ///   - event: what is known of it.
    /// - Returns: its number; nil where it was told already.
    func remember(_ line: [UInt8], _ event: EngineEvent) -> Int? {
        state.withLock { state in
            // Seeded by the process, so that nobody outside can make two events look the same.
            guard state.known.insert(line.hashValue) else { return nil }
            state.latest = max(state.latest, event.nanoseconds)
            state.count += 1
            if let identifier = event.starts, state.running.count < Self.containerLimit {
                state.running.insert(identifier)
            }
            if let identifier = event.ends { state.running.remove(identifier) }
            if let identifier = event.starts ?? event.ends, state.touched.count < Self.containerLimit {
                state.touched.insert(identifier)
            }
            return state.count
        }
    }

    /// Takes note of an event that could not be read.
    ///
    /// - Returns: its number.
    func rememberUnread() -> Int {
        state.withLock { state in
            state.count += 1
            return state.count
        }
    }

    /// Says whether an event was told already.
    func knows(_ line: [UInt8]) -> Bool { state.withLock { $0.known.contains(line.hashValue) } }

    /// Takes note that a container is described.
    ///
    /// - Returns: whether it was not before.
    func describe(_ identifier: String) -> Bool { state.withLock { $0.described.insert(identifier) } }

    /// Takes note that the running containers are asked for now.
    ///
    /// - Returns: whether they never were before.
    func beginListing() -> Bool {
        state.withLock { state in
            state.touched = []
            state.before = state.running
            defer { state.hasListed = true }
            return !state.hasListed
        }
    }

    /// Takes note of what runs.
    ///
    /// - Parameter listed: what the engine said since `beginListing()`.
    func list(_ listed: [String]) {
        state.withLock { state in
            // What started or ended meanwhile is known from its events.
            for identifier in listed.prefix(Self.containerLimit) where !state.touched.contains(identifier) {
                state.running.insert(identifier)
            }
        }
    }

    /// Forgets containers that were thought to run and do not.
    ///
    /// - Parameter listed: what the engine said since `beginListing()`.
    /// - Returns: those containers.
    func dropMissing(_ listed: [String]) -> [String] {
        state.withLock { state in
            let gone = state.before.subtracting(listed).subtracting(state.touched)
            state.running.subtract(gone)
            return gone.sorted()
        }
    }
}

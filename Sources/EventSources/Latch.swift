import Synchronization

/// Opens when enough have arrived; others wait for it.
final class Latch: Sendable {
    private struct State {
        var missing: Int
        var waiting: [UInt64: CheckedContinuation<Void, any Error>] = [:]
        var cancelled: Set<UInt64> = []
        var nextTicket: UInt64 = 0
    }

    private let state: Mutex<State>

    /// Makes a latch.
    ///
    /// - Parameter count: how many have to arrive; with none it is open.
    init(count: Int) { state = Mutex(State(missing: count)) }

    /// Arrives.
    ///
    /// - Returns: whether that opened it.
    @discardableResult
    func arrive() -> Bool {
        let (opened, waiting) = state.withLock { state -> (Bool, [CheckedContinuation<Void, any Error>]) in
            guard state.missing > 0 else { return (false, []) }
            state.missing -= 1
            guard state.missing == 0 else { return (false, []) }
            defer { state.waiting = [:] }
            return (true, Array(state.waiting.values))
        }
        for continuation in waiting { continuation.resume() }
        return opened
    }

    /// Waits until it is open.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func wait() async throws {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        defer { state.withLock { _ = $0.cancelled.remove(ticket) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state -> Result<Void, any Error>? in
                    if state.missing == 0 { return .success(()) }
                    if state.cancelled.contains(ticket) { return .failure(CancellationError()) }
                    state.waiting[ticket] = continuation
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                let waiting = state.waiting.removeValue(forKey: ticket)
                if waiting == nil { state.cancelled.insert(ticket) }
                return waiting
            }
            waiting?.resume(throwing: CancellationError())
        }
    }
}

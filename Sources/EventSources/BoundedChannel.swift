import Synchronization

/// Hands elements from several tasks to one, in order, and holds only so much meanwhile.
///
/// Nobody is resumed under the lock: resuming waits for whoever cancels the task, and a cancellation waits for the lock.
final class BoundedChannel<Element: Sendable>: Sendable {
    private typealias Receiver = CheckedContinuation<Element?, any Error>

    private struct Sender {
        let ticket: UInt64
        let element: Element
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var held: [Element] = []
        /// How many of the first elements were taken already.
        var taken = 0
        var cost = 0
        var senders: [Sender] = []
        var receiver: Receiver?
        var outcome: Result<Void, any Error>?
        var nextTicket: UInt64 = 0
        /// Senders that were cancelled before they could wait.
        var cancelled: Set<UInt64> = []
        var receiverCancelled = false
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let costOf: @Sendable (Element) -> Int

    /// Makes a channel.
    ///
    /// - Parameters:
    ///   - capacity: the cost that it holds at most; a single element is always taken.
    ///   - costOf: what an element costs.
    init(capacity: Int, costOf: @escaping @Sendable (Element) -> Int = { _ in 1 }) {
        self.capacity = capacity
        self.costOf = costOf
    }

    /// How many elements wait to be taken, and what they cost; those whose senders wait for room are not counted.
    var load: (elements: Int, cost: Int) { state.withLock { ($0.held.count - $0.taken, $0.cost) } }

    /// Puts an element in if there is room.
    ///
    /// - Parameter element: the element.
    /// - Returns: whether it was taken.
    func offer(_ element: Element) -> Bool {
        let cost = costOf(element)
        let (isTaken, receiver) = state.withLock { state -> (Bool, Receiver?) in
            guard state.outcome == nil else { return (false, nil) }
            if let receiver = state.receiver {
                state.receiver = nil
                return (true, receiver)
            }
            guard state.senders.isEmpty, state.cost == 0 || state.cost + cost <= capacity else { return (false, nil) }
            state.held.append(element)
            state.cost += cost
            return (true, nil)
        }
        receiver?.resume(returning: element)
        return isTaken
    }

    /// Puts an element in, and waits for room.
    ///
    /// - Parameter element: the element.
    /// - Throws: `CancellationError` when the task is cancelled, or nobody will take elements any more.
    func send(_ element: Element) async throws {
        try Task.checkCancellation()
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        defer { state.withLock { _ = $0.cancelled.remove(ticket) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (result, receiver) = state.withLock { state -> (Result<Void, any Error>?, Receiver?) in
                    if state.outcome != nil || state.cancelled.contains(ticket) {
                        return (.failure(CancellationError()), nil)
                    }
                    if let receiver = state.receiver {
                        state.receiver = nil
                        return (.success(()), receiver)
                    }
                    let cost = costOf(element)
                    guard !state.senders.isEmpty || (state.cost > 0 && state.cost + cost > capacity) else {
                        state.held.append(element)
                        state.cost += cost
                        return (.success(()), nil)
                    }
                    state.senders.append(Sender(ticket: ticket, element: element, continuation: continuation))
                    return (nil, nil)
                }
                receiver?.resume(returning: element)
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiting = state.withLock { state -> Sender? in
                guard let index = state.senders.firstIndex(where: { $0.ticket == ticket }) else {
                    state.cancelled.insert(ticket)
                    return nil
                }
                return state.senders.remove(at: index)
            }
            waiting?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Takes the next element, and waits for it.
    ///
    /// One task takes, and no other.
    ///
    /// - Returns: nil when there will be no more.
    /// - Throws: `CancellationError` when the task is cancelled, or what the channel was finished with.
    func next() async throws -> Element? {
        try Task.checkCancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (result, admitted) = state.withLock { state -> (Result<Element?, any Error>?, [Sender]) in
                    var admitted: [Sender] = []
                    if let element = take(from: &state, admitting: &admitted) { return (.success(element), admitted) }
                    if let outcome = state.outcome { return (outcome.map { nil }, []) }
                    if state.receiverCancelled { return (.failure(CancellationError()), []) }
                    state.receiver = continuation
                    return (nil, [])
                }
                for sender in admitted { sender.continuation.resume() }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                state.receiverCancelled = true
                defer { state.receiver = nil }
                return state.receiver
            }
            waiting?.resume(throwing: CancellationError())
        }
    }

    /// Says that no more elements will come.
    ///
    /// Those that were put in can still be taken.
    ///
    /// - Parameter error: what `next()` throws in the end; nil for a good end.
    func finish(throwing error: (any Error)? = nil) {
        let (receiver, senders, outcome) = state.withLock { state in
            let outcome: Result<Void, any Error> = error.map { .failure($0) } ?? .success(())
            if state.outcome == nil { state.outcome = outcome }
            defer {
                state.receiver = nil
                state.senders = []
            }
            return (state.receiver, state.senders, state.outcome ?? outcome)
        }
        receiver?.resume(with: outcome.map { nil })
        for sender in senders { sender.continuation.resume(throwing: CancellationError()) }
    }

    /// Takes the first element, and lets senders in for which there is room now: whoever called resumes them.
    private func take(from state: inout State, admitting admitted: inout [Sender]) -> Element? {
        guard state.taken < state.held.count else { return nil }
        let element = state.held[state.taken]
        state.taken += 1
        state.cost -= costOf(element)
        if state.taken > 64, state.taken * 2 > state.held.count {
            state.held.removeFirst(state.taken)
            state.taken = 0
        }
        while let sender = state.senders.first {
            let cost = costOf(sender.element)
            guard state.cost == 0 || state.cost + cost <= capacity else { break }
            state.senders.removeFirst()
            state.held.append(sender.element)
            state.cost += cost
            admitted.append(sender)
        }
        return element
    }
}

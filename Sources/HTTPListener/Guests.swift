import NIOCore
import Synchronization

/// Who is connected to a listener, and how much they hold.
final class Guests: Sendable {
    /// What a connection is doing.
    enum Activity {
        /// Nothing is asked.
        case waiting
        /// A request comes in.
        case asking
        /// A whole request came in, which is being answered.
        case served
        /// The last answer is on its way.
        case leaving
    }

    private struct Guest {
        let channel: any Channel
        var activity = Activity.waiting
        /// Whether it was answered before: then it is somebody who knows what to ask.
        var isKnown = false
    }

    private struct State {
        var guests: [UInt64: Guest] = [:]
        /// In the order of their coming.
        var next: UInt64 = 0
        var held = 0
        /// Whether everybody has to go once they are answered.
        var isClosing = false
    }

    private let limits: HTTPListener.Limits
    private let state = Mutex(State())

    init(limits: HTTPListener.Limits) { self.limits = limits }

    /// Takes a connection in; where there are too many, the oldest goes that has not asked for anything yet, or else the
    /// oldest that asks for nothing now.
    ///
    /// - Returns: its number; nil where it has to go itself.
    func come(_ channel: any Channel) -> UInt64? {
        let (number, evicted) = state.withLock { state -> (UInt64?, (any Channel)?) in
            var evicted: (any Channel)?
            if state.guests.count >= limits.connections {
                // Who opens many connections and asks nothing must not drive out those who do ask.
                let idle = state.guests.filter { $0.value.activity != .served }
                guard
                    let oldest = idle.filter({ !$0.value.isKnown }).min(by: { $0.key < $1.key })
                        ?? idle.min(by: { $0.key < $1.key })
                else { return (nil, nil) }
                evicted = oldest.value.channel
                state.guests[oldest.key] = nil
            }
            state.next += 1
            state.guests[state.next] = Guest(channel: channel)
            return (state.next, evicted)
        }
        evicted?.close(promise: nil)
        return number
    }

    func note(_ activity: Activity, of number: UInt64) {
        state.withLock { state in
            if state.guests[number]?.activity == .served, activity != .served { state.guests[number]?.isKnown = true }
            state.guests[number]?.activity = activity
        }
    }

    /// Whether no connection is kept any longer.
    var isClosing: Bool { state.withLock { $0.isClosing } }

    func go(_ number: UInt64) { state.withLock { _ = $0.guests.removeValue(forKey: number) } }

    /// Asks for room for a part of a body.
    func hold(_ bytes: Int) -> Bool {
        state.withLock { state in
            guard state.held + bytes <= limits.bodies else { return false }
            state.held += bytes
            return true
        }
    }

    func release(_ bytes: Int) { state.withLock { $0.held -= bytes } }

    /// From now on, everybody goes once they are answered; others may still come.
    func beginLeaving() { state.withLock { $0.isClosing = true } }

    /// Has everybody go: who asks nothing within the grace, the others when they are answered or the time is over.
    ///
    /// A request may be on its way of one who was answered before, and of one who has just come. It takes its time in a task
    /// of its own, because the caller's is cancelled by then.
    func leave(within time: Duration) async {
        let start = ContinuousClock.now
        beginLeaving()
        let (idles, comes) = (
            { @Sendable (guest: Guest) in guest.activity == .waiting && guest.isKnown },
            { @Sendable (guest: Guest) in guest.activity == .waiting && !guest.isKnown }
        )
        await wait(until: start + min(limits.grace, time)) { !$0.contains(where: idles) }
        close(idles)
        await wait(until: start + min(max(limits.arrival, limits.grace), time)) { !$0.contains(where: comes) }
        close(comes)
        await wait(until: start + time) { $0.allSatisfy { $0.activity == .waiting } }
        close { _ in true }
    }

    private func wait(
        until deadline: ContinuousClock.Instant, _ isEnough: @escaping @Sendable ([Guest]) -> Bool
    ) async {
        await Task {
            while !state.withLock({ isEnough(Array($0.guests.values)) }), .now < deadline {
                try? await Task.sleep(for: .milliseconds(5))
            }
        }.value
    }

    private func close(_ isMeant: (Guest) -> Bool) {
        let channels = state.withLock { $0.guests.values.filter(isMeant).map(\.channel) }
        for channel in channels { channel.close(promise: nil) }
    }
}

import NIOCore
import Synchronization

/// Who is connected to a listener, and how much they hold.
final class Guests: Sendable {
    private struct Guest {
        let channel: any Channel
        /// Whether a whole request came in, which is being answered.
        var isServed = false
        /// Whether it was answered before: then it is somebody who knows what to ask.
        var isKnown = false
    }

    private struct State {
        var guests: [UInt64: Guest] = [:]
        /// In the order of their coming.
        var next: UInt64 = 0
        var held = 0
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
                let idle = state.guests.filter { !$0.value.isServed }
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

    func serve(_ number: UInt64, _ isServed: Bool) {
        state.withLock { state in
            state.guests[number]?.isServed = isServed
            if !isServed { state.guests[number]?.isKnown = true }
        }
    }

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

    func closeAll() {
        let channels = state.withLock { $0.guests.values.map(\.channel) }
        for channel in channels { channel.close(promise: nil) }
    }
}

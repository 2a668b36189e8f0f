import SecurityEvents
import Synchronization

/// Tells the plugin who made a call that came through the proxy.
///
/// The engine knows nobody on its local socket. The proxy, which does, sends a number along that nobody can guess, counts
/// once, and is taken out of what clients send; the plugin asks here whose it is.
package final class CallerTickets: Sendable {
    /// The header that a ticket travels in, in lower case.
    package static let header = "x-tallyman-caller"

    private static let limit = 4096

    private struct State {
        var callers: [String: DockerCaller] = [:]
        var order: [String] = []
    }

    private let state = Mutex(State())

    /// Makes a desk without tickets.
    package init() {}

    /// Gives out a ticket.
    package func issue(_ caller: DockerCaller) -> String {
        var generator = SystemRandomNumberGenerator()
        let ticket = String(generator.next() as UInt64, radix: 36) + "-" + String(generator.next() as UInt64, radix: 36)
        state.withLock { state in
            state.callers[ticket] = caller
            state.order.append(ticket)
            guard state.order.count > Self.limit else { return }
            for old in state.order.prefix(Self.limit / 2) { state.callers[old] = nil }
            state.order.removeFirst(Self.limit / 2)
        }
        return ticket
    }

    /// Whose a ticket is; nil for what is none.
    package func caller(of ticket: String) -> DockerCaller? { state.withLock { $0.callers[ticket] } }

    /// Takes a ticket back.
    package func revoke(_ ticket: String) { state.withLock { $0.callers[ticket] = nil } }
}

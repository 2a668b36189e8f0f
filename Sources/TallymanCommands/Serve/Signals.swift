import Agent
import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Hears the signals that a service is told things by.
///
/// SIGTERM and SIGINT ask to stop; a second one, later, ends the process at once. SIGHUP asks to read rules again.
final class SignalListener {
    /// Is given when somebody asks to stop.
    let stop = StopSignal()
    /// Yields when rules shall be read again; several requests that nobody has heard yet are one.
    let reloads: AsyncStream<Void>
    private let sources: [any DispatchSourceSignal]

    /// Begins to listen.
    init() {
        let (reloads, reload) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.reloads = reloads
        let stop = stop
        let requests = Mutex(StopRequests())
        // One queue, so that no two handlers run at the same time.
        let queue = DispatchQueue(label: "signals")
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if number == SIGHUP {
                    reload.yield()
                } else if requests.withLock({ $0.isSecond(at: .now) }) {
                    Terminal.standardError.write("tallyman: ended at once\n")
                    _exit(ExitStatus.couldNotWork.rawValue)
                } else {
                    stop.give()
                }
            }
            source.resume()
            return source
        }
    }

    deinit { sources.forEach { $0.cancel() } }
}

import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Does something at each SIGHUP, one after the other, until it is ended.
final class Reloads {
    private let source: any DispatchSourceSignal

    init(_ reload: @escaping @Sendable () -> Void) {
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: DispatchQueue(label: "tallyman.reload"))
        source.setEventHandler(handler: reload)
        source.resume()
        self.source = source
    }

    func end() { source.cancel() }
}

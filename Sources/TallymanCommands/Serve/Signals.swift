import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs work until it ends, or until SIGINT or SIGTERM asks to stop; then the work is cancelled and may finish.
func untilSignalled<Outcome: Sendable>(
    _ work: sending @escaping () async throws -> Outcome
) async throws -> Outcome {
    let task = Task { try await work() }
    let sources = [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number)
        source.setEventHandler { task.cancel() }
        source.resume()
        return source
    }
    defer { sources.forEach { $0.cancel() } }
    return try await task.value
}

import Agent

/// Runs work until it ends, or until SIGINT or SIGTERM asks to stop; then the work is cancelled and may finish.
func untilSignalled<Outcome: Sendable>(
    rereading reread: @escaping @Sendable () -> Void,
    _ work: sending @escaping () async throws -> Outcome
) async throws -> Outcome {
    // The only one that hears signals: another that ignores SIGHUP first would take it from this one.
    let listener = SignalListener()
    let reloads = listener.reloads
    let rereading = Task { for await _ in reloads { reread() } }
    let task = Task { try await work() }
    let stop = listener.stop
    let stopping = Task {
        await stop.wait()
        if stop.isGiven { task.cancel() }
    }
    defer {
        stopping.cancel()
        rereading.cancel()
        // It hears signals as long as it lives.
        withExtendedLifetime(listener) {}
    }
    return try await task.value
}

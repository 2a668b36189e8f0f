import Agent

/// Runs work until it ends, or until SIGINT or SIGTERM asks to stop; then the work is cancelled and may finish.
func untilSignalled<Outcome: Sendable>(
    _ work: sending @escaping () async throws -> Outcome
) async throws -> Outcome {
    let listener = SignalListener()
    let task = Task { try await work() }
    let stop = listener.stop
    let stopping = Task {
        await stop.wait()
        if stop.isGiven { task.cancel() }
    }
    defer {
        stopping.cancel()
        // It hears signals as long as it lives.
        withExtendedLifetime(listener) {}
    }
    return try await task.value
}

import Synchronization
import Testing

@testable import TallymanCommands

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("A gate that is told by signals")
struct UntilSignalledTests {
    @Test("SIGHUP has it read its rules anew")
    func reads() async throws {
        let (heard, hear) = AsyncStream<Void>.makeStream()
        try await untilSignalled(rereading: { hear.yield() }) {
            // The system hears signals from some moment on that nobody tells: it is told again until it did.
            let telling = Task {
                while !Task.isCancelled {
                    kill(getpid(), SIGHUP)
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            for await _ in heard { break }
            telling.cancel()
            // Nothing may be sent once nobody listens: it would end the tests.
            _ = await telling.result
        }
    }
}

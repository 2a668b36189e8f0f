import PlatformAPIs
import Testing

@Suite("Waiting before the next try")
struct BackoffTests {
    @Test("waits double up to ten seconds, and half of each is left to chance")
    func doubling() {
        var backoff = Backoff()
        let longest = (0..<9).map { _ in backoff.next(random: 1) }
        #expect(longest == [0.5, 1, 2, 4, 8, 10, 10, 10, 10].map { .seconds($0) })
        backoff.reset()
        #expect(backoff.next(random: 0) == .milliseconds(250))
        for _ in 0..<10_000 { _ = backoff.next(random: 0) }
        #expect(backoff.next(random: 0) == .seconds(5))
    }
}

import Testing

@testable import Agent

@Suite("How much one source may write into the log")
struct LogThrottleTests {
    @Test("the first lines of a minute are written, the others are counted and told with the next that is")
    func limit() {
        var throttle = LogThrottle(limit: 2, length: .seconds(60))
        let now = ContinuousClock.now
        let first = (0..<5).map { _ in throttle.ask("a", at: now) }
        #expect(first == [.write(leftOut: 0), .write(leftOut: 0), .leaveOut, .leaveOut, .leaveOut])
        #expect(throttle.ask("b", at: now) == .write(leftOut: 0))
        #expect(throttle.ask("a", at: now + .seconds(60)) == .write(leftOut: 3))
        #expect(throttle.ask("a", at: now + .seconds(61)) == .write(leftOut: 0))
        #expect(throttle.ask("a", at: now + .seconds(62)) == .leaveOut)
    }

    @Test("names that nobody knew share what is left")
    func names() {
        var throttle = LogThrottle(limit: 1, length: .seconds(60), sources: 2)
        let now = ContinuousClock.now
        let verdicts = (0..<6).map { throttle.ask("source \($0)", at: now) }
        #expect(verdicts.filter { $0 != .leaveOut }.count == 3)
    }
}

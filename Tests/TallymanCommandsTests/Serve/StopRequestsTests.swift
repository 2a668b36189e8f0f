import Testing

@testable import TallymanCommands

@Suite("Requests to stop")
struct StopRequestsTests {
    @Test("what comes twice at once is one request, what comes later is a second one")
    func twice() {
        var requests = StopRequests()
        let start = ContinuousClock.now
        let answers = [.zero, .milliseconds(999), .seconds(1)].map { (later: Duration) in
            requests.isSecond(at: start + later)
        }
        #expect(answers == [false, false, true])
    }
}

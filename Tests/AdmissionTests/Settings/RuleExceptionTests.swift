import SecurityEvents
import Testing

@testable import Admission

@Suite("Exceptions")
struct RuleExceptionTests {
    private func verdict(
        _ exception: RuleException, review: Review = Review(object: pod(context: #"{"privileged":true}"#))
    ) throws -> Decision {
        var settings = GateSettings()
        settings.exceptions = [exception]
        return try shipped(settings).review(try review.request(), until: later)
    }

    private let leave = RuleException(
        name: "agents", rule: "privileged-*", owner: "team-shop", reason: "until the agent is rootless",
        expires: noon.adding(seconds: 60))

    @Test("A rule that is excepted is recorded, with the exception's name")
    func applies() throws {
        let decision = try verdict(leave)
        #expect(decision.verdict != .deny)
        let reason = try #require(decision.reasons.first { $0.ruleName == "privileged-container" })
        #expect(reason.mode == .record)
        #expect(reason.exception == "agents")
    }

    @Test("From its end on an exception has no effect")
    func ends() throws {
        var leave = leave
        leave.expires = noon
        #expect(try verdict(leave).verdict == .deny)
    }

    private enum Field: CaseIterable { case namespace, workload, image, user }

    @Test("An exception is for what it names and for nothing else")
    func names() throws {
        for field in Field.allCases {
            var (fitting, other) = (leave, leave)
            switch field {
            case .namespace: (fitting.namespace, other.namespace) = ("shop", "store")
            case .workload: (fitting.workload, other.workload) = ("Pod/web", "Pod/api")
            case .image: (fitting.image, other.image) = ("registry.k8s.io/*", "docker.io/*")
            case .user: (fitting.user, other.user) = ("carol", "dave")
            }
            #expect(try verdict(fitting).verdict != .deny, "\(field)")
            #expect(try verdict(other).verdict == .deny, "\(field)")
        }
    }

    @Test("An exception for a host is none for a cluster")
    func hosts() throws {
        var leave = leave
        leave.host = "*"
        #expect(try verdict(leave).verdict == .deny)
    }
}

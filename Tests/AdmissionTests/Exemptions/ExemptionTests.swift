import SecurityEvents
import Testing

@testable import Admission

@Suite("Break-glass exemptions")
struct ExemptionTests {
    private static func exemption(_ subject: Exemption.Subject) -> Exemption {
        Exemption(
            id: "e-1", subject: subject, reason: "outage 12", issuer: "carol", issued: noon.adding(seconds: -60),
            expires: noon.adding(seconds: 60))
    }

    private func decide(_ exemption: Exemption, _ review: Review, at time: Timestamp = noon) throws -> Decision {
        var request = try review.request(at: time)
        request.exemptions = [exemption]
        return try shipped().review(request, until: later)
    }

    private static let bad = pod(context: #"{"privileged":true}"#)

    @Test("A user with an exemption passes, is warned, and the decision names it")
    func user() throws {
        let decision = try decide(Self.exemption(.user("carol")), Review(object: Self.bad))
        #expect(decision.verdict == .warn)
        #expect(decision.exemption == "e-1")
        #expect(decision.reasons.first?.mode == .enforce)
        #expect(try decide(Self.exemption(.user("dave")), Review(object: Self.bad)).verdict == .deny)
    }

    @Test(
        "It counts from its issue to its end and not a moment longer",
        arguments: [(-61, false), (-60, true), (59, true), (60, false)])
    func time(offset: Int64, passes: Bool) throws {
        let decision = try decide(
            Self.exemption(.user("carol")), Review(object: Self.bad), at: noon.adding(seconds: offset))
        #expect((decision.verdict == .warn) == passes)
    }

    @Test("What needs no exemption uses none")
    func unused() throws {
        let decision = try decide(Self.exemption(.user("carol")), Review(object: pod()))
        #expect(decision.exemption == nil)
        #expect(decision.verdict == .allow)
    }

    @Test("It also lets through what cannot be judged")
    func unjudged() throws {
        var request = try Review(object: Self.bad).request()
        request.exemptions = [Self.exemption(.user("carol"))]
        let decision = try shipped().review(request, until: ContinuousClock.now)
        #expect(decision.verdict == .warn)
        #expect(decision.exemption == "e-1")
        #expect(decision.unjudged.map(\.cause) == [.deadline])
    }

    private static let controller = "system:serviceaccount:kube-system:replicaset-controller"

    @Test(
        "A workload's exemption is for it, and for what the cluster's controllers make of it",
        arguments: [
            (Exemption.Subject.workload(namespace: "shop", kind: "Pod", name: "web"), "carol", nil, true),
            (.workload(namespace: "store", kind: "Pod", name: "web"), "carol", nil, false),
            (.workload(namespace: "shop", kind: "Pod", name: "api"), "carol", nil, false),
            (.workload(namespace: "shop", kind: "Deployment", name: "web"), controller, "ReplicaSet/web-5d9c", true),
            (.workload(namespace: "shop", kind: "Deployment", name: "web"), controller, "ReplicaSet/web-x-5d9c", false),
            (
                .workload(namespace: "shop", kind: "ReplicaSet", name: "web-5d9c"), controller, "ReplicaSet/web-5d9c",
                true
            ),
            // Anybody can write an owner into an object.
            (.workload(namespace: "shop", kind: "Deployment", name: "web"), "mallory", "ReplicaSet/web-5d9c", false),
        ] as [(Exemption.Subject, String, String?, Bool)])
    func workload(subject: Exemption.Subject, user: String, owner: String?, passes: Bool) throws {
        let object = pod(context: #"{"privileged":true}"#, owner: owner)
        let decision = try decide(Self.exemption(subject), Review(user: user, object: object))
        #expect((decision.exemption != nil) == passes, "\(decision.summary)")
        #expect((decision.verdict == .deny) != passes)
    }
}

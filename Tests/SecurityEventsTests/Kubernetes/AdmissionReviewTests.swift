import JSONView
import SecurityEvents
import Testing

@Suite("AdmissionReviews")
struct AdmissionReviewTests {
    private func review(_ request: String, _ more: String = "", version: String = "v1") -> LogReading {
        LogReading(
            #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/\#(version)","request":{"uid":"u1","userInfo":{"username":"mallory"},\#(request)}\#(more)}"#
        )
    }

    static let pod =
        #""kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"namespace":"dev","operation":"CREATE","object":{"kind":"Pod","metadata":{"name":"p","uid":"x"},"spec":{"containers":[{"name":"c","image":"i"}]}},"dryRun":true"#

    @Test("A create under review is a request for it", arguments: ["v1", "v1beta1"])
    func create(_ version: String) throws {
        let event = try #require(review(Self.pod, version: version).events.first)
        #expect(event.source == .kubernetesAdmission)
        #expect(event.action == .create)
        #expect(event.outcome == .requested)
        #expect(event.isDryRun)
        #expect(event.identifier.string == "u1")
        #expect(event.actor.user.string == "mallory")
        #expect(event.workload?.kindText == "Pod")
        #expect(event.workload?.name.string == "p")
        #expect(event.containers.map { $0.image?.string } == ["i"])
    }

    @Test("An answer decides the outcome")
    func answered() {
        let denied = review(Self.pod, #","response":{"uid":"u1","allowed":false,"status":{"code":403,"message":"no"}}"#)
        #expect(denied.events.first?.outcome == .denied)
        #expect(denied.events.first?.reason.string == "no")
        #expect(review(Self.pod, #","response":{"uid":"u1","allowed":true}"#).events.first?.outcome == .allowed)
    }

    @Test("A CONNECT to exec brings its command as an object")
    func exec() throws {
        let event = try #require(
            review(
                #""kind":{"group":"","version":"v1","kind":"PodExecOptions"},"resource":{"group":"","version":"v1","resource":"pods"},"subResource":"exec","name":"p","namespace":"dev","operation":"CONNECT","object":{"kind":"PodExecOptions","stdin":true,"container":"c","command":["ls","/root"]}"#
            ).events.first)
        #expect(event.action == .exec)
        #expect(event.execution?.command?.elements.map { $0.string } == ["ls", "/root"])
        #expect(event.execution?.container.string == "c")
        #expect(event.target.name.string == "p")
    }

    @Test("Of ephemeral containers only the new ones are read")
    func ephemeral() throws {
        let event = try #require(
            review(
                #""kind":{"kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"subResource":"ephemeralcontainers","operation":"UPDATE","object":{"kind":"Pod","spec":{"containers":[{"name":"c","image":"i"}],"ephemeralContainers":[{"name":"a","image":"a"},{"name":"b","image":"b"}]}},"oldObject":{"spec":{"ephemeralContainers":[{"name":"a","image":"a"}]}}"#
            ).events.first)
        #expect(event.containers.map { $0.image?.string } == ["b"])
        #expect(event.oldObject != nil)
    }

    @Test("An update that changes nothing that runs is no deployment", arguments: [("i", false), ("j", true)])
    func update(_ image: String, _ deploys: Bool) {
        let event = review(
            #""kind":{"kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"operation":"UPDATE","object":{"kind":"Pod","metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"\#(image)"}]}},"oldObject":{"spec":{"containers":[{"name":"c","image":"i"}]}}"#
        ).events.first
        #expect(event?.action == .modify)
        #expect((event?.workload != nil) == deploys)
    }

    @Test("A review without a request is a fault")
    func noRequest() {
        let reading = LogReading(#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{}}"#)
        #expect(reading.events.isEmpty)
        #expect(reading.messages == ["an AdmissionReview without a request"])
    }
}

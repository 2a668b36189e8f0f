import JSONView
import SecurityEvents
import Testing

@Suite("Kubernetes Events")
struct KubernetesEventTests {
    @Test("A kubelet's pull names the container and the image")
    func pulled() throws {
        let reading = LogReading(
            #"{"kind":"Event","apiVersion":"v1","metadata":{"name":"web.1","namespace":"dev","uid":"e1"},"involvedObject":{"kind":"Pod","namespace":"dev","name":"web","uid":"p1","apiVersion":"v1","fieldPath":"spec.containers{app}"},"reason":"Pulled","message":"Successfully pulled image \"nginx:1.27\" in 2s","source":{"component":"kubelet","host":"n1"},"lastTimestamp":"2026-11-23T13:35:09Z","type":"Normal"}"#
        )
        let event = try #require(reading.events.first)
        #expect(reading.diagnostics.isEmpty)
        #expect(event.source == .kubernetesEvent)
        #expect(event.action == .image)
        #expect(event.actor.user.string == "kubelet")
        #expect(event.workload?.kindText == "Pod")
        #expect(event.workload?.node.string == "n1")
        #expect(event.containers.first?.name.string == "app")
        #expect(event.containers.first?.image?.string == "nginx:1.27")
        #expect(event.time == Timestamp("2026-11-23T13:35:09Z"))
        #expect(event.target.resource.string == "pods")
    }

    @Test(
        "Reasons become actions",
        arguments: [
            ("Started", .start, .succeeded), ("Created", .create, .succeeded), ("Killing", .stop, .succeeded),
            ("SuccessfulCreate", .create, .succeeded), ("FailedCreate", .create, .failed),
            ("Scheduled", .other, .succeeded), ("FailedMount", .other, .failed),
        ] as [(String, Action, Outcome)])
    func reasons(_ reason: String, _ action: Action, _ outcome: Outcome) {
        let reading = LogReading(
            #"{"kind":"Event","apiVersion":"events.k8s.io/v1","regarding":{"kind":"ReplicaSet","name":"x"},"reason":"\#(reason)","reportingController":"c","eventTime":"2026-11-23T13:35:09.1Z","note":"n"}"#
        )
        #expect(reading.events.first?.action == action)
        #expect(reading.events.first?.outcome == outcome)
        #expect(reading.events.first?.actor.user.string == "c")
        #expect(reading.events.first?.reason.string == "n")
    }
}

import JSONView
import SecurityEvents
import Testing

@Suite("Kubernetes objects as a watch or a list has them")
struct KubernetesObjectTests {
    /// A Pod, as the API server keeps it.
    static func pod(_ extra: String = "", status: String = "{}") -> String {
        #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1","namespace":"shop","uid":"u-1","creationTimestamp":"2026-11-23T09:02:31Z"\#(extra)},"spec":{"nodeName":"node-1","containers":[{"name":"app","image":"web:1"},{"name":"log","image":"log:2"}]},"status":\#(status)}"#
    }

    /// The Pod, its first container with resources.
    static func pod(resources: String, list: StaticString = "containers") -> String {
        pod().replacing(#""containers""#, with: "\"\(list)\"")
            .replacing(#""image":"web:1""#, with: #""image":"web:1","resources":\#(resources)"#)
    }

    /// A Deployment.
    static func deployment(cpu: Int) -> String {
        #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"template":{"spec":{"containers":[{"name":"app","image":"web:1","resources":{"limits":{"cpu":"\#(cpu)"}}}]}}}}"#
    }

    /// What is known of an event, in words.
    struct Seen: Equatable {
        var action: Action
        var verb = ""
        var time: String
        var workload = ""
        var images: [String] = []
    }

    /// Reads a line without being told its format.
    func read(_ text: String) -> (events: [Seen], faults: [String]) {
        var reader = LogReader()
        var seen: [Seen] = []
        for (number, line) in text.split(separator: "\n").enumerated() {
            var line = String(line)
            line.withUTF8 { bytes in
                reader.read(UnsafeRawBufferPointer(bytes), at: SourcePosition(name: "dump", line: number + 1)) {
                    event in
                    #expect(event.source == .kubernetesObject)
                    #expect(event.outcome == .succeeded)
                    let workload = event.workload
                    seen.append(
                        Seen(
                            action: event.action, verb: event.verb.map { String($0) } ?? "",
                            time: event.time.map { "\($0)" } ?? "",
                            workload:
                                "\(event.target.resource.map { String($0) } ?? "") \(workload?.kindText ?? "") \(workload?.namespace.map { String($0) } ?? "")/\(workload?.name.map { String($0) } ?? "")",
                            images: event.containers.compactMap { $0.image?.string }))
                }
            }
        }
        reader.finish { _ in Issue.record("nothing is held back") }
        return (seen, reader.takeDiagnostics().map(\.message))
    }

    static let images = ["web:1", "log:2"]

    @Test(
        "a change says what was done and when it was seen, a bare object was found as it was made",
        arguments: [
            (
                pod(),
                Seen(action: .found, time: "2026-11-23T09:02:31Z", workload: "pods Pod shop/web-1", images: images)
            ),
            (
                #"{"type":"ADDED","observed":"2026-11-24T00:00:00Z","object":\#(pod())}"#,
                Seen(
                    action: .create, verb: "ADDED", time: "2026-11-23T09:02:31Z", workload: "pods Pod shop/web-1",
                    images: images)
            ),
            (
                #"{"type":"MODIFIED","observed":"2026-11-24T00:00:00Z","object":\#(pod())}"#,
                Seen(
                    action: .modify, verb: "MODIFIED", time: "2026-11-24T00:00:00Z", workload: "pods Pod shop/web-1",
                    images: images)
            ),
            (
                #"{"type":"DELETED","object":\#(pod())}"#,
                Seen(action: .delete, verb: "DELETED", time: "", workload: "pods Pod shop/web-1", images: images)
            ),
            (
                #"{"type":"DELETED","object":{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop","uid":"u"}}}"#,
                Seen(action: .delete, verb: "DELETED", time: "", workload: "deployments Deployment shop/web")
            ),
            (
                #"{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"n","namespace":"s"},"spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":[{"image":"a"}]}}}}}}"#,
                Seen(action: .found, time: "", workload: "cronjobs CronJob s/n", images: ["a"])
            ),
        ])
    func reading(line: String, expected: Seen) {
        let (events, faults) = read(line)
        #expect(events == [expected])
        #expect(faults == [])
    }

    @Test("a list of kubectl is read item by item")
    func list() {
        let (events, faults) = read(#"{"apiVersion":"v1","kind":"List","items":[\#(Self.pod()),\#(Self.pod())]}"#)
        #expect(events.map(\.action) == [.found, .found])
        #expect(faults == [])
    }

    @Test(
        "what runs nothing, or is another's kind of that name, is no such record",
        arguments: [
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}"#,
            #"{"apiVersion":"example.com/v1","kind":"Deployment","metadata":{"name":"c"}}"#,
            #"{"apiVersion":"apps/v1","kind":"Pod","metadata":{"name":"c"}}"#,
            #"{"type":"BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1"}}"#,
        ])
    func foreign(line: String) {
        let (events, faults) = read(line)
        #expect(events == [])
        #expect(faults.count == 1)
    }

    @Test("a mirror Pod is known as one, and the kubelet's containers by their identifiers")
    func status() throws {
        let status =
            #"{"containerStatuses":[{"name":"log","containerID":"containerd://9f2c","imageID":"docker.io/library/log@sha256:1b2d"},{"name":"app","containerID":""}]}"#
        var text = Self.pod(#","annotations":{"kubernetes.io/config.mirror":"abc"}"#, status: status)
        var reader = LogReader()
        text.withUTF8 { bytes in
            reader.read(UnsafeRawBufferPointer(bytes), at: SourcePosition(name: "dump", line: 1)) { event in
                #expect(event.workload?.isMirrorPod == true)
                #expect(event.containers.map { $0.id.map { String($0) } } == [nil, "9f2c"])
                #expect(
                    event.containers.map { $0.imageID.map { String($0) } } == [
                        nil, "docker.io/library/log@sha256:1b2d",
                    ])
            }
        }
        #expect(reader.statistics.events == 1)
    }

    @Test(
        "what an object runs has one number, whatever its labels, status and node are",
        arguments: [
            (pod(), pod(#","labels":{"a":"b"}"#, status: #"{"phase":"Running"}"#), true),
            (pod(), pod().replacing("node-1", with: "node-2"), true),
            (pod(), pod().replacing("web:1", with: "web:2"), false),
            // pods/resize: of a container, of one that had no resources, of an init container (a sidecar), of the Pod.
            (pod(resources: #"{"limits":{"cpu":"1"}}"#), pod(resources: #"{"limits":{"cpu":"2"}}"#), true),
            (pod(), pod(resources: #"{"requests":{"memory":"64Mi"}}"#), true),
            (
                pod(resources: #"{"limits":{"cpu":"1"}}"#, list: "initContainers"),
                pod(resources: #"{"limits":{"cpu":"2"}}"#, list: "initContainers"), true
            ),
            (
                pod().replacing(#""nodeName""#, with: #""resources":{"limits":{"cpu":"1"}},"nodeName""#),
                pod().replacing(#""nodeName""#, with: #""resources":{"limits":{"cpu":"2"}},"nodeName""#), true
            ),
            // No resize may change these.
            (pod(), pod(resources: #"{"claims":[{"name":"gpu"}]}"#), false),
            (
                pod(resources: #"{"limits":{"cpu":"1"}}"#),
                pod(resources: #"{"limits":{"cpu":"2"}}"#).replacing("log:2", with: "log:3"), false
            ),
            // A template's resources make new Pods.
            (deployment(cpu: 1), deployment(cpu: 2), false),
        ])
    func fingerprints(one: String, other: String, isSame: Bool) throws {
        let first = try JSONParser().parse(Array(one.utf8))
        let second = try JSONParser().parse(Array(other.utf8))
        withExtendedLifetime((first, second)) {
            #expect(
                (RunningPart.text(of: first.root) == RunningPart.text(of: second.root)) == isSame)
        }
    }
}

import JSONView
import SecurityEvents
import TestSupport
import Testing

@Suite("Docker's event stream")
struct EventsRecordingTests {
    @Test("Every recorded event is understood")
    func recordings() {
        let files =
            SharedFolder.files("data/recordings/docker", suffix: ".events.jsonl")
            + SharedFolder.files("data/recordings/docker-probes", suffix: "stream.jsonl")
        for file in files {
            let reading = Reading(shared: file, with: DockerEventsReader())
            #expect(reading.faults == [], "\(file)")
            #expect(reading.events.allSatisfy { $0.time != nil && $0.faults.isEmpty })
            for event in reading.events where event.target.resource.map({ $0 == "containers" }) == true {
                #expect(event.workload?.uid?.count == 64)
                #expect(event.image != nil)
                #expect(event.action != .other || event.verb.map { $0 == "exec_die" } == true)
            }
        }
    }

    struct Shape: CustomTestStringConvertible, Sendable {
        var text: String
        var action: Action
        var resource = "containers"
        var name: String?
        var image: String?
        var command: String?
        var nanoseconds: Int64? = 1_795_441_397_195_834_391
        var testDescription: String { text }
    }

    static let shapes: [Shape] = [
        // Before API 1.52, all fields; since then without the first three.
        Shape(
            text: #"{"status":"create","id":"f7","from":"alpine:3.20","Type":"container","Action":"create","#
                + #""Actor":{"ID":"f7","Attributes":{"image":"alpine:3.20","name":"n"}},"scope":"local","#
                + #""time":1795441397,"timeNano":1795441397195834391}"#,
            action: .create, name: "n", image: "alpine:3.20"),
        Shape(
            text: #"{"Type":"container","Action":"start","Actor":{"ID":"f7","Attributes":{"image":"a","name":"n"}},"#
                + #""scope":"local","time":1795441397,"timeNano":1795441397195834391}"#,
            action: .start, name: "n", image: "a"),
        // Before API 1.22, nothing else.
        Shape(
            text: #"{"status":"start","id":"f7","from":"alpine:3.20","time":1795441397}"#, action: .start,
            image: "alpine:3.20", nanoseconds: 1_795_441_397_000_000_000),
        Shape(
            text: #"{"Type":"container","Action":"exec_create: sh -c id: x","#
                + #""Actor":{"ID":"f7","Attributes":{"name":"n"}}}"#,
            action: .exec, name: "n", command: "sh -c id: x", nanoseconds: nil),
        Shape(
            text: #"{"Type":"container","Action":"exec_die","Actor":{"ID":"f7","Attributes":{"name":"n"}}}"#,
            action: .other, name: "n", nanoseconds: nil),
        Shape(
            text: #"{"Type":"container","Action":"health_status: healthy","Actor":{"ID":"f7"}}"#,
            action: .other, nanoseconds: nil),
        Shape(
            text: #"{"Type":"image","Action":"pull","Actor":{"ID":"alpine:3.20","Attributes":{"name":"alpine"}}}"#,
            action: .image, resource: "images", name: "alpine", nanoseconds: nil),
        Shape(
            text: #"{"Type":"service","Action":"create","Actor":{"ID":"s1","Attributes":{"name":"web"}}}"#,
            action: .create, resource: "services", name: "web", nanoseconds: nil),
        Shape(
            text: #"{"Type":"volume","Action":"mount","Actor":{"ID":"v"}}"#, action: .other, resource: "volumes",
            name: "v", nanoseconds: nil),
    ]

    @Test("Each shape of event is read", arguments: shapes)
    func shape(_ shape: Shape) throws {
        let reading = Reading(lines: shape.text, with: DockerEventsReader())
        #expect(reading.faults == [])
        let event = try #require(reading.events.first)
        #expect(event.action == shape.action)
        #expect(event.outcome == .succeeded)
        #expect(event.target.resource.map { String($0) } == shape.resource)
        #expect(event.target.name.map { String($0) } == shape.name)
        #expect(event.image == shape.image)
        #expect(event.execution?.commandText.map { String($0) } == shape.command)
        #expect(event.time?.nanoseconds == shape.nanoseconds)
    }

    @Test("The lines of docker events without a format are read")
    func printed() throws {
        let id = String(repeating: "0a1b2c3d", count: 8)
        let head = "2026-11-23T13:43:17.195834391+00:00 "
        let lines = [
            "container create \(id) (com.x=a, b=c, image=alpine:3.20, name=web, z=1)",
            "container exec_create: sh -c id \(id) (execID=1, image=alpine:3.20, name=web)",
            "container exec_start: echo \(id) (name=other) \(id) (image=alpine:3.20, name=web)",
            "container die \(id) (exitCode=1, image=alpine:3.20, label=x, name=evil, name=web)",
            "image pull alpine:3.20 (name=alpine)",
        ]
        var reader = LogReader()
        var events: [Event] = []
        for (number, line) in lines.enumerated() {
            Array((head + line).utf8).withUnsafeBytes {
                reader.read($0, at: SourcePosition(name: "events", line: number + 1)) { events.append(copy $0) }
            }
        }
        #expect(events.map { $0.action } == [.create, .exec, .exec, .stop, .image])
        #expect(events.map { $0.target.name.map { String($0) } ?? "" } == ["web", "web", "", "", "alpine"])
        #expect(events.map { $0.image } == ["alpine:3.20", "alpine:3.20", nil, "alpine:3.20", nil])
        #expect(events[1].execution?.commandText.map { String($0) } == "sh -c id")
        #expect(events.allSatisfy { $0.time?.nanoseconds == 1_795_441_397_195_834_391 })
        #expect(reader.statistics.faults == 0)
    }

    @Test(
        "What is no engine event is refused with a reason",
        arguments: [#"[]"#, #"{}"#, #"{"Action":7}"#, #"{"Action":""}"#, "7"])
    func refused(_ text: String) {
        let reading = Reading(lines: text, with: DockerEventsReader())
        #expect(reading.events.isEmpty)
        #expect(reading.faults.count == 1)
    }
}

import JSONView
import SecurityEvents
import Testing

@Suite("Copies of events")
struct SummariesTests {
    /// An event over a document whose members fill its fields.
    private func event(_ json: String) throws -> Event {
        let document = try JSONParser().parse(json)
        let root = document.root
        var event = Event(
            source: .kubernetesAudit, position: SourcePosition(name: "audit.log", line: 1), document: document)
        event.actor.user = root["user"]?.text
        event.actor.groups = root["groups"]
        event.actor.addresses = root["addresses"]
        event.target.resource = root["resource"]?.text
        event.target.subresource = root["subresource"]?.text
        event.target.namespace = root["namespace"]?.text
        event.target.name = root["name"]?.text
        return event
    }

    @Test("an event without a workload names the object that it touched")
    func target() throws {
        let event = try event(
            #"{"user":"a","resource":"pods","subresource":"exec","namespace":"n","name":"p","addresses":["1","2"]}"#)
        let record = EventRecord(copying: event, key: "k")
        #expect(record.resource == "pods/exec")
        #expect(record.workload == WorkloadSummary(platform: .kubernetes, kind: "pods", namespace: "n", name: "p"))
        #expect(record.actor == ActorSummary(user: "a", addresses: ["1", "2"]))
        #expect(record.key == "k")
    }

    @Test("an event that names nothing has no workload")
    func nothing() throws {
        #expect(EventRecord(copying: try event("{}")).workload == nil)
    }

    @Test("a workload's gaps are filled from the request, and its controlling owner is named")
    func workload() throws {
        var event = try event(#"{"resource":"pods","namespace":"n","name":"p"}"#)
        let object = try JSONParser().parse(
            #"{"generateName":"web-","owners":[{"kind":"X","name":"x"},{"kind":"ReplicaSet","name":"web-1","controller":true}]}"#
        )
        var workload = Workload(platform: .kubernetes)
        workload.kindName = "Pod"
        workload.generateName = object.root["generateName"]?.text
        workload.owners = object.root["owners"]
        event.workload = workload
        let summary = try #require(WorkloadSummary(copying: event))
        #expect(
            summary
                == WorkloadSummary(
                    platform: .kubernetes, kind: "Pod", namespace: "n", name: "web-", owner: "ReplicaSet/web-1"))
        withExtendedLifetime(object) {}
    }

    @Test("texts and lists of any size are cut, never within a character")
    func bounds() throws {
        let name = String(repeating: "容", count: 100_000)
        let groups = (0..<1000).map { "\"g\($0)\"" }.joined(separator: ",")
        let event = try event(#"{"user":"\#(name)","groups":[\#(groups),1]}"#)
        let actor = EventRecord(copying: event).actor
        #expect(actor.user == String(repeating: "容", count: 1365) + "…")
        #expect(actor.groups.count == 64)
    }

    @Test("lists of a wrong type are empty, and one text is a list of one", arguments: ["1", "{}", "[1,[],null]"])
    func wrongTypes(groups: String) throws {
        #expect(EventRecord(copying: try event(#"{"groups":\#(groups)}"#)).actor.groups == [])
        #expect(EventRecord(copying: try event(#"{"groups":"one"}"#)).actor.groups == ["one"])
    }

    @Test("no more containers are copied than the limit")
    func containers() throws {
        var event = try event("{}")
        let container = Container(platform: .kubernetes, role: .`init`, object: event.raw)
        event.containers = Array(repeating: container, count: 1000)
        let record = EventRecord(copying: event)
        #expect(record.containers == Array(repeating: ContainerSummary(role: .`init`), count: 64))
    }
}

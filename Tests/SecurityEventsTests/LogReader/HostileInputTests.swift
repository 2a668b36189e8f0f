import JSONView
import SecurityEvents
import TestSupport
import Testing

@Suite("Hostile input")
struct HostileInputTests {
    /// Valid records of every format, to be spoiled.
    static let records = [
        LogReaderTests.audit, LogReaderTests.kubernetesEvent, LogReaderTests.review, LogReaderTests.dockerEvent,
        LogReaderTests.inspection, LogReaderTests.call,
        #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"1","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/a/pods/b/exec?command=%2Fbin%2Fsh&stdin=1&container=c","verb":"create","user":{"username":"u","groups":["g"],"extra":{"authentication.kubernetes.io/credential-id":["JTI=1"]}},"sourceIPs":["1.2.3.4"],"objectRef":{"resource":"pods","namespace":"a","name":"b","subresource":"exec"},"responseStatus":{"code":101},"stageTimestamp":"2026-11-23T13:35:09.1Z","annotations":{"a":"b"}}"#,
        #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"1","stage":"ResponseComplete","verb":"create","objectRef":{"resource":"cronjobs","apiGroup":"batch"},"responseStatus":{"code":201},"requestObject":{"kind":"CronJob","metadata":{"labels":{"a":"b"}},"spec":{"schedule":"* * * * *","jobTemplate":{"spec":{"template":{"spec":\#(WorkloadTests.podSpec)}}}}}}"#,
        #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"1","stage":"ResponseComplete","verb":"patch","objectRef":{"resource":"deployments","apiGroup":"apps"},"responseStatus":{"code":200},"requestObject":[{"op":"add","path":"/spec/template/spec/containers/0/securityContext","value":{"privileged":true}},{"op":"replace","path":"/spec/template/spec/volumes/-","value":{"hostPath":{"path":"/"}}}]}"#,
        #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"1","verb":"create","objectRef":{"resource":"jobsets","apiGroup":"jobset.x-k8s.io"},"requestObject":{"spec":{"a":[{"b":{"containers":[{"name":"a","image":"b"}]}},{"container":{"image":"x"}}]}}}"#,
    ]

    /// Looks at everything that is made when asked for.
    private func lookAtAll(_ reading: LogReading) {
        for event in reading.events {
            _ = event.mounts().count + event.ports().count
            for container in event.containers {
                _ = container.environment().count + container.furtherCommands().count
            }
            _ = event.time?.description
        }
    }

    @Test("Spoiled bytes never trap", arguments: 0..<records.count)
    func spoiledBytes(_ number: Int) {
        var random = SeededGenerator(seed: UInt64(number) &+ 1610)
        let bytes = Array(Self.records[number].utf8)
        for _ in 0..<250 {
            var spoiled = bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let at = Int.random(in: 0..<spoiled.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: spoiled[at] = UInt8.random(in: 0...255, using: &random)
                case 1: spoiled.remove(at: at)
                case 2: spoiled.insert(UInt8(ascii: "\n"), at: at)
                case 3: spoiled.removeSubrange(at..<min(spoiled.count, at + 20))
                default: spoiled.insert(contentsOf: "{[\"\\,:]}0".utf8.shuffled(using: &random).prefix(2), at: at)
                }
                if spoiled.isEmpty { spoiled = [0x7B] }
            }
            lookAtAll(LogReading(spoiled + [0x0A] + bytes))
        }
    }

    @Test("Values of any type in any place never trap", arguments: 0..<records.count)
    func swappedValues(_ number: Int) throws {
        var random = SeededGenerator(seed: UInt64(number) &+ 7)
        let document = try JSONParser().parse(Self.records[number])
        for _ in 0..<250 {
            var spoiled = ""
            write(document.root, to: &spoiled, using: &random)
            lookAtAll(LogReading(spoiled))
        }
    }

    /// Writes a value with some parts put in the place of others.
    private func write(_ value: JSONValue, to text: inout String, using random: inout SeededGenerator) {
        let odd = [
            "5", "-1", "null", "true", "\"\"", "[]", "{}", "1e999", "99999999999999999999", "[[[]]]", "{\"a\":{}}",
            "\"\\u0000\"",
        ]
        if Int.random(in: 0..<25, using: &random) == 0 {
            text += odd[Int.random(in: 0..<odd.count, using: &random)]
            return
        }
        switch value.kind {
        case .object:
            text += "{"
            for (position, member) in value.members.enumerated() {
                if position > 0 { text += "," }
                text += String(member.key).debugDescription + ":"
                write(member.value, to: &text, using: &random)
            }
            text += "}"
        case .array:
            text += "["
            for (position, element) in value.elements.enumerated() {
                if position > 0 { text += "," }
                write(element, to: &text, using: &random)
            }
            text += "]"
        case .string: text += "\"" + (value.string ?? "").filter { $0 != "\"" && $0 != "\\" } + "\""
        default: text += value.int64.map { "\($0)" } ?? value.bool.map { "\($0)" } ?? "null"
        }
    }

    @Test("Deep nesting is refused, in one line or many")
    func deep() {
        for opening in ["[", "{\"a\":", "{\"items\":[", "[{\"a\":["] {
            let deep = String(repeating: opening, count: 100_000)
            #expect(LogReading(deep).events.isEmpty)
            #expect(LogReading(deep.split(separator: "\"").joined(separator: "\n\"")).events.isEmpty)
        }
        let closed = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
        #expect(
            LogReading("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"a\":\(closed)}").statistics.faults == 1
        )
    }

    @Test("A hundred thousand containers are cut, and that is told")
    func manyContainers() throws {
        let containers = Array(repeating: #"{"name":"c","image":"i"}"#, count: 100_000).joined(separator: ",")
        let event = try #require(
            LogReading(request: #"{"kind":"Pod","spec":{"containers":[\#(containers)]}}"#).events.first)
        #expect(event.containers.count == 1024)
        #expect(event.body == .oversize)
        let volumes = (0..<20_000).map { #"{"name":"v\#($0)","hostPath":{"path":"/"}}"# }.joined(separator: ",")
        let mounts = (0..<20_000).map { #"{"name":"v\#($0)","mountPath":"/m"}"# }.joined(separator: ",")
        let other = try #require(
            LogReading(
                request:
                    #"{"kind":"Pod","spec":{"containers":[{"volumeMounts":[\#(mounts)]}],"volumes":[\#(volumes)]}}"#
            ).events.first)
        #expect(other.mounts().count == 20_000)
    }

    @Test("A custom resource of any size is searched within bounds")
    func hugeCustomResource() {
        let parts = Array(repeating: #"{"a":{"b":[{"c":1}]}}"#, count: 50_000).joined(separator: ",")
        let reading = LogReading(
            resource: "things", group: "example.com", request: #"{"kind":"Thing","spec":[\#(parts)]}"#)
        #expect(reading.events.count == 1)
        let patch = (0..<10_000).map { #"{"op":"add","path":"/spec/containers/-","value":{"image":"\#($0)"}}"# }
        #expect(
            LogReading(audit: "patch", code: 200, request: "[\(patch.joined(separator: ","))]").events.first?.containers
                .count
                == 1024)
    }

    @Test("Many wrong fields are cut as well")
    func manyWrongFields() {
        let containers = Array(repeating: "5", count: 100_000).joined(separator: ",")
        let reading = LogReading(request: #"{"kind":"Pod","spec":{"containers":[\#(containers)]}}"#)
        #expect(reading.statistics.fieldFaults == 16)
    }
}

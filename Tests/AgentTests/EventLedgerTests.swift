import SecurityEvents
import Testing

@testable import Agent

@Suite("What of an event the ledger keeps")
struct EventLedgerTests {
    /// Whether an event is kept and by which key, in the order of the records.
    func read(_ records: String..., isFound: Bool = false) -> [(isKept: Bool, key: String?)] {
        var reader = LogReader()
        var read: [(isKept: Bool, key: String?)] = []
        for (number, record) in records.enumerated() {
            Array(record.utf8).withUnsafeBytes { bytes in
                reader.read(bytes, at: SourcePosition(name: "x", line: number + 1)) { event in
                    var event = copy event
                    if isFound, event.action == .create { event.action = .found }
                    read.append((event.isKept, event.ledgerKey))
                }
            }
        }
        return read
    }

    static func audit(_ verb: String, _ resource: String, _ subresource: String = "") -> String {
        let part = subresource.isEmpty ? "" : #","subresource":"\#(subresource)""#
        return
            #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a","stage":"ResponseComplete","requestURI":"/","verb":"\#(verb)","user":{"username":"u"},"objectRef":{"resource":"\#(resource)","namespace":"n","name":"web","apiVersion":"v1"\#(part)},"responseStatus":{"code":200},"stageTimestamp":"2026-11-23T09:00:00Z"}"#
    }

    @Test(
        "deleting and scaling what runs containers is kept, though such requests have no workload in them",
        arguments: [
            ("delete", "pods", "", true), ("deletecollection", "pods", "", true), ("delete", "deployments", "", true),
            ("patch", "deployments", "scale", true), ("update", "statefulsets", "scale", true),
            ("create", "pods", "eviction", true), ("delete", "configmaps", "", false), ("get", "pods", "", false),
            ("patch", "pods", "status", false), ("patch", "nodes", "scale", false),
        ])
    func requests(verb: String, resource: String, subresource: String, isKept: Bool) {
        #expect(read(Self.audit(verb, resource, subresource)).map(\.isKept) == [isKept])
    }

    @Test("an Event that is counted up is told each time, and no count twice")
    func counted() {
        func event(_ count: String) -> String {
            #"{"apiVersion":"v1","kind":"Event","metadata":{"uid":"e","name":"web.1"},"involvedObject":{"kind":"Pod","name":"web","namespace":"n","fieldPath":"spec.containers{app}"},"reason":"Started","message":"Started container app",\#(count)"lastTimestamp":"2026-11-23T09:00:00Z"}"#
        }
        let keys = read(
            event(""), event(#""count":1,"#), event(#""count":2,"#), event(#""count":2,"#),
            event(#""series":{"count":3},"#)
        ).map(\.key)
        #expect(Set(keys).count == 3)
        #expect(keys[0] == keys[1] && keys[2] == keys[3])
    }

    @Test("an object is made once and gone once, in whatever state; what was found is told again when it was changed")
    func objects() {
        func object(_ type: String?, _ generation: Int) -> String {
            let text =
                #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"w","uid":"u","generation":\#(generation)},"spec":{"template":{"spec":{"containers":[]}}}}"#
            return type.map { #"{"type":"\#($0)","object":\#(text)}"# } ?? text
        }
        let keys = read(
            object("ADDED", 1), object("ADDED", 2), object("DELETED", 2), object("DELETED", 3), object(nil, 1),
            object(nil, 2)
        ).map(\.key)
        #expect(keys[0] == keys[1] && keys[2] == keys[3])
        #expect(Set(keys).count == 4)
    }

    @Test("a container that was inspected when it was made is the same one when a later start finds it")
    func inspections() {
        let text =
            #"[{"Id":"\#(String(repeating: "a", count: 64))","Created":"2026-11-23T10:00:00Z","Name":"/c","State":{},"Config":{"Image":"b:1"},"HostConfig":{}}]"#
        #expect(read(text).map(\.key) == read(text, isFound: true).map(\.key))
    }
}

import JSONView
import PlatformAPIs
import Rules
import Testing

@testable import KubernetesGate

@Suite("What the gate knows of its cluster")
struct ClusterKnowledgeTests {
    private let knowledge = ClusterKnowledge()

    private static func namespace(_ name: String, _ level: String) -> String {
        #"{"metadata":{"name":"\#(name)","labels":{"level":"\#(level)"},"managedFields":[{"a":"b"}]}}"#
    }

    private func apply(_ type: String, _ object: String) {
        knowledge.apply(namespaces: .change(Array(#"{"type":"\#(type)","object":\#(object)}"#.utf8)))
    }

    private func level(_ name: String) -> String? { knowledge.inventory.namespace(name)?.labels["level"] }

    @Test("Namespaces come, change and go")
    func changes() {
        apply("ADDED", Self.namespace("shop", "one"))
        #expect(level("shop") == "one")
        apply("MODIFIED", Self.namespace("shop", "two"))
        #expect(level("shop") == "two")
        apply("DELETED", Self.namespace("shop", "two"))
        #expect(knowledge.inventory.namespace("shop") == nil)
    }

    @Test("What a list does not have any more is gone")
    func lists() {
        apply("ADDED", Self.namespace("old", "one"))
        knowledge.apply(namespaces: .listing)
        knowledge.apply(namespaces: .page(Array(#"{"items":[\#(Self.namespace("new", "one"))]}"#.utf8)))
        #expect(!knowledge.isComplete)
        knowledge.apply(namespaces: .listed)
        #expect(knowledge.isComplete)
        #expect(level("new") == "one")
        #expect(knowledge.inventory.namespace("old") == nil)
    }

    @Test(
        "What cannot be read is said, and a list that is not whole takes nothing for gone",
        arguments: [#"{"items":[7]}"#, #"{"items":[{"metadata":{}}]}"#, "{}", "}{"])
    func unread(page: String) {
        apply("ADDED", Self.namespace("old", "one"))
        knowledge.apply(namespaces: .listing)
        #expect(knowledge.apply(namespaces: .page(Array(page.utf8)))?.contains("could not be read") == true)
        knowledge.apply(namespaces: .listed)
        #expect(level("old") == "one")
        #expect(knowledge.apply(namespaces: .change(Array(page.utf8)))?.contains("could not be read") == true)
        #expect(knowledge.apply(pods: .page(Array(page.utf8)))?.contains("could not be read") == true)
        #expect(knowledge.apply(pods: .page(Array(#"{"items":[]}"#.utf8))) == nil)
    }

    @Test("A Namespace that the gate let through is known before a watch tells of it, and the watch counts more")
    func announced() throws {
        let document = try JSONParser().parse(
            #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{"level":"announced"}}}"#)
        knowledge.announce(document.root)
        #expect(level("shop") == "announced")
        apply("ADDED", Self.namespace("shop", "true"))
        #expect(level("shop") == "true")
        knowledge.announce(document.root)
        #expect(level("shop") == "true")
    }
}

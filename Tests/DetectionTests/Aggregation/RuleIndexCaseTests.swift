import Rules
import Testing

@testable import Detection

@Suite("The index and Sigma's letters")
struct RuleIndexCaseTests {
    @Test("A record in other letters is found where a rule does not mind them")
    func letters() throws {
        let text = """
            title: Creates
            logsource: {product: kubernetes, service: audit}
            detection: {sel: {verb: Create, objectRef.resource: PODS}, condition: sel}
            """
        var player = EventPlayer(try RuleLibrary(layers: [[RuleFile(name: "c.yml", path: "c/c.yml", text: text)]]))
        #expect(player.play(Audit.event("create", "pods", "p", by: "eve", id: "1")).count == 1)
        #expect(player.play(Audit.event("CREATE", "Pods", "p", by: "eve", id: "2")).count == 1)
        #expect(player.play(Audit.event("created", "pods", "p", by: "eve", id: "3")).isEmpty)
    }
}

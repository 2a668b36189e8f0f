import Rules
import SecurityEvents
import Testing

@testable import Detection

@Suite("What made a Sigma rule true")
struct SigmaEvidenceTests {
    /// The evidence of one selection over a Pod of two containers.
    private func evidence(_ detection: String) throws -> [String] {
        let text = """
            title: Sample
            logsource: {product: kubernetes, service: audit}
            detection:
            \(detection.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
            """
        let object = Audit.object(
            "Pod", "web", privileged: false,
            extra: #",{"name":"side","image":"docker.io/evil/miner:1","securityContext":{"privileged":true}}"#)
        var player = Player(try RuleLibrary(layers: [[RuleFile(name: "s.yml", path: "s/s.yml", text: text)]]))
        let found = player.play(Audit.event("create", "pods", "web", by: "eve", id: "1", object: object))
        return try #require(found.first).evidence.map { "\($0.path) = \($0.value)" }
    }

    @Test("Of a list, the element that fits is shown, and not the others")
    func element() throws {
        #expect(
            try evidence("sel: {requestObject.spec.containers.image|contains: miner}\ncondition: sel")
                == [#"requestObject.spec.containers[1].image = "docker.io/evil/miner:1""#])
        #expect(
            try evidence("sel: {requestObject.spec.containers.securityContext.privileged: true}\ncondition: sel")
                == ["requestObject.spec.containers[1].securityContext.privileged = true"])
    }

    @Test("The part of an 'or' that is true is shown, and what a 'not' looked at")
    func parts() throws {
        #expect(
            try evidence("a: {verb: delete}\nb: {user.username: eve}\ncondition: a or b") == [#"user.username = "eve""#]
        )
        #expect(
            try evidence("a: {verb: create}\nb: {user.username: bob}\ncondition: a and not b")
                == [#"verb = "create""#, #"user.username = "eve""#])
    }

    @Test("Keywords are shown where they were found")
    func keywords() throws {
        #expect(
            try evidence("words: [evil/miner]\ncondition: words")
                == [#"requestObject.spec.containers[1].image = "docker.io/evil/miner:1""#])
    }
}

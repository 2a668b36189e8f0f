import SecurityEvents
import Testing

@Suite("Findings that a rule calls one")
struct DedupTests {
    private static func pods(_ images: [String]) -> [String] {
        images.enumerated().map { position, image in
            Audit.event(
                "create", "pods", "pod-\(position)", by: "alice", id: "id-\(position)",
                object: Audit.object("Pod", "pod-\(position)", image: image))
        }
    }

    private static let images = [
        "registry.example.com/a:1", "registry.example.com/b:1", "other.example.com/a:1", "registry.example.com/a:1",
    ]

    @Test("a finding comes once for each set of values")
    func once() throws {
        let found = try findings(
            "event.deploys && image.registry != ''", message: "{image.registry}",
            more: "level: low\ndedup: [image.registry]",
            level: nil, Self.pods(Self.images))
        #expect(found.map(\.message) == ["registry.example.com", "other.example.com"])
        #expect(Set(found.map(\.id)).count == 2)
    }

    @Test("the id is the same whichever event comes first")
    func stableID() throws {
        func ids(_ images: [String]) throws -> Set<String> {
            let found = try findings(
                "event.deploys && image.registry != ''", more: "level: low\ndedup: [image.registry]", level: nil,
                Self.pods(images))
            return Set(found.map(\.id))
        }
        #expect(try ids(Self.images) == ids(Self.images.reversed()))
    }

    @Test("a serious finding is told each time")
    func serious() throws {
        let found = try findings(
            "event.deploys && image.registry != ''", more: "level: medium\ndedup: [image.registry]", level: nil,
            Self.pods(Self.images))
        #expect(found.count == 4)
    }

    @Test("a level of its own makes a finding of its own")
    func levels() throws {
        let found = try findings(
            "event.deploys && image.registry != ''",
            more: "level: low\nlevels: [{level: informational, when: 'image.tag == \"2\"'}]\ndedup: [image.registry]",
            level: nil, Self.pods(["r.example/a:1", "r.example/a:2", "r.example/b:2", "r.example/b:1"]))
        #expect(found.map(\.level) == [.low, .informational])
    }

    @Test("where a value has no answer the usual identity counts")
    func noAnswer() throws {
        let found = try findings(
            "event.deploys && image.registry != ''", more: "level: low\ndedup: [raw.nothing]", level: nil,
            Self.pods(Self.images))
        #expect(found.count == 4)
    }
}

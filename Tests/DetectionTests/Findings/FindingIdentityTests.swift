import SecurityEvents
import Testing

@Suite("What makes two findings the same one")
struct FindingIdentityTests {
    /// An inspection of a container, with its name or without, as a request that leaves the naming to the engine has it.
    private static func inspection(name: String?, image: String, id: Character = "a") -> String {
        let named = name.map { #""Name":"/\#($0)","# } ?? ""
        return
            #"[{"Id":"\#(String(repeating: id, count: 64))",\#(named)"Created":"2026-11-23T09:00:00Z","Path":"sleep","Args":["9"],"State":{"Status":"created"},"Image":"sha256:\#(String(repeating: "c", count: 64))","Config":{"Image":"\#(image)","Cmd":["sleep","9"]},"HostConfig":{"Privileged":true}}]"#
    }

    @Test("a Docker container that one source names and another does not is known again by its id")
    func nameless() throws {
        let both = try findings(
            "container.privileged",
            [Self.inspection(name: nil, image: "web:1"), Self.inspection(name: "calm_turing", image: "web:1")])
        #expect(both.count == 1)
    }

    @Test("two containers of one image are two findings")
    func others() throws {
        let both = try findings(
            "container.privileged",
            [
                Self.inspection(name: "one", image: "web:1"),
                Self.inspection(name: "two", image: "web:1", id: "b"),
            ])
        #expect(both.count == 2)
    }
}

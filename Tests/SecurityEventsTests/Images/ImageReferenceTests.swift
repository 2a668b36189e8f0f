import JSONView
import SecurityEvents
import Testing

@Suite("References to images")
struct ImageReferenceTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var text: String
        var name: String
        var tag: String?
        var digest: String?
        var testDescription: String { text }
    }

    static let digest = "sha256:" + String(repeating: "0123456789abcdef", count: 4)

    static let soundOnes: [Case] = [
        Case(text: "alpine", name: "docker.io/library/alpine"),
        Case(text: "alpine:3.20", name: "docker.io/library/alpine", tag: "3.20"),
        Case(text: "acme/app", name: "docker.io/acme/app"),
        Case(text: "docker.io/alpine", name: "docker.io/library/alpine"),
        Case(text: "index.docker.io/alpine:1", name: "docker.io/library/alpine", tag: "1"),
        Case(text: "index.docker.io/a/b", name: "docker.io/a/b"),
        Case(text: "localhost/app", name: "localhost/app"),
        Case(text: "localhost:5000", name: "docker.io/library/localhost", tag: "5000"),
        Case(text: "localhost:5000/app", name: "localhost:5000/app"),
        Case(text: "registry.example:5000/a/b/c:v1", name: "registry.example:5000/a/b/c", tag: "v1"),
        Case(text: "Upper/app", name: "Upper/app"),
        Case(text: "[::1]:5000/app:x", name: "[::1]:5000/app", tag: "x"),
        Case(text: "a__b/c.d-e--f", name: "docker.io/a__b/c.d-e--f"),
        Case(text: "app:1@\(digest)", name: "docker.io/library/app", tag: "1", digest: digest),
        Case(text: "quay.io/x/y@\(digest)", name: "quay.io/x/y", digest: digest),
        Case(text: digest, name: "", digest: digest),
        Case(text: String(digest.dropFirst(7)), name: "", digest: String(digest.dropFirst(7))),
    ]

    @Test("A reference is read and completed as the engine does it", arguments: soundOnes)
    func sound(_ sample: Case) throws {
        try withText(sample.text) { text in
            let reference = try ImageReference(text)
            #expect(reference.name == sample.name)
            #expect(reference.tag.map { String($0) } == sample.tag)
            #expect(reference.digest.map { String($0) } == sample.digest)
            #expect(reference.withName { String(decoding: $0, as: UTF8.self) } == sample.name)
            #expect(reference.isPinned == (sample.digest != nil))
        }
    }

    static let faultyOnes: [(String, ImageReferenceError)] = [
        ("", .empty), ("Alpine", .upperCaseRepository), ("acme/App", .upperCaseRepository), ("alpine:", .invalidTag),
        ("alpine:-x", .invalidTag), ("alpine:a:b", .invalidTag), ("a..b", .invalidRepository),
        ("a___b", .invalidRepository), ("-a", .invalidRepository), ("a/", .invalidRepository),
        ("/a", .invalidRepository), ("a//b", .invalidRepository), ("a b", .invalidRepository),
        ("app@sha256:1234", .invalidDigest), ("app@", .invalidDigest), ("app@sha256:" + "A" * 64, .invalidDigest),
        ("exa_mple.com/app", .invalidRegistry), ("host.:5000/app", .invalidRegistry), ("host.x:/app", .invalidRegistry),
        ("a" * 256, .tooLong), ("a" * 2000, .tooLong), ("$(id)", .invalidRepository), ("ä", .invalidRepository),
    ]

    @Test("What the engine refuses is refused with the reason", arguments: faultyOnes)
    func faulty(_ text: String, _ reason: ImageReferenceError) throws {
        try withText(text) { bytes in
            do throws(ImageReferenceError) {
                _ = try ImageReference(bytes)
                Issue.record("taken for sound")
            } catch {
                #expect(error == reason)
            }
        }
    }

    struct Match: CustomTestStringConvertible, Sendable {
        var pattern: String
        var reference: String
        var matches: Bool
        var testDescription: String { "\(pattern) ~ \(reference)" }
    }

    static let pairs: [Match] = [
        Match(pattern: "alpine", reference: "docker.io/library/alpine:3.20", matches: true),
        Match(pattern: "alpine", reference: "alpine@\(digest)", matches: true),
        Match(pattern: "alpine", reference: "acme/alpine", matches: false),
        Match(pattern: "alpine", reference: "evil.example/library/alpine", matches: false),
        Match(pattern: "docker.io/library/*", reference: "redis:7", matches: true),
        Match(pattern: "library/*", reference: "redis:7", matches: true),
        Match(pattern: "docker.io/library/*", reference: "acme/redis", matches: false),
        Match(pattern: "docker.io/*", reference: "acme/redis", matches: true),
        Match(pattern: "*", reference: "evil.example/x", matches: true),
        Match(pattern: "*/redis", reference: "quay.io/redis", matches: true),
        Match(pattern: "ghcr.io/org/*", reference: "ghcr.io/org/a/b:1", matches: true),
        Match(pattern: "ghcr.io/org/*", reference: "ghcr.io/org2/a", matches: false),
        Match(pattern: "ghcr.io/org/*", reference: "ghcr.io/org", matches: false),
        Match(pattern: "localhost:5000/*", reference: "localhost:5000/x", matches: true),
        Match(pattern: "nginx:1.*", reference: "nginx:1.27", matches: true),
        Match(pattern: "nginx:1.*", reference: "nginx:2", matches: false),
        Match(pattern: "nginx:1.*", reference: "nginx", matches: false),
        Match(pattern: "nginx:latest", reference: "nginx", matches: true),
        Match(pattern: "nginx@\(digest)", reference: "nginx:1@\(digest)", matches: true),
        Match(pattern: "nginx@\(digest)", reference: "nginx:1", matches: false),
        Match(pattern: "alp*", reference: "alpine", matches: true),
        Match(pattern: "alp*", reference: "quay.io/alpine", matches: false),
        Match(pattern: digest, reference: String(digest.dropFirst(7)), matches: true),
        Match(pattern: digest, reference: "nginx", matches: false),
    ]

    @Test("A list's member takes what it stands for", arguments: pairs)
    func matching(_ sample: Match) throws {
        let pattern = try #require(ImagePattern(sample.pattern))
        try withText(sample.reference) { text in
            let reference = try ImageReference(text)
            #expect(reference.matches(pattern) == sample.matches)
        }
    }

    private func withText(_ string: String, _ body: (JSONText) throws -> Void) throws {
        let bytes = Array(string.utf8) + [0]
        try bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            try body(JSONText(start: start, count: bytes.count - 1))
        }
    }
}

private func * (text: String, count: Int) -> String { String(repeating: text, count: count) }

import Testing

@testable import Rules

@Suite("Named lists")
struct NamedListTests {
    struct Case {
        var kind: NamedList.Kind
        var members: [String]
        var inside: [String]
        var outside: [String]
    }

    static let cases: [Case] = [
        Case(
            kind: .text, members: ["alice", "ci-*", "*@example.com"],
            inside: ["alice", "ci-", "ci-bot", "b@example.com"],
            outside: ["Alice", "bob", "xci-bot", "example.com", ""]),
        Case(
            kind: .path, members: ["/etc", "/var/lib/*/pods", "/"],
            inside: [
                "/etc", "/etc/", "//etc/./cron.d", "/var/../etc/passwd", "/var/lib/kubelet/pods/x", "/", "/tmp/..",
            ],
            outside: ["/etcetera", "/var/lib/kubelet", "etc", "", "/tmp"]),
        Case(
            kind: .port, members: ["443", "30000-32767"], inside: ["443", "30000", "32767", "31000"],
            outside: ["44", "4430", "29999", "65536", "-443", "443 ", "", "99999999999999999999"]),
        Case(
            kind: .image, members: ["nginx", "ghcr.io/org/*", "registry.example/app:1.*"],
            inside: [
                "nginx", "nginx:1.27", "docker.io/library/nginx", "index.docker.io/library/nginx:x",
                "ghcr.io/org/a/b:1",
                "registry.example/app:1.4",
            ],
            outside: ["evil/nginx", "ghcr.io/other/a", "registry.example/app:2", "nginx-exporter", "", "NGINX"]),
    ]

    @Test("Members are found by the rules of their kind", arguments: cases)
    func members(_ sample: Case) throws {
        let list = try NamedList(name: "l", kind: sample.kind, members: sample.members)
        for text in sample.inside { #expect(text.withText { list.contains($0) }, "\(text) is in") }
        for text in sample.outside { #expect(!text.withText { list.contains($0) }, "\(text) is not in") }
    }

    @Test(
        "A member that is none of its kind is a fault at its place",
        arguments: [
            ("port", "[443, http]", "lists/l.yml:3:16: error: 'http' is no port and no range of ports"),
            ("port", "[5-1]", "lists/l.yml:3:11: error: '5-1' is no port and no range of ports"),
            ("path", "[etc]", "lists/l.yml:3:11: error: 'etc' is no absolute path"),
            ("image", "['a b']", "lists/l.yml:3:11: error: 'a b' is no image reference"),
            (
                "texts", "[]",
                "lists/l.yml:2:7: error: 'texts' is no kind; it is one of image, text, path, port; did you mean 'text'?"
            ),
        ])
    func faulty(_ kind: String, _ members: String, _ expected: String) {
        #expect(faults(of: [listFile("l", kind: kind, members: members)]) == [expected])
    }

    @Test("A large list is searched by hash")
    func large() throws {
        let list = try NamedList(name: "l", kind: .text, members: (0..<20_000).map { "member-\($0)" })
        #expect("member-19999".withText { list.contains($0) })
        #expect(!"member-20000".withText { list.contains($0) })
    }
}

import SecurityEvents
import Testing

@testable import Detection

@Suite("Evidence, messages and secrets")
struct EvidenceTests {
    private func pod(_ env: String = "[]", extra: String = "") -> [String] {
        [
            Audit.event(
                "create", "pods", "p", by: "alice", id: "e1",
                object: Audit.object("Pod", "p", privileged: true, env: env, extra: extra), code: 201)
        ]
    }

    @Test("Only what decided is evidence")
    func decisive() throws {
        let found = try findings(
            "event.deploys && (workload.hostPID || container.privileged) && !workload.hostNetwork && container.image != ''",
            pod())
        let paths = found.first?.evidence.map(\.path) ?? []
        #expect(paths.contains("requestObject.spec.containers[0].securityContext.privileged"))
        #expect(paths.contains("requestObject.spec.containers[0].image"))
        #expect(!paths.contains { $0.contains("hostPID") })
    }

    @Test("In a loop the element that decided is evidence, a secret's value is not shown")
    func loop() throws {
        let env = #"[{"name":"A","value":"1"},{"name":"DB_PASSWORD","value":"hunter2"},{"name":"C","value":"3"}]"#
        let found = try findings(
            "event.deploys && container.env.exists(v, v.value == \"hunter2\")",
            message: "{container.env.map(v, v.name)}",
            pod(env))
        #expect(
            found.first?.evidence == [
                Evidence(
                    path: "requestObject.spec.containers[0].env[1].value", value: "\"\(Redactor.replacement)\"")
            ])
        #expect(found.first?.message == "A, DB_PASSWORD, C")
    }

    @Test(
        "What a Secret holds is not shown, as a whole or in part",
        arguments: [
            "event.object.stringData['run.sh'].contains('hunter2')", "has(event.object.stringData)",
            "event.object.stringData.exists(k, event.object.stringData[k] != '')", "event.object.kind == 'Secret'",
        ])
    func secret(_ condition: String) throws {
        let found = try findings(
            "event.resource == 'secrets' && " + condition,
            [
                Audit.event(
                    "create", "secrets", "s", by: "alice", id: "e1",
                    object:
                        #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"run.sh":"hunter2"}}"#,
                    code: 201)
            ])
        #expect(found.count == 1)
        #expect(found.first?.evidence.contains { $0.value.contains("hunter2") } == false)
        #expect(found.first?.evidence.contains { $0.path == "objectRef.resource" && $0.value == "\"secrets\"" } == true)
    }

    @Test("Levels for special cases come before the rule's own", arguments: [("alice", Level.low), ("bob", .high)])
    func levels(_ user: String, _ level: Level) throws {
        let lines = pod().map { $0.replacing("alice", with: user) }
        let found = try findings(
            "event.deploys && container.privileged", more: "levels: [{when: \"actor.user == 'alice'\", level: low}]",
            lines)
        #expect(found.map(\.level) == [level])
    }

    @Test(
        "Passwords, tokens and authorization headers are taken out of texts",
        arguments: [
            ("mysql --password=abc -u x", "mysql --password=…redacted… -u x"),
            ("run --token abc", "run --token …redacted…"),
            ("curl -H Authorization: Bearer abc.def x", "curl -H Authorization: Bearer …redacted… x"),
            ("psql postgres://app:pw@db/x", "psql postgres://app:…redacted…@db/x"),
            ("DB_PASSWORD=x sh", "DB_PASSWORD=…redacted… sh"),
            ("sleep 3600", "sleep 3600"), ("--port=80 a:b http://x/y", "--port=80 a:b http://x/y"), ("", ""),
        ])
    func redaction(_ text: String, _ expected: String) {
        #expect(Redactor().redact(text) == expected)
    }

    @Test("With a key, one secret has one hash wherever it stands, another key gives another, and the secret is gone")
    func keyed() throws {
        let redactor = Redactor(key: Array(repeating: 7, count: 32))
        let texts = ["mysql --password=abc -u x", "run --token abc", "X_TOKEN=\"abc\"", "psql postgres://app:abc@db/x"]
        let hashes = texts.map { redactor.redact($0) }.compactMap {
            $0.firstMatch(of: /redacted:([0-9a-f]{16})…/)?.output.1
        }
        #expect(hashes.count == texts.count)
        #expect(Set(hashes).count == 1)
        #expect(hashes.first.map { redactor.redact("--token=abd").contains($0) } == false)
        let other = Redactor(key: Array(repeating: 8, count: 32))
        #expect(hashes.first.map { other.redact("--token=abc").contains($0) } == false)
    }

    @Test("The id of a finding does not depend on the key that secrets are hashed with")
    func keyedIdentity() throws {
        let env = #"[{"name":"DB_PASSWORD","value":"hunter2"}]"#
        func found(_ key: UInt8?) throws -> [Finding] {
            var options = DetectorOptions()
            if let key { options.redactor = Redactor(key: Array(repeating: key, count: 32)) }
            return try findings(
                "event.deploys && container.env.exists(v, v.value == \"hunter2\")", pod(env), options: options)
        }
        let (plain, first, second) = (try found(nil), try found(1), try found(2))
        #expect(plain.count == 1)
        #expect(plain.map(\.id) == first.map(\.id))
        #expect(first.map(\.id) == second.map(\.id))
        #expect(first.first?.evidence != second.first?.evidence)
        #expect(first.first?.evidence.contains { $0.value.contains("hunter2") } == false)
    }

    @Test("Long values are cut")
    func cut() throws {
        let found = try findings(
            "event.deploys && container.image.startsWith('x')", message: "{container.image}",
            pod().map { $0.replacing("registry.example.com/web:1.0.0", with: String(repeating: "x", count: 5000)) })
        #expect((found.first?.message.count ?? 0) <= 257)
        #expect(found.first?.evidence.allSatisfy { $0.value.count <= 260 } == true)
    }

    @Test("A condition without an answer is counted, not a finding")
    func failure() throws {
        var player = EventPlayer(try library("event.deploys && event.object.nothing.there == 1"))
        #expect(player.play(pod()[0]).isEmpty)
        #expect(player.detector.statistics.failures["sample"]?.count == 1)
    }

    @Test("Events that no rule has a chance with are only counted")
    func uninteresting() throws {
        var player = EventPlayer(try library("event.deploys && container.privileged"))
        #expect(player.play(Audit.event("get", "pods", "p", by: "alice", id: "g")).isEmpty)
        #expect(player.detector.statistics.events == 1)
        #expect(player.detector.statistics.judged == 0)
    }
}

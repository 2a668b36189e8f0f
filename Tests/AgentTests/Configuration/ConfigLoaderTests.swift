import SecurityEvents
import Testing

@testable import Agent

@Suite("Putting a configuration together")
struct ConfigLoaderTests {
    private func load(
        _ text: String? = nil, _ environment: [String: String] = [:], _ arguments: [ConfigArgument] = []
    ) throws -> EffectiveConfiguration {
        try ConfigLoader.load(
            file: text.map { ("t.yaml", $0) }, environment: environment, arguments: arguments
        ).effective
    }

    private func faults(_ text: String, _ environment: [String: String] = [:]) -> [String] {
        do {
            _ = try load(text, environment)
            return []
        } catch { return (error as? ConfigFaults)?.diagnostics.map { "\($0)" } ?? ["\(error)"] }
    }

    @Test("nothing set is what is usual")
    func nothing() throws {
        #expect(try load().values == AgentConfiguration())
        #expect(try load("").values == AgentConfiguration())
        #expect(try load("# only a comment\n\n---\n").values == AgentConfiguration())
        #expect(try load("judging:\n  # level: high\n").values == AgentConfiguration())
    }

    @Test("the command line comes before the environment, and the environment before the file")
    func layers() throws {
        let text = "judging:\n  level: low\n  workloads: 7\nledger:\n  file: a\n"
        let environment = ["TALLYMAN_JUDGING_LEVEL": "high", "TALLYMAN_LEDGER_FILE": "b", "TALLYMAN_LOG_FORM": ""]
        let effective = try load(text, environment, [ConfigArgument("--ledger", "ledger.file", ["c"])])
        #expect(effective.values.judging.level == .high)
        #expect(effective.values.judging.workloads == 7)
        #expect(effective.values.ledger.file == "c")
        #expect(effective.origin(of: "judging.level") == .environment("TALLYMAN_JUDGING_LEVEL"))
        #expect(effective.origin(of: "judging.workloads") == .file("t.yaml", line: 3))
        #expect(effective.origin(of: "ledger.file") == .argument("--ledger"))
        #expect(effective.origin(of: "log.form") == .usual)
    }

    @Test(
        "every key can be set by the file and by its variable, to something unusual",
        arguments: AgentConfiguration.entries.map(\.path))
    func everyKey(_ path: String) throws {
        let entry = try #require(AgentConfiguration.entry(path))
        let value = Self.unusual(entry)
        // Alone it may contradict itself; then the message is about the combination, and not about the value.
        do {
            let effective = try load(nil, [entry.variable: value.text])
            #expect(entry.read(effective.values) == value)
            #expect(effective.origin(of: path) == .environment(entry.variable))
        } catch let error as ConfigFaults {
            #expect(error.diagnostics.allSatisfy { !$0.message.hasPrefix(entry.variable) }, "\(error)")
        }
        let parts = path.split(separator: ".")
        var text = ""
        for (depth, part) in parts.enumerated() { text += String(repeating: "  ", count: depth) + part + ":\n" }
        text.removeLast()
        text += entry.form == .paths ? " [\(value.text)]\n" : " \"\(value.text)\"\n"
        do {
            let effective = try load(text)
            #expect(entry.read(effective.values) == value)
            #expect(effective.origin(of: path) == .file("t.yaml", line: parts.count))
        } catch let error as ConfigFaults {
            #expect(
                error.diagnostics.allSatisfy { $0.line == parts.count && !$0.message.contains("unknown") }, "\(error)")
        }
    }

    /// A value that the form takes and that is not usual.
    private static func unusual(_ entry: ConfigEntry) -> ConfigValue {
        switch entry.form {
        case .text: .text("unix:///x")
        case .path: .text("/x")
        case .paths: .texts(["/x", "/y"])
        case .address: .text("127.0.0.1:1")
        case .flag: .flag(entry.usual == .flag(false))
        case .choice(let choices): .text(choices.first { .text($0) != entry.usual } ?? "")
        case .number(let range): .number(entry.usual == .number(range.lowerBound) ? range.upperBound : range.lowerBound)
        case .duration(let range): .duration(range.lowerBound)
        case .size(let range): .size(range.lowerBound)
        }
    }

    @Test(
        "what is wrong is said with its place, and the nearest name",
        arguments: [
            ("jugding:\n  level: low\n", "t.yaml:1:1: error: unknown key 'jugding'; did you mean 'judging'?"),
            (
                "sources:\n  docker:\n    hosst: x\n",
                "t.yaml:3:5: error: unknown key 'hosst' in 'sources.docker'; did you mean 'host'?"
            ),
            (
                "tokenFile: x\n",
                "t.yaml:1:1: error: unknown key 'tokenFile'; did you mean 'sources.auditWebhook.tokenFile'?"
            ),
            ("zebra: 1\n", "t.yaml:1:1: error: unknown key 'zebra'"),
            (
                "judging:\n  workloads: many\n",
                "t.yaml:2:14: error: judging.workloads is a number from 1 to 1000000000, not 'many'"
            ),
            ("judging: 4\n", "t.yaml:1:10: error: 'judging' is a mapping of keys, as 'key: value'"),
            ("- a\n", "t.yaml:1:1: error: the file is a mapping of keys, as 'key: value'"),
            ("rules:\n  paths: x\n", "t.yaml:2:10: error: rules.paths is a list of paths"),
            ("rules:\n  shipped: [true]\n", "t.yaml:2:12: error: rules.shipped is true or false"),
            ("rules:\n  shipped: yes\n", "t.yaml:2:12: error: rules.shipped is true or false, not 'yes'"),
            ("ledger:\n  file:\n", "t.yaml:2:8: error: ledger.file has no value; leave the key out for the usual one"),
            ("ledger:\n  file: &x a\n", "t.yaml:2:9: error: anchors and aliases are not read"),
        ])
    func faulty(_ text: String, _ message: String) {
        #expect(faults(text) == [message])
    }

    @Test("every fault is said, not only the first")
    func all() {
        #expect(faults("a: 1\njudging:\n  level: x\n  b: 2\n", ["TALLYMAN_LOG_FORM": "xml"]).count == 4)
    }

    @Test("the same key twice, deep nesting and long texts are refused")
    func hostile() {
        #expect(!faults("log:\n  form: text\n  form: json\n").isEmpty)
        #expect(!faults(String(repeating: "[", count: 1000)).isEmpty)
        #expect(!faults("ledger:\n  file: " + String(repeating: "x", count: 5000) + "\n").isEmpty)
        #expect(!faults(String(repeating: "#", count: ConfigLoader.sizeLimit + 1)).isEmpty)
        #expect(!faults("ledger:\n  file: \"a\\u001b[31m\"\n").isEmpty)
    }

    @Test("a variable that sets nothing is a warning where it is like one that does, and else nobody's business")
    func variables() throws {
        let environment = [
            "TALLYMAN_JUDGING_LEVLE": "low", "TALLYMAN_PORT_9443_TCP_ADDR": "10.0.0.1",
            "TALLYMAN_SERVICE_HOST": "10.0.0.1",
            "PATH": "/bin",
        ]
        let warnings = try ConfigLoader.load(environment: environment).warnings
        #expect(
            warnings.map { "\($0)" } == [
                "environment: warning: TALLYMAN_JUDGING_LEVLE sets nothing; did you mean TALLYMAN_JUDGING_LEVEL?"
            ])
    }

    @Test("lists have commas in the environment, and are replaced as a whole")
    func lists() throws {
        let effective = try load("rules:\n  paths: [a, b]\n", ["TALLYMAN_RULES_PATHS": "c,d"])
        #expect(effective.values.rules.paths == ["c", "d"])
    }

    @Test(
        "values that do not go together are refused",
        arguments: [
            ("sources:\n  auditWebhook:\n    listen: 127.0.0.1:1\n", "would let anybody send audit events"),
            ("sources:\n  auditWebhook:\n    tokenFile: x\n", "is of no use without sources.auditWebhook.listen"),
            (
                "sources:\n  auditWebhook:\n    listen: 0.0.0.0:1\n    tokenFile: x\n",
                "must not cross the network in the clear"
            ),
            (
                "sources:\n  auditWebhook:\n    listen: 127.0.0.1:1\n    clientCA: x\n",
                "needs tlsCertificate and tlsKey"
            ),
            ("server:\n  listen: 127.0.0.1:1\n  tlsKey: x\n", "tlsKey needs tlsCertificate as well"),
        ])
    func contradictions(_ text: String, _ message: String) {
        let found = faults(text)
        #expect(found.count == 1)
        #expect(found.first?.contains(message) == true, "\(found)")
        #expect(found.first?.hasPrefix("t.yaml:") == true, "\(found)")
    }
}

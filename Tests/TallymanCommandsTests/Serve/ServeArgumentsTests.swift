import Agent
import ArgumentParser
import SecurityEvents
import Testing

@testable import TallymanCommands

@Suite("The options of serve")
struct ServeArgumentsTests {
    /// Every option with a value, and the key that it sets.
    static let options: [(words: [String], path: String, value: ConfigValue)] = [
        (["a.log", "b.log"], "sources.files.paths", .texts(["a.log", "b.log"])),
        (["--rules", "r", "--rules", "s"], "rules.paths", .texts(["r", "s"])),
        (["--lists", "l"], "rules.lists", .texts(["l"])),
        (["--no-shipped-rules"], "rules.shipped", .flag(false)),
        (["--keep-sound"], "rules.keepSound", .flag(true)),
        (["--max-workloads", "7"], "judging.workloads", .number(7)),
        (["--docker", "unix:///x"], "sources.docker.host", .text("unix:///x")),
        (["--no-docker"], "sources.docker.use", .text("never")),
        (["--from-start"], "sources.files.from", .text("start")),
        (["--audit-webhook", "127.0.0.1:0"], "sources.auditWebhook.listen", .text("127.0.0.1:0")),
        (["--tls-certificate", "c"], "sources.auditWebhook.tlsCertificate", .text("c")),
        (["--tls-key", "k"], "sources.auditWebhook.tlsKey", .text("k")),
        (["--client-ca", "a"], "sources.auditWebhook.clientCA", .text("a")),
        (["--webhook-token", "t"], "sources.auditWebhook.tokenFile", .text("t")),
        (["--journal"], "sources.journal.use", .text("always")),
        (["--containerd"], "sources.containerd.use", .text("always")),
        (["--containerd-socket", "/s"], "sources.containerd.socket", .text("/s")),
        (["--kubernetes"], "sources.kubernetes.use", .text("always")),
        (["--kubeconfig", "k"], "sources.kubernetes.kubeconfig", .text("k")),
        (["--context", "c"], "sources.kubernetes.context", .text("c")),
        (["--allow-insecure"], "sources.kubernetes.allowInsecure", .flag(true)),
        (["--level", "high"], "judging.level", .text("high")),
        (["--format", "json"], "findings.output", .text("json")),
        (["--positions", "p"], "sources.files.positions", .text("p")),
        (["--ledger", "l"], "ledger.file", .text("l")),
        (["--listen", "127.0.0.1:1"], "server.listen", .text("127.0.0.1:1")),
        (["--log-form", "json"], "log.form", .text("json")),
        (["--log-level", "error"], "log.level", .text("error")),
    ]

    @Test("each sets its key", arguments: options.indices)
    func each(_ index: Int) throws {
        let (words, path, value) = Self.options[index]
        let arguments = try ServeArguments.parse(words).all
        #expect(arguments.map(\.path) == [path])
        let entry = try #require(AgentConfiguration.entry(path))
        // What contradicts itself alone is another test's.
        guard let effective = try? ConfigLoader.load(arguments: arguments).effective else {
            #expect(path.hasPrefix("sources.auditWebhook."))
            return
        }
        #expect(entry.read(effective.values) == value)
    }

    @Test("none is forgotten here, and nothing is set without one")
    func all() throws {
        let known = Set(Self.options.flatMap(\.words).filter { $0.hasPrefix("--") })
        let help = ServeArguments.helpMessage(columns: 500)
        let named = Set(help.matches(of: /--[a-z][a-z-]+/).map { String($0.output) })
        #expect(named.subtracting(["--help", "--audit-webhook-config-file"]) == known)
        #expect(try ServeArguments.parse([]).all.isEmpty)
    }

    @Test("a value that the key does not take is said with the option")
    func refused() throws {
        let arguments = try ServeArguments.parse(["--format", "xml", "--listen", "x"]).all
        let error = #expect(throws: ConfigFaults.self) { try ConfigLoader.load(arguments: arguments) }
        #expect(
            error?.diagnostics.map(\.message) == [
                "--format is text, json or none, not 'xml'", "--listen is a host:port, not 'x'",
            ])
    }
}

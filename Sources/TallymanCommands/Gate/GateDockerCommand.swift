import Admission
import ArgumentParser
import DockerGate
import HTTPListener
import Ledger
import PlatformAPIs
import Reports
import SecurityEvents

/// `tallyman gate docker`.
struct GateDockerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docker",
        abstract: "Decide what a Docker engine may do: as its authorization plugin, or in front of its socket.",
        discussion: """
            As a plugin it answers the engine at --socket; the engine is told of it by "authorization-plugins" in its
            daemon.json. With --proxy it also listens itself, knows the account and process behind each connection, and
            passes on to the engine what it lets through. Ends with SIGINT or SIGTERM.

            Builds, archives and the like deploy things that no call shows; where the gate enforces, they are refused
            unless --allow names them: \(Self.opaque).

            Examples:
              tallyman gate docker --mode warn --ledger /var/lib/tallyman/ledger.db
              tallyman gate docker --mode enforce --allow build --allow session
              tallyman gate docker --no-plugin --proxy /run/tallyman/docker.sock --proxy-group docker
              tallyman gate docker --check

            Exit status: 0 done or guarded, 1 --check found the engine not guarded, 2 could not do the work.
            """)

    /// Routes, and parts of routes, that can be let through unseen.
    private static let opaque: String = {
        let routes = DockerRoutes.all.compactMap { route in
            if case .opaque = route.effect { route.id } else { nil }
        }
        return (routes + ["images.import", "containers.restore"]).sorted().joined(separator: ", ")
    }()

    @Option(
        help: ArgumentHelp(
            "Where the engine asks. The file's name is the plugin's, tallyman.sock the plugin tallyman.",
            valueName: "path"), completion: .file())
    var socket = PluginServer.standardSocket

    @Flag(help: "Do not answer as a plugin.")
    var noPlugin = false

    @Option(
        help: ArgumentHelp("Listen on this unix socket in front of the engine.", valueName: "path"), completion: .file())
    var proxy: String?

    @Option(help: ArgumentHelp("The group that may connect to the proxy's socket.", valueName: "group"))
    var proxyGroup: String?

    @Option(
        help: ArgumentHelp(
            "The engine: unix:///path. Default: DOCKER_HOST, then /var/run/docker.sock.", valueName: "url"))
    var engine: String?

    @Option(help: ArgumentHelp("What may be done at most: record, warn or enforce.", valueName: "mode"))
    var mode = Decision.Mode.enforce

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Let a kind of call through although nobody sees what it deploys.", valueName: "route"))
    var allow: [String] = []

    @Option(help: ArgumentHelp("What becomes of calls that cannot be decided: closed or open.", valueName: "how"))
    var fail = GateSettings.Failure.closed

    @Option(help: ArgumentHelp("How long a decision may take, in milliseconds.", valueName: "number"))
    var deadline = 500

    @Option(help: ArgumentHelp("The name of this host in modes, exceptions and the ledger.", valueName: "name"))
    var hostName: String?

    @OptionGroup var ruleOptions: RuleOptions

    @Option(
        help: ArgumentHelp("Keep decisions and what was made in this ledger.", valueName: "file"), completion: .file())
    var ledger: String?

    @Flag(help: "Look whether an engine is guarded: its version, its plugins, and by harmless calls that must be refused.")
    var check = false

    @Option(help: "How to print the result of --check: \(OutputFormat.list).")
    var format = OutputFormat.text

    func validate() throws {
        guard !noPlugin || proxy != nil || check else {
            throw ValidationError("nothing to do: leave --no-plugin out, or give --proxy path")
        }
        guard proxyGroup == nil || proxy != nil else { throw ValidationError("--proxy-group is for --proxy path") }
        guard (10...60_000).contains(deadline) else {
            throw ValidationError("--deadline is a number of milliseconds from 10 to 60000")
        }
        let known = Self.opaque.split(separator: ", ").map(String.init)
        if let wrong = allow.first(where: { !known.contains($0) }) {
            throw ValidationError("--allow \(wrong): there is nothing of that name; there are \(Self.opaque)")
        }
    }

    func run() async throws {
        let engine = try openEngine()
        if check { return try await runCheck(engine) }
        let store = try ledger.map { try LedgerOptions.open($0, .append) }
        let journal = LedgerJournal(writer: store.map { LedgerWriter(store: $0) }) { Self.say($0) }
        let rules = try gateRules()
        let tickets = CallerTickets()
        var options = DockerAuthorizer.Options()
        options.allowed = Set(allow)
        options.time = .milliseconds(deadline)
        options.failsOpen = fail == .open || mode != .enforce
        let authorizer = DockerAuthorizer(
            judge: ReviewerJudge(rules: rules, host: hostName ?? MachineName.current, journal: journal),
            facts: AskedEngine(engine), journal: journal, tickets: tickets, options: options)
        let writing = Task { await journal.run() }
        let failure = await serve(authorizer, engine, tickets)
        journal.finish()
        await writing.value
        await engine.shutdown()
        let counts = authorizer.counts
        Self.say(
            "\(counts.calls) calls, \(counts.refused) refused, \(counts.undecided) not decided, "
                + "\(counts.bound) containers bound to their creators, \(journal.lostEntries) entries not kept")
        guard let failure else { return }
        Self.say("\(failure)")
        throw ExitStatus.couldNotWork
    }

    /// Serves until somebody says to stop; says why it cannot.
    private func serve(
        _ authorizer: DockerAuthorizer, _ engine: DockerEngine, _ tickets: CallerTickets
    ) async -> (any Error)? {
        let plugin = noPlugin ? nil : PluginServer(socket: UnixSocket(path: socket), authorizer: authorizer)
        let before = proxy.map { path in
            EngineProxy(
                socket: UnixSocket(path: path, mode: 0o660, group: proxyGroup), engine: engine.socket,
                authorizer: authorizer, tickets: tickets)
        }
        let (pluginPath, proxyPath, mode) = (socket, proxy ?? "", self.mode)
        do {
            try await untilSignalled {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    if let plugin {
                        group.addTask {
                            try await plugin.run { Self.say("\(mode.rawValue): the engine can ask at \(pluginPath)") }
                        }
                    }
                    if let before {
                        group.addTask {
                            try await before.run {
                                Self.say("\(mode.rawValue): clients can connect to unix://\(proxyPath)")
                            }
                        }
                    }
                    defer { group.cancelAll() }
                    try await group.next()
                }
            }
            return nil
        } catch is CancellationError {
            return nil
        } catch {
            return error
        }
    }

    private func gateRules() throws -> GateRules {
        var settings = GateSettings()
        settings.modes.ceiling = mode
        settings.failure = fail
        let rules = GateRules(library: try ruleOptions.library(), settings: settings)
        let faults = rules.refused.filter { $0.severity == .error }
        for fault in faults { Self.say("\(fault)") }
        if !faults.isEmpty, !ruleOptions.keepSound { throw ExitStatus.couldNotWork }
        return rules
    }

    private func runCheck(_ engine: DockerEngine) async throws {
        let items: [EngineCheck.Item]
        do { items = try await EngineCheck(engine).run() } catch {
            await engine.shutdown()
            Self.say("\(error)")
            throw ExitStatus.couldNotWork
        }
        await engine.shutdown()
        CheckReport(items, format: format).print()
        if items.contains(where: { $0.result == .failed }) { throw ExitStatus.findings }
    }

    private func openEngine() throws -> DockerEngine {
        do throws(DockerError) {
            return DockerEngine(socket: try DockerSocket(host: engine ?? ProcessEnvironment.value("DOCKER_HOST")))
        } catch {
            Self.say("\(error)")
            throw ExitStatus.couldNotWork
        }
    }

    private static func say(_ text: String) {
        Terminal.standardError.write("tallyman: \(visible(text))\n")
    }
}

extension Decision.Mode: ExpressibleByArgument {}

extension GateSettings.Failure: ExpressibleByArgument {}

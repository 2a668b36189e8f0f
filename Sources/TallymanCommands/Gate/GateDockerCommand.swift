import Admission
import ArgumentParser
import DockerGate
import Gate
import HTTPListener
import Ledger
import PlatformAPIs
import Reports
import Rules
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
        return (routes + ["images.import", "containers.restore", "services.plugin"]).sorted().joined(separator: ", ")
    }()

    @Option(
        help: ArgumentHelp(
            "Where the engine asks. The file's name is the plugin's, tallyman.sock the plugin tallyman.",
            valueName: "path"), completion: .file())
    var socket = PluginServer.standardSocket

    @Flag(help: "Do not answer as a plugin.")
    var noPlugin = false

    @Option(
        help: ArgumentHelp("Listen on this unix socket in front of the engine.", valueName: "path"), completion: .file()
    )
    var proxy: String?

    @Option(help: ArgumentHelp("The group that may connect to the proxy's socket.", valueName: "group"))
    var proxyGroup: String?

    @Option(
        help: ArgumentHelp(
            "The engine: unix:///path. Default: DOCKER_HOST, then /var/run/docker.sock.", valueName: "url"))
    var engine: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Let a kind of call through although nobody sees what it deploys.", valueName: "route"))
    var allow: [String] = []

    @Option(help: ArgumentHelp("How long a decision may take, in milliseconds.", valueName: "ms"))
    var deadline = 500

    @OptionGroup var gateRules: GateRuleOptions

    @OptionGroup var exemptionOptions: ExemptionOptions

    @Option(
        help: ArgumentHelp("Keep decisions and what was made in this ledger.", valueName: "file"), completion: .file())
    var ledger: String?

    @Flag(
        help: "Look whether an engine is guarded: its version, its plugins, and by harmless calls that must be refused."
    )
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
        try gateRules.validate()
        try exemptionOptions.validate()
    }

    func run() async throws {
        let engine = try openEngine()
        if check { return try await runCheck(engine) }
        let loaded = try gateRules.load()
        let folder = try exemptionOptions.folder()
        let store = try ledger.map { try LedgerOptions.open($0, .append) }
        let journal = DecisionJournal(store: store) { Self.say($0) }
        let kept = LedgerJournal(journal) { Self.say($0) }
        let judge = ReviewerJudge(
            rules: loaded.rules, host: exemptionOptions.name ?? MachineName.current, journal: kept,
            exemptions: { folder?.exemptions ?? [] })
        let tickets = CallerTickets()
        var options = DockerAuthorizer.Options()
        options.allowed = Set(allow)
        options.time = .milliseconds(deadline)
        options.ownSockets = ([engine.socket.path] + (noPlugin ? [] : [socket]) + (proxy.map { [$0] } ?? []))
            .flatMap { path in [path] + (HostLinks.end(of: path).map { [$0] } ?? []) }
        options.failsOpen = loaded.rules.settings.failure == .open || gateRules.mode != .enforce
        let authorizer = DockerAuthorizer(
            judge: judge, facts: AskedEngine(engine), journal: kept, tickets: tickets, options: options)
        journal.note(
            "the Docker gate starts: \(loaded.rules.library.rules.count) rules, mode \(gateRules.mode.rawValue), "
                + "allowed unseen: \(allow.isEmpty ? "nothing" : allow.joined(separator: ", "))")
        let writing = Task { await journal.run() }
        let failure = await serve(authorizer, engine, tickets, folder, journal) { reload(judge, journal) }
        let counts = authorizer.counts
        journal.note(
            "the Docker gate ends: \(counts.calls) calls, \(counts.refused) refused, \(counts.undecided) not decided, "
                + "\(counts.bound) containers bound to their creators")
        journal.finish()
        await writing.value
        await engine.shutdown()
        guard let failure else { return }
        Self.say("\(failure)")
        throw ExitStatus.couldNotWork
    }

    /// Serves until somebody says to stop; says why it cannot.
    private func serve(
        _ authorizer: DockerAuthorizer, _ engine: DockerEngine, _ tickets: CallerTickets, _ folder: ExemptionFolder?,
        _ journal: DecisionJournal, rereading reread: @escaping @Sendable () -> Void
    ) async -> (any Error)? {
        let plugin = noPlugin ? nil : PluginServer(socket: UnixSocket(path: socket), authorizer: authorizer)
        let before = proxy.map { path in
            EngineProxy(
                socket: UnixSocket(path: path, mode: 0o660, group: proxyGroup), engine: engine.socket,
                authorizer: authorizer, tickets: tickets)
        }
        let (pluginPath, proxyPath, mode) = (socket, proxy ?? "", gateRules.mode.rawValue)
        do {
            try await untilSignalled(rereading: reread) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    if let plugin {
                        group.addTask {
                            try await plugin.run { Self.say("\(mode): the engine can ask at \(pluginPath)") }
                        }
                    }
                    if let before {
                        group.addTask {
                            try await before.run { Self.say("\(mode): clients can connect to unix://\(proxyPath)") }
                        }
                    }
                    if let folder { group.addTask { try await GateServeCommand.watch(folder, journal) } }
                    group.addTask { await Self.warn(engine, journal) }
                    defer { group.cancelAll() }
                    // The engine's version is looked at once; anything else that ends is an end.
                    while try await group.next() != nil {}
                }
            }
            return nil
        } catch is CancellationError {
            return nil
        } catch {
            return error
        }
    }

    /// Says once, when the engine can be asked, that its version has a way around plugins.
    private static func warn(_ engine: DockerEngine, _ journal: DecisionJournal) async {
        while !Task.isCancelled {
            if let version = try? await engine.negotiate() {
                for item in EngineCheck.items(version: version.engine) where item.result == .failed {
                    journal.note("no protection is claimed: \(item.name): \(item.detail)")
                }
                return
            }
            try? await Task.sleep(for: .seconds(5))
        }
    }

    /// Reads everything anew; where something is faulty, all stays as it was.
    private func reload(_ judge: ReviewerJudge, _ journal: DecisionJournal) {
        do {
            let loaded = try gateRules.load()
            judge.exchange(for: loaded.rules)
            journal.note("read anew: \(loaded.rules.library.rules.count) rules")
        } catch {
            journal.note("what was read anew is faulty: the rules and settings from before stay in force")
        }
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

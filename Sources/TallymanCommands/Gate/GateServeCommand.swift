import Admission
import ArgumentParser
import Gate
import HTTPListener
import KubernetesGate
import Ledger
import PlatformAPIs
import Reports
import Rules
import SecurityEvents

/// `tallyman gate serve`.
struct GateServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Decide what a Kubernetes cluster may run, as its validating webhook.",
        discussion: """
            Answers AdmissionReviews (admission.k8s.io/v1) at /admit over HTTPS. Without --tls-certificate it makes its own
            authority and certificate and renews both without a restart. `tallyman gate manifests` prints what the cluster
            has to be told. SIGHUP reads rules, policies and settings anew: all of them, or none where one is faulty.
            /healthz, /readyz and /metrics answer on the same port. Begin with --mode warn.

            Examples:
              tallyman gate serve --mode warn --state /var/lib/tallyman/gate --dns-name gate.example.com
              tallyman gate serve --tls-certificate tls.crt --tls-key tls.key --ledger ledger.db --pod-security labels
              tallyman gate serve --authority-secret tallyman/tallyman-gate-authority \
                --webhook-configuration tallyman-gate --dns-name tallyman-gate.tallyman.svc
              tallyman gate serve --policy policies/ --settings gate.yml --exemptions exemptions/ --exemption-key ops.pub
            """)

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "host:port"))
    var listen = "127.0.0.1:8443"

    @OptionGroup var gateRules: GateRuleOptions

    @OptionGroup var certificates: GateCertificateOptions

    @OptionGroup var cluster: ClusterOptions

    @Flag(help: "Follow no cluster: Namespaces' labels and what a Pod is stay unknown.")
    var noCluster = false

    @OptionGroup var exemptionOptions: ExemptionOptions

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Keep caBundle of this ValidatingWebhookConfiguration right, and refuse others its change where the API server asks about that (static manifests). May be given again.",
            valueName: "name"))
    var webhookConfiguration: [String] = []

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("An account that may change the gate's own configuration.", valueName: "user"))
    var guardian: [String] = []

    @Option(
        help: ArgumentHelp(
            "How long a decision may take, in milliseconds; the API server's own patience counts too.", valueName: "ms")
    )
    var deadline = 2000

    @Option(
        help: ArgumentHelp(
            "When told to stop, be unready and answer on for so long: who sends requests here needs time to learn of it.",
            valueName: "seconds"))
    var shutdownDelay = 0

    @Option(help: ArgumentHelp("How many connections are open at most.", valueName: "number"))
    var maxConnections = 1024

    @Option(
        help: ArgumentHelp("Keep refusals, warnings and connections in this ledger.", valueName: "file"),
        completion: .file())
    var ledger: String?

    func validate() throws {
        guard (10...30_000).contains(deadline) else { throw ValidationError("--deadline is from 10 to 30000") }
        guard (0...300).contains(shutdownDelay) else { throw ValidationError("--shutdown-delay is from 0 to 300") }
        guard (16...65_536).contains(maxConnections) else {
            throw ValidationError("--max-connections is from 16 to 65536")
        }
        try gateRules.validate()
        try certificates.validate()
        _ = try certificates.names(listeningOn: try address().host)
    }

    func run() async throws {
        let loaded = try gateRules.load()
        let store = try ledger.map { try LedgerOptions.open($0, .append) }
        let say: @Sendable (String) -> Void = { text in
            Terminal.standardError.write("tallyman: \(visible(text))\n")
        }
        let journal = DecisionJournal(store: store, say: say)
        let client = try openCluster()
        let knowledge = ClusterKnowledge(base: loaded.inventory)
        let folder = try exemptionOptions.folder()
        var options = KubernetesGateService.Options()
        options.deadline = .milliseconds(deadline)
        options.guarded = webhookConfiguration + webhookConfiguration.map { $0 + ".static.k8s.io" }
        options.guardians = guardian
        let gate = KubernetesGateService(
            rules: loaded.rules, templates: loaded.file.templates, knowledge: knowledge, journal: journal,
            exemptions: { folder?.exemptions ?? [] }, options: options)
        let shown = try await certificates.shown(listeningOn: try address().host, client: client, say: say)
        journal.note(
            "the gate starts: \(loaded.rules.library.rules.count) rules, \(loaded.rules.policies.policies.count) policies, mode \(gateRules.mode.rawValue), fail \(loaded.rules.settings.failure.rawValue)"
        )
        let writing = Task { await journal.run() }
        do {
            try await untilSignalled(rereading: { reload(gate, journal) }) { [self] in
                try await serve(gate, shown, client, knowledge, folder, journal, say)
            }
        } catch is CancellationError {
            // Asked to stop.
        } catch let error as ListenerError {
            say("\(error)")
            throw ExitStatus.couldNotWork
        }
        journal.note("the gate ends")
        journal.finish()
        await writing.value
        await client?.shutdown()
    }

    private func serve(
        _ gate: KubernetesGateService, _ shown: GateCertificateOptions.Shown, _ client: KubernetesClient?,
        _ knowledge: ClusterKnowledge, _ folder: ExemptionFolder?, _ journal: DecisionJournal,
        _ say: @escaping @Sendable (String) -> Void
    ) async throws {
        var limits = HTTPListener.Limits()
        limits.connections = maxConnections
        limits.body = 12 << 20
        limits.head = .seconds(10)
        limits.request = .seconds(10)
        // API servers keep connections for 90 seconds: a listener that closes first loses them a request.
        limits.idle = .seconds(150)
        limits.lingering = .seconds(shutdownDelay)
        let (host, port) = try address()
        let listener = HTTPListener(host: host, port: port, certificate: shown.certificate, limits: limits)
        let names = webhookConfiguration
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await listener.run(gate.handlers(certificateExpiry: shown.expiry)) { port in
                    say("listening on \(host):\(port) for AdmissionReviews")
                }
            }
            group.addTask { try await shown.renew() }
            if let client {
                group.addTask { try await knowledge.follow(client, say: say) }
                if !names.isEmpty, let bundle = shown.bundle {
                    group.addTask {
                        try await BundleKeeper(
                            client: client, names: names, bundle: bundle, say: { journal.note($0) }
                        ).run()
                    }
                }
            }
            if let folder { group.addTask { try await Self.watch(folder, journal) } }
            defer { group.cancelAll() }
            _ = try await group.next()
        }
    }

    /// Reads the folder of exemptions every two seconds, and writes down what is new.
    static func watch(_ folder: ExemptionFolder, _ journal: DecisionJournal) async throws {
        while true {
            for entry in folder.read() {
                if let exemption = entry.exemption {
                    journal.note(
                        "exemption \(exemption.id) by \(exemption.issuer) until \(exemption.expires): \(exemption.reason)",
                        subject: exemption.id)
                } else {
                    journal.note("the exemption in \(entry.file) does not count: \(entry.fault ?? "")")
                }
            }
            try await Task.sleep(for: .seconds(2))
        }
    }

    /// Reads everything anew; where something is faulty, all stays as it was.
    private func reload(_ gate: KubernetesGateService, _ journal: DecisionJournal) {
        do {
            let loaded = try gateRules.load()
            gate.exchange(rules: loaded.rules, templates: loaded.file.templates)
            journal.note(
                "read anew: \(loaded.rules.library.rules.count) rules, \(loaded.rules.policies.policies.count) policies"
            )
        } catch {
            journal.note("what was read anew is faulty: the rules, policies and settings from before stay in force")
        }
    }

    private func openCluster() throws -> KubernetesClient? {
        guard !noCluster else { return nil }
        do throws(KubernetesError) {
            guard let configuration = try cluster.configuration() else {
                Terminal.standardError.write(
                    "tallyman: no kubeconfig and no service account: what a Pod is and what Namespaces are labelled stays unknown (--no-cluster says so on purpose)\n"
                )
                return nil
            }
            return try KubernetesClient(configuration)
        } catch {
            Terminal.standardError.write("tallyman: \(visible("\(error)"))\n")
            throw ExitStatus.couldNotWork
        }
    }

    private func address() throws -> (host: String, port: Int) {
        guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]),
            (0...65535).contains(port)
        else { throw ValidationError("--listen \(listen): is no host:port") }
        return (listen[..<colon].filter { $0 != "[" && $0 != "]" }, port)
    }
}

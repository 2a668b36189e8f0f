import Agent
import ArgumentParser
import SecurityEvents

/// The options of `serve`; each sets a key of the configuration and comes before the file and the environment.
struct ServeArguments: ParsableArguments {
    @Argument(help: "Logs to follow as they grow.", completion: .file())
    var files: [String] = []

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Rules to add, or to replace shipped ones of the same id: a folder or a rule.yml. May be given again.",
            valueName: "path"))
    var rules: [String] = []

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Lists to add, or to replace shipped ones of the same name: a folder or a file. May be given again.",
            valueName: "path"))
    var lists: [String] = []

    @Flag(name: .long, help: "Leave out the shipped rules; shipped lists stay.")
    var noShippedRules = false

    @Flag(name: .long, help: "Go on with the sound rules when others are faulty; the faults are still printed.")
    var keepSound = false

    @Option(help: ArgumentHelp("How many workloads are remembered; each takes about 1 kB.", valueName: "number"))
    var maxWorkloads: String?

    @Option(
        help: ArgumentHelp(
            "The engine: unix:///path. Default: DOCKER_HOST, then /var/run/docker.sock.", valueName: "url"))
    var docker: String?

    @Flag(help: "Do not follow a Docker engine.")
    var noDocker = false

    @Flag(help: "Read followed logs from their start.")
    var fromStart = false

    @Option(
        help: ArgumentHelp(
            "Receive batches of audit events from API servers (--audit-webhook-config-file), at /audit.",
            valueName: "host:port"))
    var auditWebhook: String?

    @Option(help: ArgumentHelp("The webhook's certificate and chain, PEM.", valueName: "file"), completion: .file())
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The certificate's key, PEM.", valueName: "file"), completion: .file())
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "Ask API servers for a client certificate that one of these signed, PEM.", valueName: "file"),
        completion: .file())
    var clientCa: String?

    @Option(
        help: ArgumentHelp("Ask API servers for the bearer token in this file.", valueName: "file"), completion: .file()
    )
    var webhookToken: String?

    @Flag(help: "Follow the engine's log in the systemd journal (docker.service).")
    var journal = false

    @Flag(help: "Follow containerd, in all of its namespaces; what runs already is found and judged first.")
    var containerd = false

    @Option(help: ArgumentHelp("containerd's socket.", valueName: "path"), completion: .file())
    var containerdSocket: String?

    @Flag(help: "Follow the workloads and Events of a Kubernetes cluster; those that run already are judged first.")
    var kubernetes = false

    @Option(
        help: ArgumentHelp(
            "The kubeconfig. Default: KUBECONFIG, then ~/.kube/config, then the Pod's service account.",
            valueName: "file"), completion: .file())
    var kubeconfig: String?

    @Option(help: ArgumentHelp("The context of the kubeconfig; its current one unless given.", valueName: "name"))
    var context: String?

    @Flag(help: "Allow insecure-skip-tls-verify and http:// of the kubeconfig.")
    var allowInsecure = false

    @Option(help: "Leave out findings below: informational, low, medium, high, critical.")
    var level: Level?

    @Option(help: "How to print findings: \(FindingsSection.Form.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format: String?

    @Option(
        help: ArgumentHelp(
            "Keep in this file how far logs were read, and go on there. Default: in the ledger.", valueName: "file"),
        completion: .file())
    var positions: String?

    @Option(
        help: ArgumentHelp("Keep deployments, findings and gaps in this ledger.", valueName: "file"),
        completion: .file())
    var ledger: String?

    @Option(help: ArgumentHelp("Answer /healthz, /readyz and /metrics.", valueName: "host:port"))
    var listen: String?

    @Option(help: "How to write the log on standard error: text or json.")
    var logForm: String?

    @Option(help: "Leave out of the log what is less serious: debug, info, notice, warning, error.")
    var logLevel: String?

    /// What the options set.
    var all: [ConfigArgument] {
        let lists: [(String, String, [String])] = [
            ("FILE", "sources.files.paths", files), ("--rules", "rules.paths", rules),
            ("--lists", "rules.lists", lists),
        ]
        let texts: [(String, String, String?)] = [
            ("--max-workloads", "judging.workloads", maxWorkloads),
            ("--docker", "sources.docker.host", docker),
            ("--containerd-socket", "sources.containerd.socket", containerdSocket),
            ("--audit-webhook", "sources.auditWebhook.listen", auditWebhook),
            ("--tls-certificate", "sources.auditWebhook.tlsCertificate", tlsCertificate),
            ("--tls-key", "sources.auditWebhook.tlsKey", tlsKey),
            ("--client-ca", "sources.auditWebhook.clientCA", clientCa),
            ("--webhook-token", "sources.auditWebhook.tokenFile", webhookToken),
            ("--kubeconfig", "sources.kubernetes.kubeconfig", kubeconfig),
            ("--context", "sources.kubernetes.context", context),
            ("--level", "judging.level", level?.rawValue),
            ("--format", "findings.output", format),
            ("--positions", "sources.files.positions", positions),
            ("--ledger", "ledger.file", ledger),
            ("--listen", "server.listen", listen),
            ("--log-form", "log.form", logForm),
            ("--log-level", "log.level", logLevel),
        ]
        let flags: [(String, String, Bool, String)] = [
            ("--no-docker", "sources.docker.use", noDocker, "never"),
            ("--kubernetes", "sources.kubernetes.use", kubernetes, "always"),
            ("--journal", "sources.journal.use", journal, "always"),
            ("--containerd", "sources.containerd.use", containerd, "always"),
            ("--allow-insecure", "sources.kubernetes.allowInsecure", allowInsecure, "true"),
            ("--from-start", "sources.files.from", fromStart, "start"),
            ("--no-shipped-rules", "rules.shipped", noShippedRules, "false"),
            ("--keep-sound", "rules.keepSound", keepSound, "true"),
        ]
        return lists.filter { !$0.2.isEmpty }.map { ConfigArgument($0.0, $0.1, $0.2) }
            + texts.compactMap { option, path, text in text.map { ConfigArgument(option, path, [$0]) } }
            + flags.filter(\.2).map { ConfigArgument($0.0, $0.1, [$0.3]) }
    }

    func validate() throws {
        guard !(noDocker && docker != nil) else {
            throw ValidationError("--docker and --no-docker contradict each other")
        }
    }
}

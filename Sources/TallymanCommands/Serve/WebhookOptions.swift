import ArgumentParser
import EventSources
import HTTPListener

/// How Kubernetes API servers send audit events.
struct WebhookOptions: ParsableArguments {
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

    func validate() throws {
        guard auditWebhook != nil else {
            guard tlsCertificate == nil, tlsKey == nil, clientCa == nil, webhookToken == nil else {
                throw ValidationError("certificates and tokens are for --audit-webhook host:port")
            }
            return
        }
        guard clientCa != nil || webhookToken != nil else {
            throw ValidationError("anybody could send audit events: give --client-ca or --webhook-token")
        }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key belong together")
        }
        guard clientCa == nil || tlsCertificate != nil else {
            throw ValidationError("--client-ca needs --tls-certificate and --tls-key")
        }
        _ = try options()
    }

    /// Makes the webhook's options; nil where there is none.
    func options() throws -> AuditWebhook.Options? {
        guard let auditWebhook else { return nil }
        guard let colon = auditWebhook.lastIndex(of: ":"),
            let port = Int(auditWebhook[auditWebhook.index(after: colon)...]), (0...65535).contains(port)
        else { throw ValidationError("--audit-webhook \(auditWebhook): is no host:port") }
        var options = AuditWebhook.Options()
        options.host = auditWebhook[..<colon].filter { $0 != "[" && $0 != "]" }
        options.port = port
        options.tokenFile = webhookToken
        if let tlsCertificate, let tlsKey {
            options.security = ListenerSecurity(certificate: tlsCertificate, key: tlsKey, clientAuthority: clientCa)
        } else if options.host != "127.0.0.1", options.host != "::1", options.host != "localhost" {
            throw ValidationError(
                "a token must not cross the network in the clear: give --tls-certificate and --tls-key")
        }
        return options
    }
}

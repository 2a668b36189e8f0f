package import EventSources
internal import HTTPListener

/// The receiver of Kubernetes audit events.
package struct AuditWebhookSection: ConfigSection {
    package var listen: ListenAddress?
    package var tlsCertificate: String?
    package var tlsKey: String?
    package var clientCA: String?
    package var tokenFile: String?
    package var connections = HTTPListener.Limits().connections
    package var body = HTTPListener.Limits().body
    package var bodies = HTTPListener.Limits().bodies
    package var waiting = AuditWebhook.Options().waitingBytes
    package var patience = AuditWebhook.Options().patience
    package var memory = AuditWebhook.Options().memory

    package init() {}

    package static let path = "sources.auditWebhook"
    package static let summary =
        "Receives batches of audit events from API servers (--audit-webhook-config-file), at /audit."
    package static let keys: [ConfigKey<Self>] = [
        .address("listen", \.listen, "Where to listen; nothing listens unless given."),
        .path("tlsCertificate", \.tlsCertificate, "The certificate and its chain, PEM."),
        .path("tlsKey", \.tlsKey, "The certificate's key, PEM."),
        .path("clientCA", \.clientCA, "API servers have to show a client certificate that one of these signed, PEM."),
        .path("tokenFile", \.tokenFile, "API servers have to send the bearer token in this file."),
        .number(
            "connections", \.connections, 1...65_536,
            "How many connections are open at most. Past it the oldest that asked for nothing is closed."),
        .size("body", \.body, 64 << 10...1 << 30, "The largest batch. A larger one is refused and a gap is recorded."),
        .size(
            "bodies", \.bodies, 64 << 10...4 << 30,
            "How many bytes of batches are read at the same time. Past it API servers are told to come again (429)."),
        .size(
            "waiting", \.waiting, 64 << 10...4 << 30,
            "How many bytes of batches may wait to be judged. Past it API servers are told to come again (429)."),
        .duration(
            "patience", \.patience, .seconds(1) ... .seconds(300),
            "How long a batch may wait to be kept before its API server is told to come again; API servers wait 30 s."),
        .number(
            "memory", \.memory, 1...100_000_000, "How many events are remembered, to know those that are sent again."),
    ]

    package var contradictions: [Contradiction] {
        guard let listen else {
            let others = [
                ("tlsCertificate", tlsCertificate), ("tlsKey", tlsKey), ("clientCA", clientCA),
                ("tokenFile", tokenFile),
            ]
            return others.filter { $0.1 != nil }.prefix(1).map {
                Contradiction(key: $0.0, reason: "is of no use without \(Self.path).listen")
            }
        }
        guard clientCA != nil || tokenFile != nil else {
            return [
                Contradiction(
                    key: "listen", reason: "would let anybody send audit events: set clientCA or tokenFile as well")
            ]
        }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            return [
                tlsKey == nil
                    ? Contradiction(key: "tlsCertificate", reason: "needs tlsKey as well")
                    : Contradiction(key: "tlsKey", reason: "needs tlsCertificate as well")
            ]
        }
        guard tlsCertificate == nil else { return [] }
        if clientCA != nil { return [Contradiction(key: "clientCA", reason: "needs tlsCertificate and tlsKey")] }
        return listen.isLocal
            ? []
            : [
                Contradiction(
                    key: "tokenFile",
                    reason: "must not cross the network in the clear: set tlsCertificate and tlsKey as well")
            ]
    }

    /// The source's options; nil where nothing listens.
    package var options: AuditWebhook.Options? {
        guard let listen else { return nil }
        var options = AuditWebhook.Options()
        options.host = listen.host
        options.port = listen.port
        options.tokenFile = tokenFile
        options.limits.connections = connections
        options.limits.body = body
        options.limits.bodies = bodies
        options.waitingBytes = waiting
        options.patience = patience
        options.memory = memory
        if let tlsCertificate, let tlsKey {
            options.security = ListenerSecurity(certificate: tlsCertificate, key: tlsKey, clientAuthority: clientCA)
        }
        return options
    }
}

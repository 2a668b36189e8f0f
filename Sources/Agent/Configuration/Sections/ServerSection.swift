internal import HTTPListener

/// Health, readiness and metrics over HTTP.
package struct ServerSection: ConfigSection {
    package var listen: ListenAddress?
    package var tlsCertificate: String?
    package var tlsKey: String?
    package var clientCA: String?
    package var labels = 1000

    package init() {}

    package static let path = "server"
    package static let summary = "Health (/healthz), readiness (/readyz) and Prometheus metrics (/metrics) over HTTP."
    package static let keys: [ConfigKey<Self>] = [
        .address("listen", \.listen, "Where to listen; nothing listens unless given. 127.0.0.1:9464 is a good choice."),
        .path("tlsCertificate", \.tlsCertificate, "The certificate and its chain, PEM; plain HTTP unless given."),
        .path("tlsKey", \.tlsKey, "The certificate's key, PEM."),
        .path("clientCA", \.clientCA, "Clients have to show a certificate that one of these signed, PEM."),
        .number(
            "labels", \.labels, 10...100_000,
            "How many values of labels one metric keeps apart. Past it they are counted together, as 'other'."),
    ]

    package var contradictions: [Contradiction] {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            return [
                tlsKey == nil
                    ? Contradiction(key: "tlsCertificate", reason: "needs tlsKey as well")
                    : Contradiction(key: "tlsKey", reason: "needs tlsCertificate as well")
            ]
        }
        guard clientCA == nil || tlsCertificate != nil else {
            return [Contradiction(key: "clientCA", reason: "needs tlsCertificate and tlsKey")]
        }
        guard listen != nil || tlsCertificate == nil else {
            return [Contradiction(key: "tlsCertificate", reason: "is of no use without \(Self.path).listen")]
        }
        return []
    }

    /// The listener; nil where nothing listens.
    var listener: HTTPListener? {
        guard let listen else { return nil }
        var limits = HTTPListener.Limits()
        limits.connections = 64
        // Nobody has to send anything.
        limits.body = 4096
        limits.bodies = 64 << 10
        limits.head = .seconds(10)
        limits.request = .seconds(5)
        var security: ListenerSecurity?
        if let tlsCertificate, let tlsKey {
            security = ListenerSecurity(certificate: tlsCertificate, key: tlsKey, clientAuthority: clientCA)
        }
        return HTTPListener(host: listen.host, port: listen.port, security: security, limits: limits)
    }
}

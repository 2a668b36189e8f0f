import ArgumentParser
import HTTPListener
import KubernetesGate
import PlatformAPIs
import Reports
import SecurityEvents

/// The certificate that a gate shows to API servers.
struct GateCertificateOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The gate's certificate and chain, PEM; read anew when it changes. Default: the gate makes its own.",
            valueName: "file"), completion: .file())
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The certificate's key, PEM.", valueName: "file"), completion: .file())
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "Ask API servers for a client certificate that one of these signed, PEM.", valueName: "file"),
        completion: .file())
    var clientCa: String?

    @Option(
        help: ArgumentHelp(
            "Keep the gate's own authority in this folder: ca.crt is what caBundle has to hold.", valueName: "folder"),
        completion: .directory)
    var state: String?

    @Option(
        help: ArgumentHelp(
            "Keep the gate's own authority in this Secret, which replicas share.", valueName: "namespace/name"))
    var authoritySecret: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "A name or address that API servers know the gate by; its own certificate is for these, and for the address of --listen. May be given again.",
            valueName: "name"))
    var dnsName: [String] = []

    @Option(help: .hidden) var certificateSeconds: Int64?
    @Option(help: .hidden) var authoritySeconds: Int64?

    func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key belong together")
        }
        let ways = [tlsCertificate, state, authoritySecret].count { $0 != nil }
        guard ways == 1 else {
            throw ValidationError(
                "say where the certificate is from: --tls-certificate and --tls-key, --state folder, or --authority-secret namespace/name"
            )
        }
        if let authoritySecret, authoritySecret.split(separator: "/").count != 2 {
            throw ValidationError("--authority-secret \(authoritySecret): is no namespace/name")
        }
        if clientCa != nil, tlsCertificate == nil { throw ValidationError("--client-ca needs --tls-certificate") }
    }

    /// What the gate's own certificate is for.
    func names(listeningOn host: String) throws -> [String] {
        let names = CertificateAuthority.names(given: dnsName, listeningOn: host)
        guard tlsCertificate != nil || !names.isEmpty else {
            throw ValidationError(
                "a certificate of the gate's own needs a name, since it listens on every address: --dns-name tallyman-gate.tallyman.svc"
            )
        }
        return names
    }

    /// What the listener shows, and what keeps it valid.
    struct Shown: Sendable {
        var certificate: ListenerCertificate
        var expiry: @Sendable () -> Timestamp?
        /// What API servers have to trust; nil where others know.
        var bundle: (@Sendable () -> String)?
        var renew: @Sendable () async throws -> Void
    }

    func shown(
        listeningOn host: String, client: KubernetesClient?, say: @escaping @Sendable (String) -> Void
    ) async throws -> Shown {
        let names = try names(listeningOn: host)
        do {
            if let tlsCertificate, let tlsKey {
                let files = try CertificateFiles(
                    ListenerSecurity(certificate: tlsCertificate, key: tlsKey, clientAuthority: clientCa), say: say)
                return Shown(
                    certificate: files.certificate, expiry: { nil }, bundle: nil, renew: { try await files.run() })
            }
            var lifetimes = GateCertificates.Lifetimes()
            if let certificateSeconds { lifetimes.serving = certificateSeconds }
            if let authoritySeconds {
                lifetimes.authority = authoritySeconds
                lifetimes.settling = authoritySeconds / 10
            }
            let kept = try await GateCertificates(
                store: try store(client), names: names, lifetimes: lifetimes, say: say)
            return Shown(
                certificate: kept.certificate, expiry: { kept.expiry }, bundle: { kept.bundle },
                renew: { try await kept.run() })
        } catch let status as ExitStatus { throw status } catch let error as any Error & CustomStringConvertible {
            say("\(error)")
            throw ExitStatus.couldNotWork
        }
    }

    private func store(_ client: KubernetesClient?) throws -> any AuthorityStore {
        guard let authoritySecret else { return AuthorityFolder(path: state ?? ".") }
        guard let client else {
            Terminal.standardError.write("tallyman: --authority-secret needs a cluster; name one with --kubeconfig\n")
            throw ExitStatus.couldNotWork
        }
        let parts = authoritySecret.split(separator: "/").map { String($0) }
        return AuthoritySecret(client: client, namespace: parts[0], name: parts[1])
    }
}

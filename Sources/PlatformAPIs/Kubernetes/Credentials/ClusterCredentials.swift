import NIOSSL
import SecurityEvents

/// Keeps a user's credentials fresh: files are read again when they change, plugins asked again when what they gave expires.
actor ClusterCredentials {
    /// What goes with a request.
    struct Presented: Sendable {
        /// The value of `Authorization`.
        var authorization: Secret?
        /// How the connection is secured; nil for plain HTTP.
        var tls: TLSConfiguration?
    }

    /// How long before its end a plugin's credential is asked for anew.
    private static let margin: Int64 = 10_000_000_000

    private let configuration: ClusterConfiguration
    private let now: @Sendable () -> Timestamp
    private let pluginTimeout: Duration
    private var tokenFile: WatchedFile?
    private var certificateFile: WatchedFile?
    private var keyFile: WatchedFile?
    private var authorityFile: WatchedFile?
    private var given: ExecCredential?
    private var asking: Task<ExecCredential, any Error>?
    private var made: (materials: Materials, tls: TLSConfiguration)?

    init(
        _ configuration: ClusterConfiguration, now: @escaping @Sendable () -> Timestamp,
        pluginTimeout: Duration = .seconds(60)
    ) {
        self.configuration = configuration
        self.now = now
        self.pluginTimeout = pluginTimeout
        tokenFile = configuration.user.tokenFile.map { WatchedFile(path: $0, limit: 64 << 10) }
        certificateFile = Self.file(configuration.user.certificate)
        keyFile = Self.file(configuration.user.key)
        authorityFile = Self.file(configuration.authority)
    }

    /// Gives what a request has to bring along now.
    func current() async throws(KubernetesError) -> Presented {
        var presented = Presented()
        let plugin = try await pluginCredential()
        do throws(WatchedFile.Failure) {
            if let token = plugin?.token {
                presented.authorization = bearer(token.value)
            } else if let bytes = try tokenFile?.read() {
                presented.authorization = bearer(String(decoding: bytes.filter { $0 > 32 && $0 < 127 }, as: UTF8.self))
            } else if let token = configuration.user.token {
                presented.authorization = bearer(token.value)
            }
        } catch { throw .credentials("\(error)") }
        if configuration.server.hasPrefix("https://") { presented.tls = try tls(plugin) }
        return presented
    }

    /// Forgets what a plugin gave, as the server refused it.
    ///
    /// - Returns: whether there may be something better now.
    func refused() -> Bool {
        guard configuration.user.plugin != nil, given != nil else { return false }
        given = nil
        return true
    }

    private func bearer(_ token: String) -> Secret { Secret(value: "Bearer \(token)") }

    private static func file(_ material: ClusterConfiguration.Material?) -> WatchedFile? {
        if case .file(let path) = material { WatchedFile(path: path) } else { nil }
    }
}

// MARK: - Plugins

extension ClusterCredentials {
    private func pluginCredential() async throws(KubernetesError) -> ExecCredential? {
        guard let plugin = configuration.user.plugin else { return nil }
        if let given {
            guard let expires = given.expires, expires.nanoseconds - Self.margin <= now().nanoseconds else {
                return given
            }
        }
        // Many requests wait for one run.
        let running =
            asking
            ?? Task { [configuration, pluginTimeout] in try await plugin.run(for: configuration, timeout: pluginTimeout)
            }
        asking = running
        defer { asking = nil }
        do {
            let credential = try await running.value
            given = credential
            return credential
        } catch {
            throw error as? KubernetesError ?? .credentials("\(error)")
        }
    }
}

// MARK: - TLS

extension ClusterCredentials {
    private struct Materials: Equatable {
        var authority: [UInt8]?
        var certificate: [UInt8]?
        var key: [UInt8]?
    }

    private func tls(_ plugin: ExecCredential?) throws(KubernetesError) -> TLSConfiguration {
        var materials = Materials()
        do throws(WatchedFile.Failure) {
            let authority = try authorityFile?.read()
            materials.authority = authority ?? inline(configuration.authority)
            let (certificate, key) = (try certificateFile?.read(), try keyFile?.read())
            materials.certificate = plugin?.certificate ?? certificate ?? inline(configuration.user.certificate)
            materials.key = plugin?.key ?? key ?? inline(configuration.user.key)
        } catch { throw .credentials("\(error)") }
        if let made, made.materials == materials { return made.tls }
        let fresh = try makeTLS(materials)
        made = (materials, fresh)
        return fresh
    }

    private func inline(_ material: ClusterConfiguration.Material?) -> [UInt8]? {
        if case .inline(let bytes) = material { bytes } else { nil }
    }

    private func makeTLS(_ materials: Materials) throws(KubernetesError) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if configuration.skipsVerification { tls.certificateVerification = .none }
        if let authority = materials.authority {
            do {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(authority))
            } catch { throw .credentials("the cluster's certificate authority is no PEM certificate") }
        }
        if let certificate = materials.certificate, let key = materials.key {
            do {
                tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(certificate).map { .certificate($0) }
            } catch { throw .credentials("the client certificate is no PEM certificate") }
            do {
                tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem))
            } catch { throw .credentials("the client certificate's key is no PEM key, or has a password") }
        }
        return tls
    }
}

import JSONView
import SecurityEvents

/// What a credential plugin gave (`ExecCredential`'s `status`).
///
/// <https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins>
struct ExecCredential: Sendable, Equatable {
    var token: Secret?
    var certificate: [UInt8]?
    var key: [UInt8]?
    /// When it has to be asked for anew; nil for not before the server refuses it.
    var expires: Timestamp?

    /// Reads what a plugin wrote.
    ///
    /// - Parameters:
    ///   - output: the plugin's standard output.
    ///   - version: the version of the interface that was asked for.
    /// - Throws: `KubernetesError.credentials`; its text holds nothing of the output.
    init(_ output: [UInt8], version: ExecPlugin.Version) throws(KubernetesError) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONParser(limits: JSONLimits(size: 1 << 20, depth: 32)).parse(output)
        } catch { throw .credentials("the plugin's answer is no JSON") }
        defer { withExtendedLifetime(document) {} }
        let root = document.root
        guard root["kind"]?.string == "ExecCredential", root["apiVersion"]?.string == version.rawValue else {
            throw .credentials("the plugin's answer is no ExecCredential of \(version.rawValue)")
        }
        guard let status = root["status"], status.kind == .object else {
            throw .credentials("the plugin's answer has no status")
        }
        func text(_ key: StaticString) -> String? { status[key]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        token = text("token").map { Secret(value: $0) }
        certificate = text("clientCertificateData").map { Array($0.utf8) }
        key = text("clientKeyData").map { Array($0.utf8) }
        guard (certificate == nil) == (key == nil) else {
            throw .credentials("the plugin gave only one of clientCertificateData and clientKeyData")
        }
        guard token != nil || certificate != nil else {
            throw .credentials("the plugin gave neither a token nor a certificate")
        }
        if let moment = status["expirationTimestamp"], !moment.isNull {
            guard let text = moment.text, let read = Timestamp(rfc3339: text) else {
                throw .credentials("the plugin's expirationTimestamp is no moment")
            }
            expires = read
        }
    }
}

extension ExecPlugin {
    /// Runs the plugin.
    ///
    /// - Parameters:
    ///   - configuration: the cluster that it makes credentials for.
    ///   - timeout: how long it may take.
    /// - Returns: what it gave.
    /// - Throws: `KubernetesError.credentials`.
    func run(for configuration: ClusterConfiguration, timeout: Duration) async throws(KubernetesError) -> ExecCredential
    {
        var run = ProgramRun(command: command, arguments: arguments)
        run.environment = environment.map { ($0.name, $0.value.value) }
        run.environment.append(("KUBERNETES_EXEC_INFO", info(configuration)))
        run.timeout = timeout
        let output: [UInt8]
        do throws(ProgramRun.Failure) { output = try await run.output() } catch {
            throw .credentials("plugin \(command): \(reason(error))")
        }
        return try ExecCredential(output, version: version)
    }

    private func reason(_ failure: ProgramRun.Failure) -> String {
        switch failure {
        case .cannotStart(let reason): "cannot be started: \(reason)" + (installHint.map { "; \($0)" } ?? "")
        case .exited(let status, let complaint): "ended with status \(status): \(complaint)"
        case .killed(let signal): "was ended by signal \(signal)"
        case .tooLong(let limit): "said more than \(limit) bytes"
        case .timedOut: "took too long"
        }
    }

    private func info(_ configuration: ClusterConfiguration) -> String {
        var writer = JSONWriter()
        writer.object { info in
            info.member("apiVersion", version.rawValue)
            info.member("kind", "ExecCredential")
            info.key("spec")
            info.object { spec in
                spec.key("interactive")
                spec.value(false)
                if providesClusterInfo {
                    spec.key("cluster")
                    spec.object { cluster in
                        cluster.member("server", configuration.server)
                        if let name = configuration.serverName { cluster.member("tls-server-name", name) }
                    }
                }
            }
        }
        return writer.text
    }
}

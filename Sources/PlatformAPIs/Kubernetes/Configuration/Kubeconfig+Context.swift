import SecurityEvents
import Yams

extension Kubeconfig {
    /// What is allowed that is refused otherwise.
    package struct Allowances: Sendable {
        /// Whether `insecure-skip-tls-verify` and `http://` are allowed.
        package var insecure = false

        /// Allows nothing.
        package init() {}
    }

    /// Makes what a context says.
    ///
    /// - Parameters:
    ///   - name: the context; nil for the current one.
    ///   - allowances: what is allowed that is refused otherwise.
    /// - Returns: how the cluster is reached.
    /// - Throws: `KubernetesError.configuration`, with what is missing or refused.
    package func configuration(
        context name: String? = nil, allowing allowances: Allowances = Allowances()
    ) throws(KubernetesError) -> ClusterConfiguration {
        let place = files.joined(separator: ", ")
        guard let name = name ?? currentContext else {
            throw .configuration("\(place): no current-context; name one of: \(Self.list(contexts.keys))")
        }
        guard let context = contexts[name] else {
            throw .configuration("\(place): no context \(name); there are: \(Self.list(contexts.keys))")
        }
        guard let clusterName = context.text("cluster"), let cluster = clusters[clusterName] else {
            throw .configuration("\(context.file): context \(name): no cluster \(context.text("cluster") ?? "named")")
        }
        var configuration = try Self.cluster(cluster, name: clusterName, allowances)
        configuration.origin = "\(name) in \(context.file)"
        if let userName = context.text("user") {
            guard let user = users[userName] else {
                throw .configuration("\(context.file): context \(name): no user \(userName)")
            }
            configuration.user = try Self.user(user, name: userName)
        }
        return configuration
    }

    private static func cluster(
        _ entry: Entry, name: String, _ allowances: Allowances
    ) throws(KubernetesError) -> ClusterConfiguration {
        let place = "\(entry.file): cluster \(name)"
        guard var server = entry.text("server") else { throw .configuration("\(place): no server") }
        while server.hasSuffix("/") { server.removeLast() }
        guard server.hasPrefix("https://") || (allowances.insecure && server.hasPrefix("http://")) else {
            throw .configuration("\(place): \(server): only https is spoken, so that the server proves who it is")
        }
        var made = ClusterConfiguration(server: server, origin: name)
        if entry.bool("insecure-skip-tls-verify") {
            guard allowances.insecure else {
                throw .configuration(
                    "\(place): insecure-skip-tls-verify is refused, as anybody could be the server; "
                        + "give certificate-authority, or allow it explicitly")
            }
            made.skipsVerification = true
        }
        made.authority = try material(entry, "certificate-authority", place)
        made.serverName = entry.text("tls-server-name")
        if let proxy = entry.text("proxy-url") { made.proxy = try self.proxy(proxy, place) }
        return made
    }

    private static func user(_ entry: Entry, name: String) throws(KubernetesError) -> ClusterUser {
        let place = "\(entry.file): user \(name)"
        if entry.text("username") != nil || entry.text("password") != nil {
            throw .configuration("\(place): basic authentication is refused: no API server since 1.19 takes it")
        }
        if entry.node["auth-provider"] != nil {
            throw .configuration("\(place): auth-provider was removed in Kubernetes 1.26; use exec")
        }
        for key in ["as", "as-uid", "as-groups", "as-user-extra"] where entry.node[key] != nil {
            throw .configuration("\(place): impersonation (\(key)) is not done; give the user's own credentials")
        }
        var user = ClusterUser()
        user.token = entry.text("token").map { Secret(value: $0) }
        user.tokenFile = entry.text("tokenFile").map(entry.resolved)
        user.certificate = try material(entry, "client-certificate", place)
        user.key = try material(entry, "client-key", place)
        guard (user.certificate == nil) == (user.key == nil) else {
            throw .configuration("\(place): client-certificate and client-key belong together")
        }
        if let exec = entry.node["exec"] { user.plugin = try plugin(Entry(node: exec, file: entry.file), place) }
        return user
    }

    /// Data that stand in the file come before those of a file, as with `kubectl`.
    private static func material(
        _ entry: Entry, _ key: String, _ place: String
    ) throws(KubernetesError) -> ClusterConfiguration.Material? {
        if let data = entry.text(key + "-data") {
            guard let bytes = Base64.decode(data.utf8.filter { $0 != UInt8(ascii: " ") }) else {
                throw .configuration("\(place): \(key)-data is no base64")
            }
            return .inline(bytes)
        }
        return entry.text(key).map { .file(entry.resolved($0)) }
    }

    private static func list(_ names: some Sequence<String>) -> String {
        let sorted = names.sorted()
        return sorted.isEmpty ? "none" : sorted.joined(separator: ", ")
    }
}

// MARK: - Plugins and proxies

extension Kubeconfig {
    private static func plugin(_ entry: Entry, _ place: String) throws(KubernetesError) -> ExecPlugin {
        guard let spelled = entry.text("apiVersion"), let version = ExecPlugin.Version(rawValue: spelled) else {
            let known = ExecPlugin.Version.allCases.map(\.rawValue).joined(separator: ", ")
            throw .configuration(
                "\(place): exec: apiVersion \(entry.text("apiVersion") ?? "is missing"); known are \(known)")
        }
        guard let command = entry.text("command") else { throw .configuration("\(place): exec: no command") }
        guard entry.text("interactiveMode") != "Always" else {
            throw .configuration("\(place): exec: interactiveMode Always: there is nobody to ask")
        }
        var plugin = ExecPlugin(version: version, command: command.contains("/") ? entry.resolved(command) : command)
        plugin.arguments = entry.node["args"]?.array().compactMap(\.string) ?? []
        plugin.environment = (entry.node["env"]?.array() ?? []).compactMap { item in
            guard let name = item["name"]?.string, let value = item["value"]?.string else { return nil }
            return (name, Secret(value: value))
        }
        plugin.installHint = entry.text("installHint")
        plugin.providesClusterInfo = entry.bool("provideClusterInfo")
        return plugin
    }

    private static func proxy(_ url: String, _ place: String) throws(KubernetesError)
        -> ClusterConfiguration.ProxyAddress
    {
        let kinds: [(String, ClusterConfiguration.ProxyAddress.Kind, Int)] = [
            ("http://", .http, 80), ("socks5://", .socks5, 1080),
        ]
        for (scheme, kind, usual) in kinds where url.hasPrefix(scheme) {
            var rest = url.dropFirst(scheme.count)
            if rest.hasSuffix("/") { rest.removeLast() }
            guard !rest.contains("@"), !rest.contains("/") else { break }
            // An IPv6 address stands in brackets, so the last colon outside of them is the port's.
            let colon = rest.lastIndex(of: ":").flatMap { rest[$0...].contains("]") ? nil : $0 }
            let host = rest[..<(colon ?? rest.endIndex)].filter { $0 != "[" && $0 != "]" }
            let port = colon.map { Int(rest[rest.index(after: $0)...]) } ?? usual
            guard let port, (1...65535).contains(port), !host.isEmpty else { break }
            return ClusterConfiguration.ProxyAddress(kind: kind, host: String(host), port: port)
        }
        throw .configuration(
            "\(place): proxy-url: only http://host:port and socks5://host:port are spoken, without a password")
    }
}

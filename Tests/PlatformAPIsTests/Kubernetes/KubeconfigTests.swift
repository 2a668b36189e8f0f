import TestSupport
import Testing

@testable import PlatformAPIs

@Suite("Kubeconfig")
struct KubeconfigTests {
    static let usual = """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "https://10.0.0.1:6443/", certificate-authority: pki/ca.crt}}]
        users: [{name: u, user: {token: abc}}]
        contexts: [{name: x, context: {cluster: c, user: u}}, {name: y, context: {cluster: none, user: u}}]
        current-context: x
        """

    func read(_ texts: [String], context: String? = nil, insecure: Bool = false) throws -> ClusterConfiguration {
        let folder = try ScratchFolder()
        let files = try texts.enumerated().map { try folder.write("config\($0.offset)", $0.element.utf8) }
        var allowances = Kubeconfig.Allowances()
        allowances.insecure = insecure
        return try Kubeconfig(files: files, requiresAll: true).configuration(context: context, allowing: allowances)
    }

    @Test("the current context says where the server is")
    func current() throws {
        let configuration = try read([Self.usual])
        #expect(configuration.server == "https://10.0.0.1:6443")
        #expect(configuration.origin.hasPrefix("x in /"))
    }

    @Test("of several files, the first to name something counts")
    func merging() throws {
        let second = """
            clusters: [{name: c, cluster: {server: "https://wrong"}}, {name: d, cluster: {server: "https://d"}}]
            contexts: [{name: x, context: {cluster: d}}, {name: z, context: {cluster: d, user: u}}]
            current-context: z
            """
        #expect(try read([Self.usual, second]).server == "https://10.0.0.1:6443")
        #expect(try read([Self.usual, second], context: "z").server == "https://d")
        #expect(try read([second, Self.usual]).server == "https://d")
    }

    /// A change of the usual file, and a part of what is said about it.
    static let refusals: [(change: (String, String), reason: String)] = [
        (("current-context: x", ""), "no current-context; name one of: x, y"),
        (("current-context: x", "current-context: q"), "no context q; there are: x, y"),
        (("current-context: x", "current-context: y"), "context y: no cluster none"),
        (("{token: abc}", "{username: a, password: b}"), "basic authentication is refused"),
        (("{token: abc}", "{auth-provider: {name: gcp}}"), "auth-provider was removed"),
        (("{token: abc}", "{as: somebody}"), "impersonation (as) is not done"),
        (("{token: abc}", "{client-certificate: a.crt}"), "client-certificate and client-key belong together"),
        (("{token: abc}", "{client-key-data: '*', client-certificate: a}"), "client-key-data is no base64"),
        (("{token: abc}", "{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: a}}"), "known are"),
        (("{token: abc}", "{exec: {apiVersion: client.authentication.k8s.io/v1}}"), "exec: no command"),
        (
            (
                "{token: abc}",
                "{exec: {apiVersion: client.authentication.k8s.io/v1, command: a, interactiveMode: Always}}"
            ),
            "there is nobody to ask"
        ),
        (
            ("certificate-authority: pki/ca.crt", "insecure-skip-tls-verify: true"),
            "insecure-skip-tls-verify is refused"
        ),
        (("https://10.0.0.1:6443/", "http://10.0.0.1"), "only https is spoken"),
        (("certificate-authority: pki/ca.crt", "proxy-url: 'ftp://x'"), "only http://host:port and socks5"),
        (("certificate-authority: pki/ca.crt", "proxy-url: 'http://user:pass@x:1'"), "without a password"),
        (("users: [", "users: &a ["), "anchors and aliases are not read"),
        (("contexts: [", "contexts: [["), ""),
    ]

    @Test("what is missing, wrong or not done is said", arguments: refusals.indices)
    func refused(index: Int) throws {
        let (change, reason) = Self.refusals[index]
        let text = Self.usual.replacing(change.0, with: change.1)
        try #require(text != Self.usual)
        do {
            _ = try read([text])
            Issue.record("it was not refused")
        } catch let error as KubernetesError {
            #expect("\(error)".contains(reason), "\(error)")
        }
    }

    @Test(
        "skipping verification has to be allowed",
        arguments: [
            ("certificate-authority: pki/ca.crt", "insecure-skip-tls-verify: true"),
            ("https://10.0.0.1:6443/", "http://10.0.0.1:6443"),
        ])
    func insecure(change: (String, String)) throws {
        let configuration = try read([Self.usual.replacing(change.0, with: change.1)], insecure: true)
        #expect(configuration.server.hasSuffix("://10.0.0.1:6443"))
    }

    @Test(
        "proxies are read",
        arguments: [
            ("http://proxy:3128", ClusterConfiguration.ProxyAddress(kind: .http, host: "proxy", port: 3128)),
            ("http://proxy/", .init(kind: .http, host: "proxy", port: 80)),
            ("socks5://[::1]:9", .init(kind: .socks5, host: "::1", port: 9)),
            ("socks5://[::1]", .init(kind: .socks5, host: "::1", port: 1080)),
        ])
    func proxies(url: String, address: ClusterConfiguration.ProxyAddress) throws {
        let text = Self.usual.replacing("certificate-authority: pki/ca.crt", with: "proxy-url: '\(url)'")
        #expect(try read([text]).proxy == address)
    }

    @Test("a named file comes first, then KUBECONFIG, then the home folder's, then the Pod's own")
    func discovery() throws {
        let folder = try ScratchFolder()
        func write(_ name: String, _ server: String) throws -> String {
            try folder.write(name, Self.usual.replacing("https://10.0.0.1:6443/", with: server).utf8)
        }
        let named = try write("named", "https://named")
        let listed = try write("listed", "https://listed")
        let token = "/var/run/secrets/kubernetes.io/serviceaccount/token"
        var environment = [
            "KUBECONFIG": "/absent:\(listed)", "HOME": "/home", "KUBERNETES_SERVICE_HOST": "fd00::1",
            "KUBERNETES_SERVICE_PORT": "443",
        ]
        var present: Set = [named, listed, token]
        func server(_ file: String? = nil) throws -> String? {
            try ClusterConfiguration.discovered(
                file: file, environment: { environment[$0] }, exists: { present.contains($0) })?.server
        }
        #expect(try server(named) == "https://named")
        #expect(try server() == "https://listed")
        present.remove(listed)
        #expect(throws: KubernetesError.self) { try server() }
        environment["KUBECONFIG"] = nil
        #expect(try server() == "https://[fd00::1]:443")
        present.remove(token)
        #expect(try server() == nil)
    }
}

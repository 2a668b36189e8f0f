/// How a cluster's API server is reached and who one is there.
package struct ClusterConfiguration: Sendable {
    /// The API server, `https://host:port/prefix`, without a slash at the end.
    package var server: String
    /// Where this comes from, for a person: `lab in /root/.kube/config`, `this Pod`.
    package var origin: String
    /// The certificates that the server's has to be signed by; nil for those that the system trusts.
    var authority: Material?
    /// The name that the server's certificate has to be for; nil for the server's own.
    package var serverName: String?
    /// Whether the server's certificate is not looked at; only where somebody has allowed it.
    package var skipsVerification = false
    /// The proxy to go through.
    package var proxy: ProxyAddress?
    /// Who one is.
    var user = ClusterUser()

    /// Bytes that stand in the configuration, or in a file that may be written anew.
    enum Material: Sendable, Equatable {
        case inline([UInt8])
        case file(String)
    }

    /// A proxy that connections go through.
    package struct ProxyAddress: Sendable, Equatable {
        /// The protocols that are spoken with proxies.
        package enum Kind: Sendable { case http, socks5 }

        /// The protocol.
        package var kind: Kind
        /// The proxy's name or address.
        package var host: String
        /// The proxy's port.
        package var port: Int
    }
}

/// Who one is at a cluster, by what the configuration says.
struct ClusterUser: Sendable {
    /// A bearer token.
    var token: Secret?
    /// A file with a bearer token, which is written anew from time to time; it comes before the token.
    var tokenFile: String?
    /// A client certificate and its chain, PEM.
    var certificate: ClusterConfiguration.Material?
    /// The certificate's key, PEM.
    var key: ClusterConfiguration.Material?
    /// A program that gives out a token or a certificate.
    var plugin: ExecPlugin?
}

/// A text that is never printed.
struct Secret: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// The text itself.
    let value: String

    var description: String { "(secret)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// A program that gives out credentials (client.authentication.k8s.io).
struct ExecPlugin: Sendable, Equatable {
    /// The versions of the interface that are spoken.
    enum Version: String, Sendable, CaseIterable {
        case v1 = "client.authentication.k8s.io/v1"
        case v1beta1 = "client.authentication.k8s.io/v1beta1"
    }

    var version: Version
    var command: String
    var arguments: [String] = []
    var environment: [(name: String, value: Secret)] = []
    var installHint: String?
    var providesClusterInfo = false

    static func == (left: ExecPlugin, right: ExecPlugin) -> Bool {
        left.version == right.version && left.command == right.command && left.arguments == right.arguments
            && left.installHint == right.installHint && left.providesClusterInfo == right.providesClusterInfo
            && left.environment.elementsEqual(right.environment) { $0 == $1 }
    }
}

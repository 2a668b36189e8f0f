import ArgumentParser
import Foundation
import KubernetesGate
import Reports

/// `tallyman gate manifests`.
struct GateManifestsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifests",
        abstract: "Print what a Kubernetes cluster has to be told so that it asks the gate.",
        discussion: """
            Examples:
              tallyman gate manifests --service tallyman/tallyman-gate --form install | kubectl apply -f -
              tallyman gate manifests --url https://gate.example.com:8443/admit --ca-bundle /var/lib/tallyman/gate/ca.crt
              tallyman gate manifests --form static --url https://127.0.0.1:8443/admit --ca-bundle ca.crt
            """)

    @Option(
        help: ArgumentHelp(
            "The Service that leads to the gate; its namespace is never asked about, so that the gate can start.",
            valueName: "namespace/name[:port]"))
    var service: String?

    @Option(
        help: ArgumentHelp(
            "The gate's address, for one outside the cluster or beside the API server; without a path, /admit is added.",
            valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp(
            "api is a ValidatingWebhookConfiguration; static is one for the API server's own disk (Kubernetes 1.36 and later), which guards admission configurations too; install has the Deployment and its rights as well."
        ))
    var form = GateManifests.Form.api

    @Option(help: "What becomes of requests while the gate is out of reach: Fail or Ignore.")
    var failurePolicy = GateManifests.FailurePolicy.fail

    @Option(help: ArgumentHelp("How long the API server waits, in seconds, 1 to 30.", valueName: "seconds"))
    var timeout = 5

    @Option(
        help: ArgumentHelp(
            "The certificates that the API server trusts, PEM. Default: the gate puts its own there.", valueName: "file"
        ), completion: .file())
    var caBundle: String?

    @Option(help: ArgumentHelp("What the webhook configuration is called.", valueName: "name"))
    var name = "tallyman-gate"

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("A namespace that is left out, by its name. May be given again.", valueName: "namespace"))
    var excludeNamespace: [String] = []

    @Option(
        help: ArgumentHelp(
            "The gate's own account. Default: the service account tallyman-gate of the Service's namespace.",
            valueName: "user"))
    var account: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "An API group whose resources embed Pods; in the place of the usual ones. May be given again.",
            valueName: "group"))
    var customGroup: [String] = []

    @Flag(help: "Write no matchConditions, which Kubernetes before 1.28 does not know.")
    var noMatchConditions = false

    @Option(help: ArgumentHelp("The image that the installation runs.", valueName: "image"))
    var image = "tallyman:latest"

    func validate() throws {
        guard (service == nil) != (url == nil) else { throw ValidationError("give --service or --url") }
        if let service, Self.target(service) == nil {
            throw ValidationError("--service \(service): is no namespace/name or namespace/name:port")
        }
        if let url, !url.hasPrefix("https://") {
            throw ValidationError("--url \(url): an API server asks over https only")
        }
        if form == .staticManifest, url == nil {
            throw ValidationError("a static manifest takes a --url only: Services are not known yet when it is read")
        }
        if form == .install, service == nil { throw ValidationError("the installation needs --service") }
        if url != nil, caBundle == nil, form == .staticManifest {
            throw ValidationError("a static manifest needs --ca-bundle: nobody can put it there later")
        }
        guard (1...30).contains(timeout) else { throw ValidationError("--timeout is from 1 to 30") }
    }

    func run() throws {
        var target = GateManifests.Target.address(url ?? "")
        if let service, let found = Self.target(service) { target = found }
        var manifests = GateManifests(target: target)
        manifests.name = name
        manifests.failurePolicy = failurePolicy
        manifests.timeoutSeconds = timeout
        manifests.hasMatchConditions = !noMatchConditions
        manifests.image = image
        manifests.excludedNamespaces = excludeNamespace
        manifests.account = account
        if !customGroup.isEmpty { manifests.customGroups = customGroup }
        if case .service(let namespace, _, _) = target {
            if !manifests.excludedNamespaces.contains(namespace) {
                manifests.excludedNamespaces.insert(namespace, at: 0)
            }
            manifests.account = account ?? "system:serviceaccount:\(namespace):tallyman-gate"
        }
        if let caBundle {
            guard let data = FileManager.default.contents(atPath: caBundle), data.count < 1 << 20,
                String(decoding: data, as: UTF8.self).contains("BEGIN CERTIFICATE")
            else {
                Terminal.standardError.write("tallyman: \(visible(caBundle)): no PEM certificate can be read\n")
                throw ExitStatus.couldNotWork
            }
            manifests.bundle = String(decoding: data, as: UTF8.self)
        }
        Terminal.standardOutput.write(manifests.text(form))
    }

    private static func target(_ text: String) -> GateManifests.Target? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        let named = parts[1].split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
        guard let name = named.first, !name.isEmpty, named.count <= 2 else { return nil }
        guard named.count == 2 else { return .service(namespace: parts[0], name: name, port: 443) }
        return Int(named[1]).map { .service(namespace: parts[0], name: name, port: $0) }
    }
}

extension GateManifests.Form: ExpressibleByArgument {}
extension GateManifests.FailurePolicy: ExpressibleByArgument {}

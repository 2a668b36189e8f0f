internal import JSONView

/// Tells whether a command reads credentials, by the places that keep them.
///
/// Writing such a file, or seeing to its folder and rights, gives nobody a credential: `cat > ~/.kube/config` is how a job
/// is given its own.
enum CredentialRead {
    /// Those with which one acts against the cluster or as its nodes: tokens, the administrators' and the kubelet's files.
    static func ofCluster(_ text: JSONText) -> Bool { reads(text, cluster) }

    /// Those of the cluster, its store of secrets, keys, password hashes, a cloud's credentials and the environment of other
    /// processes.
    static func any(_ text: JSONText) -> Bool {
        reads(text, cluster) || reads(text, others) || readsEnvironment(text) || readsStore(text)
    }

    private static let cluster: [StaticString] = [
        "/run/secrets/kubernetes.io", "/run/secrets/eks.amazonaws.com", "/run/secrets/azure",
        "/etc/kubernetes/admin.conf",
        "/etc/kubernetes/pki", "/var/lib/kubelet/pki", "/var/lib/kubelet/kubeconfig", ".kube/config",
        // What the node itself may do in its cloud.
        "iam/security-credentials", "service-accounts/default/token", "metadata/identity/oauth2",
    ]
    private static let others: [StaticString] = [
        "/.ssh/id_", "/etc/shadow", "/etc/gshadow", ".aws/credentials", "/.docker/config.json", "/.dockerconfigjson",
        "/.dockercfg",
        "169.254.169.254",
        "metadata.google.internal",
    ]

    /// All places.
    static let places = cluster + others
    private static let placeNames = places.map { "\($0)" }

    /// Whether a word names a place that keeps credentials.
    static func isPlace(_ word: String) -> Bool { placeNames.contains { word.contains($0) } }

    /// Whether a command reads such a place.
    static func isRead(by command: ShellScript.Command) -> Bool {
        read(by: command).contains(where: isPlace) || readsStore(command)
    }

    /// Literals of which one stands in every text that reads the cluster's store of secrets.
    static let stores: [StaticString] = ["kubectl", "etcdctl"]

    private static func readsStore(_ text: JSONText) -> Bool {
        text.contains(anyOf: stores) && ShellScript(text).allCommands.contains(where: readsStore)
    }

    /// `kubectl get secrets -o yaml`, `etcdctl get / --prefix`.
    private static func readsStore(_ command: ShellScript.Command) -> Bool {
        let operands = command.operands
        guard operands.contains("get") else { return false }
        if command.program == "etcdctl" {
            return operands.contains { $0 == "/" || $0.hasPrefix("/registry/secrets") || $0 == "" }
        }
        guard command.program == "kubectl" else { return false }
        // Names alone are no credentials, and one secret by its name is what a job was given it for.
        let shows = operands.contains { word in
            ["json", "yaml", "template", "go-template"].contains { format in
                ["", "-o", "-o=", "--output="].contains { word.hasPrefix($0 + format) }
            }
        }
        let kinds = operands.firstIndex { word in
            word.split(separator: ",").contains { $0 == "secret" || $0 == "secrets" }
        }
        guard shows, let kinds else { return false }
        let next = operands.index(after: kinds)
        return next == operands.endIndex || operands[next].hasPrefix("-")
    }

    private static func reads(_ text: JSONText, _ places: [StaticString]) -> Bool {
        guard text.contains(anyOf: places) else { return false }
        let names = places.map { "\($0)" }
        return ShellScript(text).allCommands.contains { command in
            read(by: command).contains { word in names.contains { word.contains($0) } }
        }
    }

    /// `/proc/1/environ`, `/proc/*/environ`: of other processes, not of its own.
    private static func readsEnvironment(_ text: JSONText) -> Bool {
        guard text.contains("/environ"), text.contains("/proc/") else { return false }
        return ShellScript(text).allCommands.contains { command in
            read(by: command).contains { word in
                let parts = word.split(separator: "/", omittingEmptySubsequences: true)
                return parts.indices.contains { at in
                    guard at + 2 < parts.count, parts[at].hasSuffix("proc"), parts[at + 2].hasPrefix("environ") else {
                        return false
                    }
                    return parts[at + 1].allSatisfy { $0.isNumber || $0 == "*" }
                }
            }
        }
    }

    private static let healthQuestions: Set<String> = ["endpoint", "member", "alarm", "check"]

    /// What of a command's words it may read.
    static func read(by command: ShellScript.Command) -> [String] {
        var words = Array(command.words)
        switch command.program {
        // What `sh -c` is given is looked at by itself.
        case let program
        where Interpreters.isShell(program) && !command.inner.isEmpty
            && command.operands.contains(where: Interpreters.isCommandOption):
            words = []
        case "mkdir", "touch", "chmod", "chown", "rm", "tee", "truncate", "test", "[", "[[": words = []
        // A look at the health of the store with its own keys; to read or write what is in it is another matter.
        case "etcdctl" where !healthQuestions.isDisjoint(with: command.operands): words = []
        case "cp", "mv", "install", "ln":
            if command.operands.count(where: { !$0.hasPrefix("-") }) > 1 { words.removeLast() }
        default: break
        }
        return words + command.inputs
    }
}

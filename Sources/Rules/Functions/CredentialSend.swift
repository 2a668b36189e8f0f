internal import JSONView

/// Tells whether a command sends credentials away.
///
/// A token or key that is uploaded, piped into a connection or put into a request to somewhere that is not the cluster
/// itself. To log in at the API server, or at a service of the cluster, with one's own token is what tokens are for.
enum CredentialSend {
    /// Literals of which one stands in every text that does so.
    static let signs = CredentialRead.places + CredentialRead.stores

    static func judge(_ text: JSONText) -> Bool {
        guard text.contains(anyOf: signs) else { return false }
        return ShellScript(text.prefix(ShellScript.sizeLimit)).allPipelines.contains(where: sends)
    }

    private static func sends(_ pipeline: ShellScript.Pipeline) -> Bool {
        var isRead = false
        for command in pipeline.commands {
            if uploads(command) || substitutes(command) { return true }
            if isRead, takesInput(command), !staysInside(command) { return true }
            if CredentialRead.isRead(by: command) || command.inner.contains(where: readsAny) {
                if command.outputs.contains(where: { $0.hasPrefix("/dev/tcp/") || $0.hasPrefix("/dev/udp/") }) {
                    return true
                }
                isRead = true
            }
        }
        return false
    }

    private static func readsAny(_ script: ShellScript) -> Bool {
        script.allCommands.contains(where: CredentialRead.isRead)
    }

    private static let connectors: Set<String> = ["nc", "ncat", "netcat", "socat", "telnet"]
    private static let uploadOptions: Set<String> = [
        "-T", "--upload-file", "-F", "--form", "-d", "--data", "--data-binary", "--data-raw", "--data-ascii",
        "--data-urlencode", "--post-file", "--body-file", "--json",
    ]

    /// `curl -T FILE`, `curl -d @FILE`, `wget --post-file=FILE`, `nc HOST < FILE`, `scp FILE HOST:`.
    private static func uploads(_ command: ShellScript.Command) -> Bool {
        if staysInside(command) { return false }
        let program = command.program
        if connectors.contains(program) { return command.inputs.contains(where: CredentialRead.isPlace) }
        guard DownloadAndRun.isFetcher(program) else { return false }
        let operands = Array(command.operands)
        if ["scp", "rsync", "sftp"].contains(program) {
            return operands.count > 1 && operands.dropLast().contains(where: CredentialRead.isPlace)
                && operands.last?.contains(":") == true
        }
        return operands.indices.contains { at in
            guard CredentialRead.isPlace(operands[at]) else { return false }
            if at > 0, uploadOptions.contains(operands[at - 1]) { return true }
            return uploadOptions.contains {
                operands[at].hasPrefix($0 + "=") || ($0.count == 2 && operands[at].hasPrefix($0))
            }
        }
    }

    /// `curl -H "X: $(cat FILE)" http://…`: what was read is a part of a request to an address outside.
    private static func substitutes(_ command: ShellScript.Command) -> Bool {
        guard DownloadAndRun.isFetcher(command.program), command.inner.contains(where: readsAny) else { return false }
        return command.operands.contains(where: isOutside)
    }

    /// Whether a command sends what it is given on its standard input.
    private static func takesInput(_ command: ShellScript.Command) -> Bool {
        let program = command.program
        if connectors.contains(program) { return true }
        if program == "openssl" { return command.operands.first == "s_client" }
        if program == "ssh" { return true }
        guard DownloadAndRun.isFetcher(program) else { return false }
        return command.operands.contains {
            $0 == "-" || $0 == "@-" || $0.hasSuffix("=@-") || $0 == "--post-file=-" || $0.hasSuffix("/dev/stdin")
        }
    }

    /// Whether the other side is the cluster's or the container itself.
    private static func staysInside(_ command: ShellScript.Command) -> Bool {
        command.operands.contains { word in
            ["kubernetes.default", "KUBERNETES_SERVICE", "APISERVER", "localhost", "127.0.0.1", ".svc"].contains {
                word.contains($0)
            }
        }
    }

    /// Whether a word is an address with a bare public number, or without encryption and of another domain.
    private static func isOutside(_ word: String) -> Bool {
        guard let scheme = word.utf8.firstIndex(of: UInt8(ascii: ":")), word[scheme...].hasPrefix("://") else {
            return false
        }
        let host = word[word.utf8.index(scheme, offsetBy: 3)...].prefix { !"/:?#".contains($0) }
        let labels = host.split(separator: ".")
        if labels.count == 4, labels.allSatisfy({ UInt8($0) != nil }) {
            return isPublic(labels.compactMap { UInt8($0) })
        }
        return word.hasPrefix("http://") && labels.count > 1
            && !["local", "svc", "internal", "lan"].contains(labels.last)
    }

    private static func isPublic(_ number: [UInt8]) -> Bool {
        switch (number[0], number[1]) {
        case (10, _), (127, _), (0, _), (192, 168), (169, 254), (172, 16...31): false
        default: true
        }
    }
}

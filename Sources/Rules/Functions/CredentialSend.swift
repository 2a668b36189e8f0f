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
        return Sending(isPlace: CredentialRead.isPlace, isRead: CredentialRead.isRead)
            .isDone(by: ShellScript(text.prefix(ShellScript.sizeLimit)))
    }

    /// Literals of which one stands in every text that sends a file.
    static let fileSigns: [StaticString] = [
        "curl", "wget", "fetch", "scp ", "rsync ", "sftp", "lftp", "ssh ", "nc ", "ncat ", "netcat ", "socat ",
        "telnet ",
        "s_client", "/dev/tcp/", "/dev/udp/",
    ]

    /// Whether a command sends a file, or what it reads of one, to a bare public number.
    ///
    /// Names may be anybody's: programs log in at services of their own with what they were given for that.
    static func sendsFile(_ text: JSONText) -> Bool { sendsFile(text) { $0.hasPrefix("/") } }

    /// The same of files of which a test is true.
    static func sendsFile(_ text: JSONText, where isPlace: @escaping (String) -> Bool) -> Bool {
        guard text.contains(anyOf: fileSigns) else { return false }
        let script = ShellScript(text.prefix(ShellScript.sizeLimit))
        guard script.allCommands.contains(where: { ($0.operands + $0.outputs).contains(where: isPublicNumber) }) else {
            return false
        }
        let sending = Sending(isPlace: isPlace) { command in
            // A program's own path is no file that it reads.
            CredentialRead.read(by: command).contains { $0 != command.words.first && isPlace($0) }
        }
        return sending.isDone(by: script)
    }

    /// `203.0.113.9`, `http://203.0.113.9:80/x`, `root@203.0.113.9:/x`, `/dev/tcp/203.0.113.9/443`.
    private static func isPublicNumber(_ word: String) -> Bool {
        word.split { "/@:".contains($0) }.prefix(5).contains { part in
            String(part).withText(Addresses.isPublicNumber)
        }
    }
}

/// What it is to send files: which ones, and who reads them.
private struct Sending {
    let isPlace: (String) -> Bool
    let isRead: (ShellScript.Command) -> Bool

    func isDone(by script: ShellScript) -> Bool { script.allPipelines.contains(where: sends) }

    private func sends(_ pipeline: ShellScript.Pipeline) -> Bool {
        var isRead = false
        for command in pipeline.commands {
            if uploads(command) || substitutes(command) { return true }
            if isRead, takesInput(command), !staysInside(command) { return true }
            if self.isRead(command) || command.inner.contains(where: readsAny) {
                if command.outputs.contains(where: { $0.hasPrefix("/dev/tcp/") || $0.hasPrefix("/dev/udp/") }) {
                    return true
                }
                isRead = true
            }
        }
        return false
    }

    private func readsAny(_ script: ShellScript) -> Bool {
        script.allCommands.contains(where: isRead)
    }

    private static let connectors: Set<String> = ["nc", "ncat", "netcat", "socat", "telnet"]
    private static let uploadOptions: Set<String> = [
        "-T", "--upload-file", "-F", "--form", "-d", "--data", "--data-binary", "--data-raw", "--data-ascii",
        "--data-urlencode", "--post-file", "--body-file", "--json",
    ]

    /// `curl -T FILE`, `curl -d @FILE`, `wget --post-file=FILE`, `nc HOST < FILE`, `scp FILE HOST:`.
    private func uploads(_ command: ShellScript.Command) -> Bool {
        if staysInside(command) { return false }
        let program = command.program
        if Self.connectors.contains(program) { return command.inputs.contains(where: isPlace) }
        guard DownloadAndRun.isFetcher(program) else { return false }
        let operands = Array(command.operands)
        if ["scp", "rsync", "sftp"].contains(program) {
            return operands.count > 1 && operands.dropLast().contains(where: isPlace)
                && operands.last?.contains(":") == true
        }
        return operands.indices.contains { at in
            guard isPlace(operands[at]) || isPlace(Self.file(in: operands[at])) else { return false }
            if at > 0, Self.uploadOptions.contains(operands[at - 1]) { return true }
            return Self.uploadOptions.contains {
                operands[at].hasPrefix($0 + "=") || ($0.count == 2 && operands[at].hasPrefix($0))
            }
        }
    }

    /// The file in `@FILE`, `name=@FILE`, `--post-file=FILE`.
    private static func file(in word: String) -> String {
        guard let mark = word.lastIndex(of: "@") ?? word.firstIndex(of: "=") else { return word }
        return String(word[word.index(after: mark)...])
    }

    /// `curl -H "X: $(cat FILE)" http://…`: what was read is a part of a request to an address outside.
    private func substitutes(_ command: ShellScript.Command) -> Bool {
        guard DownloadAndRun.isFetcher(command.program), command.inner.contains(where: readsAny) else { return false }
        return command.operands.contains(where: isOutside)
    }

    /// Whether a command sends what it is given on its standard input.
    private func takesInput(_ command: ShellScript.Command) -> Bool {
        let program = command.program
        if Self.connectors.contains(program) { return true }
        if program == "openssl" { return command.operands.first == "s_client" }
        if program == "ssh" { return true }
        guard DownloadAndRun.isFetcher(program) else { return false }
        return command.operands.contains {
            $0 == "-" || $0 == "@-" || $0.hasSuffix("=@-") || $0 == "--post-file=-" || $0.hasSuffix("/dev/stdin")
        }
    }

    /// Whether the other side is the cluster's or the container itself.
    private func staysInside(_ command: ShellScript.Command) -> Bool {
        command.operands.contains { word in
            ["kubernetes.default", "KUBERNETES_SERVICE", "APISERVER", "localhost", "127.0.0.1", ".svc"].contains {
                word.contains($0)
            }
        }
    }

    /// Whether a word is an address with a bare public number, or without encryption and of another domain.
    private func isOutside(_ word: String) -> Bool {
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

    private func isPublic(_ number: [UInt8]) -> Bool {
        switch (number[0], number[1]) {
        case (10, _), (127, _), (0, _), (192, 168), (169, 254), (172, 16...31): false
        default: true
        }
    }
}

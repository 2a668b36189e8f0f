internal import JSONView

/// Tells whether a command fetches something and runs it.
///
/// Judged by what flows where: the output of a fetch piped or substituted into an interpreter, or the file it was saved
/// to run later in the same script. Fetching alone, or piping into a reader such as `jq`, is no match.
enum DownloadAndRun {
    static func judge(_ text: JSONText) -> Bool {
        guard text.count > 8, text.contains(anyOf: signs) else { return false }
        if inOneLanguage(text) || inOneScript(text) { return true }
        return LanguageLiterals.anyCommand(in: text.prefix(ShellScript.sizeLimit), inOneScript)
    }

    private static func inOneScript(_ text: JSONText) -> Bool {
        let script = ShellScript(text)
        let pipelines = script.allPipelines
        let commands = script.allCommands
        return pipelines.contains(where: fetchedIntoInterpreter) || commands.contains(where: runsSubstituted)
            || commands.contains(where: runsAddress) || savedThenRun(pipelines) || readsConnection(pipelines)
            || pipelines.contains(where: leavesScript) || KeptOutput.isRun(pipelines, isFetch)
    }

    static func isFetcher(_ program: String) -> Bool { fetchers.contains(program) }

    /// Literals of which one stands in every text that fetches something.
    static let signs: [StaticString] = [
        "://", "curl", "wget", "fetch", "/dev/tcp/", "aria2c", "urlopen", "tftp", "ftpget", "scp ", "rsync ", "lwp-",
        "axel ", "Invoke-WebRequest", "iwr ", "socket.http", "http.get(", "ssh ",
    ]

    private static let fetchers: Set<String> = [
        "curl", "wget", "fetch", "aria2c", "axel", "lwp-download", "lwp-request", "GET", "http", "https", "wget2",
        "curlie", "ftp", "tftp", "lftp", "scp", "sftp", "rsync", "lynx", "links", "w3m", "ncftpget", "wcurl",
        "ftpget", "certutil", "bitsadmin",
    ]

    static func isFetch(_ command: ShellScript.Command) -> Bool {
        let program = command.program
        if fetchers.contains(program) || program == "ssh" { return true }
        // A renamed fetcher still has its address; an interpreter with a one-liner may fetch too.
        let hasAddress = command.operands.contains { isAddress($0) }
        if hasAddress, !harmless.contains(program) { return true }
        return command.inputs.contains { $0.hasPrefix("/dev/tcp/") }
    }

    /// Programs whose operand may be an address without being fetched and passed on.
    private static let harmless: Set<String> = [
        "echo", "printf", "git", "helm", "kubectl", "docker", "pip", "pip3", "npm", "yarn", "export", "test", "[",
        "grep", "sed", "awk", "apt-get", "apk", "yum", "dnf", "cat",
    ]

    private static func isAddress(_ word: String) -> Bool {
        word.withText { text in
            guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > 1, colon < 6 else { return false }
            let rest = text.dropFirst(colon)
            guard rest.hasPrefix("://"), rest.count > 4 else { return false }
            let scheme = text.prefix(colon)
            return scheme == "http" || scheme == "https" || scheme == "ftp" || scheme == "ftps" || scheme == "tftp"
        }
    }

    private static func fetchedIntoInterpreter(_ pipeline: ShellScript.Pipeline) -> Bool {
        guard let fetch = pipeline.commands.firstIndex(where: { isFetch($0) || $0.inner.contains(where: fetches) })
        else {
            return false
        }
        return pipeline.commands[(fetch + 1)...].contains(where: Interpreters.runsInput)
    }

    private static func fetches(_ script: ShellScript) -> Bool { script.allCommands.contains(where: isFetch) }

    /// `sh -c "$(curl …)"`, `eval $(…)`, `bash <(curl …)`, `$(curl …)` as a command.
    private static func runsSubstituted(_ command: ShellScript.Command) -> Bool {
        guard command.inner.contains(where: fetches) else { return false }
        let program = command.program
        if program == "$()" { return true }
        if command.words.contains("eval") { return command.words.contains { $0.contains("$()") } }
        if program == "." || program == "source" {
            return command.readsProcess || Interpreters.runsHereString(command)
        }
        guard Interpreters.isInterpreter(program) else { return false }
        if command.readsProcess || Interpreters.runsHereString(command) { return true }
        let evaluates = command.operands.contains {
            Interpreters.isCommandOption($0) || $0 == "-e" || $0 == "-r" || $0 == "--eval"
        }
        // The operand must be the fetched text itself, not a script with a fetch somewhere inside.
        return evaluates && command.operands.contains { $0.hasPrefix("$()") }
    }

    /// `deno run https://…`, `bash </dev/tcp/…`: an interpreter that fetches its program itself.
    private static func runsAddress(_ command: ShellScript.Command) -> Bool {
        // The arguments of an image whose program is the interpreter: `run -A https://…/x.ts`.
        if command.program == "run" || command.program == "eval", command.words.first == command.program {
            return command.operands.first { !$0.hasPrefix("-") }.map(isScriptAddress) ?? false
        }
        guard Interpreters.isInterpreter(command.program) else { return false }
        if command.inputs.contains(where: { $0.hasPrefix("/dev/tcp/") }) { return Interpreters.runsInput(command) }
        guard !Interpreters.isShell(command.program) else { return false }
        let program = command.operands.first { !$0.hasPrefix("-") && $0 != "run" }
        return program.map(isAddress) ?? false
    }

    private static func isScriptAddress(_ word: String) -> Bool {
        let path = word.prefix { $0 != "?" && $0 != "#" }
        return isAddress(word) && [".ts", ".js", ".mjs", ".mts", ".tsx", ".jsx"].contains { path.hasSuffix($0) }
    }

    /// `exec 3<>/dev/tcp/…; cat <&3 | sh`: a connection opened for a later command, whose output is run.
    private static func readsConnection(_ pipelines: [ShellScript.Pipeline]) -> Bool {
        var isOpen = false
        var saved: Set<String> = []
        for pipeline in pipelines {
            for command in pipeline.commands where isOpen {
                if let file = Interpreters.scriptFile(command), saved.contains(ShellScript.Command.baseName(file)) {
                    return true
                }
                // `cat <&3 > FILE`
                if command.duplicatesDescriptor {
                    saved.formUnion(command.outputs.filter(isFile).map(ShellScript.Command.baseName))
                }
            }
            if isOpen, let reader = pipeline.commands.firstIndex(where: \.duplicatesDescriptor),
                pipeline.commands[(reader + 1)...].contains(where: Interpreters.runsInput)
            {
                return true
            }
            isOpen =
                isOpen || pipeline.commands.contains { $0.inputs.contains { $0.hasPrefix("/dev/tcp/") } }
        }
        return false
    }

    /// `echo '* * * * * curl … | sh' | crontab -`, `echo 'curl … | sh' > /etc/cron.d/x`: written down to be run later.
    private static func leavesScript(_ pipeline: ShellScript.Pipeline) -> Bool {
        for (position, command) in pipeline.commands.enumerated() {
            guard command.program == "echo" || command.program == "printf" else { continue }
            let behind = pipeline.commands[(position + 1)...]
            let isKept =
                command.outputs.contains(where: isFile)
                || behind.contains {
                    ["crontab", "tee", "at", "batch", "dd"].contains($0.program) || !$0.outputs.isEmpty
                }
            guard isKept else { continue }
            let writesScript = command.operands.contains { operand in
                operand.contains(" ")
                    && operand.withText { text in
                        ShellScript(text).allPipelines.contains(where: fetchedIntoInterpreter)
                    }
            }
            if writesScript { return true }
        }
        return false
    }

    private static func savedThenRun(_ pipelines: [ShellScript.Pipeline]) -> Bool {
        var saved: Set<String> = []
        var unpacked = false
        var folders: Set<String> = ["./", "/tmp/", "/dev/shm/"]
        for pipeline in pipelines {
            let fetching = pipeline.commands.contains(where: isFetch)
            for command in pipeline.commands {
                if let file = Interpreters.scriptFile(command) {
                    let name = ShellScript.Command.baseName(file)
                    if saved.contains(name) { return true }
                    if unpacked, folders.contains(where: file.hasPrefix) { return true }
                }
                if !saved.isEmpty, saved.contains(command.program) { return true }
                if fetching { saved.formUnion(files(writtenBy: command)) }
                if let folder = folderOfList(command) {
                    unpacked = true
                    folders.insert(folder)
                }
                if unpacks(command),
                    fetching || !saved.isDisjoint(with: command.operands.map(ShellScript.Command.baseName))
                {
                    unpacked = true
                    if let folder = unpackingFolder(command) { folders.insert(folder) }
                }
                if command.program == "mv" || command.program == "cp", let last = command.operands.last,
                    command.operands.dropLast().contains(where: {
                        saved.contains(ShellScript.Command.baseName($0))
                    })
                {
                    saved.insert(ShellScript.Command.baseName(last))
                }
            }
        }
        return false
    }

    /// `wget -i LIST -P FOLDER`, `wget -r …`: what the files are called stands elsewhere; the folder that they go to.
    private static func folderOfList(_ command: ShellScript.Command) -> String? {
        guard command.program.hasPrefix("wget") || command.program == "aria2c" else { return nil }
        let operands = Array(command.operands)
        // With `-r` they are as many as the server has.
        let takesMany: Set<String> = ["-i", "-qi", "-r", "-qr", "-rq", "-m", "--recursive", "--mirror"]
        guard operands.contains(where: { takesMany.contains($0) || $0.hasPrefix("--input-file") }) else {
            return nil
        }
        guard let option = operands.firstIndex(of: "-P"), option + 1 < operands.count else { return "./" }
        return operands[option + 1].hasSuffix("/") ? operands[option + 1] : operands[option + 1] + "/"
    }

    /// `tar -C FOLDER`, `unzip -d FOLDER`, where the folder is not the root itself or one of the system.
    private static func unpackingFolder(_ command: ShellScript.Command) -> String? {
        let operands = Array(command.operands)
        guard let option = operands.firstIndex(where: { $0 == "-C" || $0 == "-d" || $0 == "--directory" }),
            option + 1 < operands.count, operands[option + 1].hasPrefix("/")
        else { return nil }
        let folder = operands[option + 1]
        return folder.hasSuffix("/") ? folder : folder + "/"
    }

    private static func unpacks(_ command: ShellScript.Command) -> Bool {
        ["tar", "unzip", "gunzip", "bsdtar", "cpio", "7z", "xz", "unxz", "zstd"].contains(command.program)
    }

    private static func files(writtenBy command: ShellScript.Command) -> Set<String> {
        var files = Set(command.outputs.filter(isFile).map(ShellScript.Command.baseName))
        if command.program == "tee", let file = command.operands.first(where: { !$0.hasPrefix("-") }) {
            files.insert(ShellScript.Command.baseName(file))
        }
        guard isFetch(command) else { return files }
        var expectsFile = false
        var names: [String] = []
        var keepsName = command.program.hasPrefix("wget") || command.program == "aria2c" || command.program == "axel"
        for word in command.operands {
            if expectsFile {
                files.insert(ShellScript.Command.baseName(word))
                expectsFile = false
            } else if isAddress(word) {
                names.append(String(ShellScript.Command.baseName(word).prefix { $0 != "?" && $0 != "#" }))
            } else if let file = pathOfHost(word) {
                names.append(file)
            } else if word.hasPrefix("--output="), let equals = word.firstIndex(of: "=") {
                files.insert(ShellScript.Command.baseName(String(word[word.index(after: equals)...])))
            } else if let option = outputOption(word, of: command.program) {
                switch option {
                case .next: expectsFile = true
                case .remoteName: keepsName = true
                case .file(let file): files.insert(ShellScript.Command.baseName(file))
                }
            }
        }
        if keepsName { files.formUnion(names.filter { !$0.isEmpty }) }
        // `lwp-download URL FILE`, `scp HOST:FILE FILE`.
        if ["lwp-download", "scp", "rsync", "axel", "certutil", "bitsadmin"].contains(command.program),
            let last = command.operands.last, command.operands.count > 1
        {
            // A folder takes the file under its own name.
            let name = last.hasSuffix("/") ? command.operands.dropLast().last ?? "" : last
            files.insert(ShellScript.Command.baseName(name))
        }
        // `tftp -g -r FILE HOST`, `ftpget HOST LOCAL REMOTE`: the host's name is no file that is run later.
        if command.program == "tftp" || command.program == "ftpget" {
            files.formUnion(command.operands.filter { !$0.hasPrefix("-") }.map(ShellScript.Command.baseName))
        }
        files.remove("-")
        return files
    }

    /// The last part of an address without its scheme, `198.51.100.7/a`; the others are given to programs that fetch.
    private static func pathOfHost(_ word: String) -> String? {
        guard let slash = word.utf8.firstIndex(of: UInt8(ascii: "/")), slash != word.utf8.startIndex else { return nil }
        let host = word.utf8[..<slash]
        guard host.contains(UInt8(ascii: ".")), host.first != UInt8(ascii: "."), host.first != UInt8(ascii: "-"),
            host.allSatisfy({ ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == 45 || $0 == 58 })
        else { return nil }
        return String(ShellScript.Command.baseName(word).prefix { $0 != "?" && $0 != "#" })
    }

    /// Whether output goes to a file that can be run later; /dev/shm is a folder like any other.
    static func isFile(_ output: String) -> Bool { !output.hasPrefix("/dev/") || output.hasPrefix("/dev/shm/") }

    private enum OutputOption {
        case next, remoteName
        case file(String)
    }

    private static func outputOption(_ word: String, of program: String) -> OutputOption? {
        if word == "--output" || word == "--output-document" { return .next }
        if word.hasPrefix("--output-document=") { return .file(String(word.dropFirst("--output-document=".count))) }
        guard word.hasPrefix("-"), !word.hasPrefix("--") else { return nil }
        if program.hasPrefix("wget") {
            guard let letter = word.firstIndex(of: "O") else { return nil }
            let rest = word[word.index(after: letter)...]
            return rest.isEmpty ? .next : .file(String(rest))
        }
        if word.hasSuffix("o") { return .next }
        if word.contains("O") { return .remoteName }
        if word.hasPrefix("-o") { return .file(String(word.dropFirst(2))) }
        return nil
    }

    /// One-liners of other languages that fetch a program and evaluate it.
    private static func inOneLanguage(_ text: JSONText) -> Bool {
        let fetches =
            text.contains("urlopen(") || text.contains("urlretrieve(") || text.contains("requests.get(")
            || text.contains("LWP::") || text.contains("HTTP::Tiny") || text.contains("Net::HTTP")
            || text.contains("open-uri")
            || text.contains("DownloadString") || text.contains("DownloadFile(") || text.contains("Invoke-WebRequest")
            || text.contains("iwr ") || text.contains("https.get(") || text.contains("http.get(")
            || text.contains("').get('") || text.contains("\").get(\"") || text.contains("file_get_contents(")
            || text.contains("fetch('") || text.contains("fetch(\"") || text.contains("fetch(\\\"")
            || text.contains("socket.http")
            || text.contains("httpx.get(") || text.contains("URI.open(") || text.contains("axios")
        guard fetches else { return false }
        return text.contains("exec(") || text.contains("eval(") || text.contains("(eval)") || text.contains("eval get")
            || text.contains("eval HTTP::") || text.contains("eval LWP::")
            || text.contains("eval URI") || text.contains("eval(URI") || text.contains("instance_eval")
            || text.contains("os.system(") || text.contains("subprocess") || text.contains("popen(")
            || text.contains("IEX") || text.contains("iex ") || text.contains("| iex") || text.contains("|iex")
            || text.contains("Invoke-Expression") || text.contains("Start-Process") || text.contains("child_process")
            || text.contains("system(") || text.contains("loadstring(") || text.contains(";load(")
            || text.contains("new Function(") || text.contains("runInThisContext")
            || text.contains("builtins") && (text.contains("__dict__") || text.contains("getattr("))
    }
}

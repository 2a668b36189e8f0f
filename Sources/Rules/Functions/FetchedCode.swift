internal import JSONView

/// Tells whether a command runs or installs code that it takes from a repository or an address at that moment.
///
/// Judged by what flows where, as downloads are (``DownloadAndRun``): a script of a repository that the same script has cloned,
/// and a package that is named by its address instead of by its name in a registry. Cloning alone, for data or for a site, is
/// no match.
enum FetchedCode {
    /// Literals of which one stands in every text that does so.
    static let signs: [StaticString] = [
        "clone", "checkout", " co ", "install", " i ", " add ", "npx", "bunx", "pnpx", "dlx", "rpm",
        "go run", "uvx", "pipx",
    ]

    static func judge(_ text: JSONText) -> Bool {
        guard text.contains(anyOf: signs) else { return false }
        let commands = ShellScript(text).allCommands
        return commands.contains(where: installsAddress) || runsCloned(commands)
    }

    // MARK: Repositories

    /// `git clone https://… x && cd x && ./run.sh`, `git clone … /tmp/x; python3 /tmp/x/run.py`.
    private static func runsCloned(_ commands: [ShellScript.Command]) -> Bool {
        var folders: Set<String> = []
        var isInside = false
        for command in commands {
            if let folder = clonedFolder(command) {
                folders.insert(folder)
                continue
            }
            guard !folders.isEmpty else { continue }
            if command.program == "cd" || command.program == "pushd" {
                isInside = command.operands.first.map { isIn(folders, $0) || (isInside && !$0.hasPrefix("/")) } ?? false
            } else if runs(command, in: folders, isInside: isInside) {
                return true
            }
        }
        return false
    }

    /// The name of the folder that a command clones a repository into.
    private static func clonedFolder(_ command: ShellScript.Command) -> String? {
        guard ["git", "hg", "svn"].contains(command.program),
            let verb = command.operands.firstIndex(where: { $0 == "clone" || $0 == "checkout" || $0 == "co" })
        else { return nil }
        var operands: [String] = []
        var isValue = false
        for word in command.operands[(verb + 1)...] {
            if !isValue, !word.hasPrefix("-") { operands.append(word) }
            isValue = cloneOptions.contains(word)
        }
        // `git checkout main` takes a branch of what is there already.
        guard let address = operands.first, address.contains(":") || address.contains("/"),
            command.program != "git" || command.operands[verb] == "clone"
        else { return nil }
        let folder = operands.count > 1 ? operands[1] : address
        let name = lastPart(folder)
        return name.hasSuffix(".git") ? String(name.dropLast(4)) : name
    }

    private static let cloneOptions: Set<String> = [
        "-b", "--branch", "--depth", "-c", "--config", "-o", "--origin", "-j", "--jobs", "-u", "--reference", "-r",
        "--filter", "--username", "--password", "--shallow-since",
    ]

    private static func runs(_ command: ShellScript.Command, in folders: Set<String>, isInside: Bool) -> Bool {
        if let file = Interpreters.scriptFile(command), !file.hasPrefix("$") {
            if isIn(folders, file) { return true }
            return isInside && !file.hasPrefix("/")
        }
        let builds = builders.contains(command.program) || isPackageManager(command)
        // `make -C x`, `pip install ./x`.
        return builds && (isInside || command.operands.contains { isIn(folders, $0) })
    }

    private static let builders: Set<String> = ["make", "cmake", "go", "cargo", "mvn", "gradle", "rake"]

    private static func isIn(_ folders: Set<String>, _ path: String) -> Bool {
        path.split(separator: "/").contains { folders.contains(String($0)) }
    }

    private static func lastPart(_ path: String) -> String {
        path.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init) ?? path
    }

    // MARK: Packages

    /// `pip install https://…`, `npm install git+https://…`, `npx github:…`, `rpm -i http://…`.
    private static func installsAddress(_ command: ShellScript.Command) -> Bool {
        let operands = Array(command.operands)
        // `go run example.com/tool@latest`
        if command.program == "go", operands.first == "run" || operands.first == "install" {
            return operands.contains { $0.contains("@") && $0.prefix { $0 != "/" }.contains(".") && !$0.hasPrefix(".") }
        }
        if command.program == "uvx" || command.program == "pipx" { return operands.contains(where: isSource) }
        // `cargo install --git https://…`
        if command.program == "cargo", operands.contains("install") {
            return operands.contains { $0 == "--git" || $0.hasPrefix("--git=") }
        }
        guard isPackageManager(command) else { return false }
        return operands.indices.contains { position in
            guard isSource(operands[position]) else { return false }
            // A registry or proxy has an address too; one without a name is nobody's.
            return position == 0 || !registryOptions.contains(operands[position - 1]) || isBare(operands[position])
        }
            || operands.contains { word in
                registryOptions.contains(String(word.prefix { $0 != "=" }))
                    && isBare(String(word.drop { $0 != "=" }.dropFirst()))
            }
    }

    private static let verbs: Set<String> = ["install", "i", "add", "dlx", "localinstall"]
    private static let managers: Set<String> = [
        "pip", "pip3", "pipx", "uv", "npm", "pnpm", "yarn", "bun", "gem", "dnf", "yum", "zypper", "microdnf",
    ]
    private static let registryOptions: Set<String> = [
        "-i", "--index-url", "--extra-index-url", "--index", "--default-index", "-f", "--find-links", "--trusted-host",
        "--proxy", "--registry", "--source", "--repofrompath", "--cert", "--constraint",
    ]

    private static func isPackageManager(_ command: ShellScript.Command) -> Bool {
        let program = command.program
        if program == "npx" || program == "pnpx" || program == "bunx" { return true }
        if program == "rpm" { return command.operands.contains { $0.hasPrefix("-i") || $0.hasPrefix("-U") } }
        // `python3 -m pip install …`
        let isModule = Interpreters.isInterpreter(program) && command.operands.starts(with: ["-m", "pip"])
        guard managers.contains(program) || program.hasPrefix("pip3.") || isModule else { return false }
        return command.operands.contains { verbs.contains($0) }
    }

    private static let schemes = [
        "http://", "https://", "ftp://", "git+", "git://", "hg+", "svn+", "github:", "gitlab:", "bitbucket:", "gist:",
    ]

    /// Whether an address names its host by a number that is none of a private network.
    private static func isBare(_ word: String) -> Bool {
        guard word.hasPrefix("http"), let colon = word.firstIndex(of: ":"), word[colon...].hasPrefix("://") else {
            return false
        }
        return String(word[colon...].dropFirst(3).prefix { $0 != "/" }).withText(Addresses.isPublicNumber)
    }

    /// Whether a word says where code is; `name @ https://…` is three words.
    private static func isSource(_ word: String) -> Bool {
        if word.hasPrefix("-") { return false }
        let place = word.split(separator: "@", maxSplits: 1).last?.drop { $0 == " " } ?? ""
        return schemes.contains { word.hasPrefix($0) || place.hasPrefix($0) }
    }
}

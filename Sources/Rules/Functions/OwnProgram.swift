internal import JSONView

/// Tells whether a command only starts programs of the image itself, with or without a shell around them.
///
/// `bash /agent/start.sh --node`, `sh -c "exec /agent"`, a script that starts a daemon and follows its log. A script that
/// fetches, installs, writes files or takes up another's tools does something of its own, which nobody sees in the image.
enum OwnProgram {
    private static let lengthLimit = 4096
    private static let commandLimit = 64
    private static let builtins: Set<String> = [
        "set", "test", "[", "[[", "]]", "echo", "printf", "true", "false", ":", "fi", "done", "for", "in", "trap",
        "wait",
        "cd", "exit", "export", "ulimit", "umask", "sleep", "tail", "local", "shift", "break", "continue", "date",
        "hostname", "id", "mkdir", "touch",
    ]
    /// Programs of every image, with which a script does what it likes.
    private static let tools: Set<String> = [
        "cp", "mv", "ln", "tee", "install", "sed", "awk", "tar", "rsync", "dd", "cat", "xxd", "base64", "openssl",
        "gzip",
        "unzip", "chmod", "chown", "chattr", "rm", "find", "xargs", "env", "eval", "source", ".", "alias", "crontab",
        "systemctl", "service", "useradd", "adduser", "usermod", "passwd", "chpasswd", "mount", "umount", "nsenter",
        "chroot", "unshare", "pivot_root", "insmod", "modprobe", "debugfs", "kill", "pkill", "ssh", "scp", "sshd", "nc",
        "ncat", "netcat", "socat", "telnet", "ftp", "tftp", "git", "svn", "docker", "podman", "nerdctl", "ctr",
        "crictl",
        "kubectl", "helm", "apt", "apt-get", "apk", "yum", "dnf", "microdnf", "zypper", "pacman", "tdnf", "rpm", "dpkg",
        "pip", "pip3", "npm", "npx", "yarn", "gem", "go", "cargo", "make", "gcc", "cc", "su", "screen", "tmux", "at",
        "mkfifo", "mknod", "script",
    ]
    private static let leaving: Set<String> = ["nsenter", "chroot", "unshare", "xargs", "eval", "sudo"]
    private static let elsewhere = [
        "/tmp/", "/var/tmp/", "/dev/", "/proc/", "/host", "/mnt/", "/rootfs/", "/run/", "/var/run/",
    ]

    static func judge(_ text: JSONText) -> Bool {
        guard text.count > 3, text.count <= lengthLimit else { return false }
        let commands = ShellScript(text).allCommands
        guard commands.count <= commandLimit else { return false }
        var starts = false
        for command in commands {
            guard command.inputs.isEmpty, command.outputs.allSatisfy({ $0 == "/dev/null" }) else { return false }
            switch kind(of: command) {
            case .nothing: continue
            case .own: starts = true
            case .foreign: return false
            }
        }
        return starts
    }

    private enum Kind { case nothing, own, foreign }

    private static func kind(of command: ShellScript.Command) -> Kind {
        let program = command.program
        // Around another command they are no program of their own in the reading.
        if command.words.contains(where: { leaving.contains(ShellScript.Command.baseName($0)) }) { return .foreign }
        if program.isEmpty || builtins.contains(program) || isSum(command) || isComparison(command) { return .nothing }
        if Interpreters.isShell(program) {
            // What `sh -c` is given is judged by itself.
            if !command.inner.isEmpty, command.operands.contains(where: Interpreters.isCommandOption) {
                return .nothing
            }
            guard let file = command.operands.first, file.hasPrefix("/"), !isElsewhere(file) else { return .foreign }
            return .own
        }
        if Interpreters.isInterpreter(program) || DownloadAndRun.isFetcher(program) || tools.contains(program) {
            return .foreign
        }
        guard let word = command.core.first, !isElsewhere(word), word.utf8.allSatisfy(isOfName) else { return .foreign }
        return .own
    }

    private static func isElsewhere(_ path: String) -> Bool {
        elsewhere.contains { path.hasPrefix($0) } || path.contains("/../") || path.contains("/.")
    }

    private static func isOfName(_ byte: UInt8) -> Bool { ASCII.isAlphanumeric(byte) || "_-./".utf8.contains(byte) }

    /// `$(( $attempts + 1 ))`.
    private static func isSum(_ command: ShellScript.Command) -> Bool {
        command.words.count > 2 && command.words.contains("+")
            && command.words.allSatisfy { $0 == "+" || $0.hasPrefix("$") || $0.utf8.allSatisfy(ASCII.isDigit) }
    }

    /// The second half of `[[ -f x || $attempts -eq 60 ]]`.
    private static func isComparison(_ command: ShellScript.Command) -> Bool {
        guard command.words.last == "]]", let first = command.words.first else { return false }
        return first.hasPrefix("$") || first.hasPrefix("-")
    }
}

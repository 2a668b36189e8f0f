import JSONView
import SecurityEvents
import Testing

/// Containers as a kubelet has containerd make them, in the forms of containerd 1.6, 1.7 and 2.x.
@Suite("Sandboxes of Pods")
struct PodSandboxTests {
    /// What a kubelet's container runtime interface asks for; each case changes one thing of it.
    struct Form: Sendable, CustomTestStringConvertible {
        var name = ""
        var kind = "sandbox"
        var image = "registry.k8s.io/pause:3.9"
        var args = #"["/pause"]"#
        var capabilities = ["CAP_CHOWN", "CAP_NET_BIND_SERVICE", "CAP_KILL"]
        var mounts = ""
        var type = "sandbox"
        var linux = #""maskedPaths":["/proc/kcore"],"namespaces":[{"type":"pid"},{"type":"ipc"}]"#
        var testDescription: String { name }

        /// `ctr -n k8s.io containers info`.
        var info: String {
            let sets = capabilities.map { "\"\($0)\"" }.joined(separator: ",")
            let folder = "/run/containerd/io.containerd.grpc.v1.cri/sandboxes/5f"
            return
                #"{"ID":"5f","Namespace":"k8s.io","Labels":{"app":"web","io.cri-containerd.kind":"\#(kind)","io.kubernetes.pod.name":"web-1","io.kubernetes.pod.namespace":"shop","io.kubernetes.pod.uid":"u-1"},"Image":"\#(image)","Runtime":{"Name":"io.containerd.runc.v2"},"CreatedAt":"2026-11-23T09:02:31Z","Spec":{"ociVersion":"1.1.0","annotations":{"io.kubernetes.cri.container-type":"\#(type)","io.kubernetes.cri.sandbox-id":"5f","io.kubernetes.cri.sandbox-uid":"u-1"},"process":{"args":\#(args),"user":{"uid":65535},"capabilities":{"bounding":[\#(sets)],"effective":[\#(sets)],"permitted":[\#(sets)]},"oomScoreAdj":-998},"root":{"path":"rootfs","readonly":true},"mounts":[{"destination":"/proc","type":"proc","source":"proc"},{"destination":"/dev/shm","type":"bind","source":"\#(folder)/shm","options":["rbind","ro"]},{"destination":"/etc/resolv.conf","type":"bind","source":"/var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/5f/resolv.conf","options":["rbind","ro"]}\#(mounts)],"linux":{\#(linux)}}}"#
        }
    }

    /// The action that is read of a container's create and of the container as it is found.
    func actions(_ form: Form) -> [Action] {
        let create =
            #"{"timestamp":"2026-11-23T09:02:31Z","namespace":"k8s.io","topic":"/containers/create","event":{"id":"5f"},"container":\#(form.info)}"#
        return [create, form.info].flatMap { text in
            var actions: [Action] = []
            var reader = LogReader()
            var text = text
            text.withUTF8 { bytes in
                reader.read(UnsafeRawBufferPointer(bytes), at: SourcePosition(name: "x", line: 1)) {
                    actions.append($0.action)
                }
            }
            return actions
        }
    }

    static let sandboxes: [Form] = [
        Form(name: "as it usually is"),
        Form(name: "of a mirror", image: "harbor.corp.example/google_containers/pause:3.10"),
        Form(name: "of k3s", image: "docker.io/rancher/mirrored-pause:3.6"),
        Form(name: "by digest", image: "registry.k8s.io/pause@sha256:\(String(repeating: "a", count: 64))"),
        Form(name: "of an image without a name", image: "sha256:\(String(repeating: "a1", count: 32))"),
        Form(name: "of a Pod that shares the host's network", linux: #""namespaces":[{"type":"pid"}]"#),
        Form(name: "of a Pod that shares all with the host", linux: #""namespaces":[{"type":"mount"}]"#),
        Form(
            name: "of a Pod that shares the host's memory",
            mounts: #",{"destination":"/dev/shm","type":"bind","source":"/dev/shm","options":["rbind","ro","nosuid"]}"#),
        Form(
            name: "of RKE2",
            mounts:
                #",{"destination":"/etc/resolv.conf","type":"bind","source":"/var/lib/rancher/rke2/agent/containerd/io.containerd.grpc.v1.cri/sandboxes/5f/resolv.conf","options":["rbind","ro"]}"#
        ),
    ]

    @Test("that a Pod gets its sandbox is no deployment of anybody", arguments: sandboxes)
    func plain(form: Form) {
        #expect(actions(form) == [.other, .other])
    }

    static let impostors: [Form] = [
        Form(name: "a container of the Pod", kind: "container"),
        Form(name: "another program", args: #"["/bin/sh"]"#),
        Form(name: "arguments", args: #"["/pause","-c","id"]"#),
        Form(name: "no program", args: "[]"),
        Form(name: "another image", image: "registry.example.com/miner:1"),
        Form(name: "pause as a folder only", image: "registry.example.com/pause/miner:1"),
        Form(name: "no image", image: ""),
        Form(
            name: "an image without a name, and no word of the interface",
            image: "sha256:\(String(repeating: "a1", count: 32))", type: "container"),
        Form(
            name: "an image without a name, and another program", image: "sha256:\(String(repeating: "a1", count: 32))",
            args: #"["/bin/sh"]"#),
        Form(
            name: "an image without a name, and more rights", image: "sha256:\(String(repeating: "a1", count: 32))",
            capabilities: ["CAP_SYS_ADMIN"]),
        Form(name: "an image whose name only looks like an identifier", image: "sha256:miner"),
        Form(name: "more rights", capabilities: ["CAP_CHOWN", "CAP_SYS_ADMIN"]),
        Form(name: "the host's root", mounts: #",{"destination":"/h","type":"bind","source":"/","options":["rbind"]}"#),
        Form(
            name: "the host's memory, to write into",
            mounts: #",{"destination":"/dev/shm","type":"bind","source":"/dev/shm","options":["rbind"]}"#),
        Form(
            name: "a folder of the engine's, left by climbing",
            mounts:
                #",{"destination":"/h","type":"bind","source":"/run/containerd/io.containerd.grpc.v1.cri/sandboxes/../../../etc/shm","options":["rbind"]}"#
        ),
        Form(name: "a device", linux: #""devices":[{"path":"/dev/sda","type":"b"}]"#),
    ]

    @Test("what calls itself a sandbox and is more than one is judged as any other container", arguments: impostors)
    func more(form: Form) {
        #expect(actions(form) == [.create, .found])
    }

    @Test("what somebody does inside of a sandbox counts")
    func exec() {
        let text =
            #"{"timestamp":"2026-11-23T09:02:31Z","namespace":"k8s.io","topic":"/tasks/exec-started","event":{"container_id":"5f","exec_id":"e"},"container":\#(Form().info)}"#
        var reader = LogReader()
        var actions: [Action] = []
        Array(text.utf8).withUnsafeBytes { bytes in
            reader.read(bytes, at: SourcePosition(name: "x", line: 1)) { actions.append($0.action) }
        }
        #expect(actions == [.exec])
    }
}

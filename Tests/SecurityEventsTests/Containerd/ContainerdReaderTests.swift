import JSONView
import SecurityEvents
import Testing

@Suite("What containerd says")
struct ContainerdReaderTests {
    /// A container as `ctr containers info` prints it.
    static func info(
        labels: String = "{}", mounts: String = "[]", linux: String = #"{"maskedPaths":["/proc/kcore"]}"#,
        bounding: [String] = ["CAP_CHOWN"]
    ) -> String {
        let names = bounding.map { "\"\($0)\"" }.joined(separator: ",")
        return
            #"{"ID":"3f9c","Namespace":"k8s.io","Labels":\#(labels),"Image":"web:1","CreatedAt":"2026-11-23T09:02:31Z","Spec":{"ociVersion":"1.0.2","process":{"args":["/bin/sh","-c","id"],"env":["PATH=/bin","TOKEN=x"],"capabilities":{"bounding":[\#(names)]},"user":{"uid":0}},"mounts":\#(mounts),"linux":\#(linux)}}"#
    }

    static func event(_ topic: String, _ event: String, container: String? = nil) -> String {
        let container = container.map { #","container":\#($0)"# } ?? ""
        return
            #"{"timestamp":"2026-11-23T09:02:31.5Z","namespace":"k8s.io","topic":"\#(topic)","event":\#(event)\#(container)}"#
    }

    func read<Answer>(_ text: String, _ body: (borrowing Event) throws -> Answer) throws -> Answer {
        var text = text
        var answers: [Result<Answer, any Error>] = []
        var reader = LogReader()
        text.withUTF8 { bytes in
            reader.read(UnsafeRawBufferPointer(bytes), at: SourcePosition(name: "x", line: 1)) { event in
                do { answers.append(.success(try body(event))) } catch { answers.append(.failure(error)) }
            }
        }
        #expect(reader.takeDiagnostics().map(\.message) == [])
        return try #require(answers.first).get()
    }

    @Test(
        "topics are actions; the end of a command in a container is not the container's",
        arguments: [
            (event("/containers/create", #"{"id":"3f9c","image":"web:1"}"#), Action.create),
            (event("/containers/delete", #"{"id":"3f9c"}"#), .delete),
            (event("/tasks/start", #"{"container_id":"3f9c","pid":7}"#), .start),
            (event("/tasks/exit", #"{"container_id":"3f9c","id":"3f9c"}"#), .stop),
            (event("/tasks/exit", #"{"container_id":"3f9c","id":"exec-1"}"#), .other),
            (event("/tasks/exec-started", #"{"container_id":"3f9c","exec_id":"e"}"#), .exec),
            (event("/images/create", #"{"name":"web:1"}"#), .image),
            (event("/namespaces/create", #"{"name":"x"}"#), .other),
            (event("/sandboxes/create", #"{"sandbox_id":"5d0e"}"#), .other),
            (event("/sandboxes/exit", #"{"sandbox_id":"5d0e"}"#), .other),
            (event("/content/create", #"{"name":"sha256:1"}"#), .other),
            (event("/snapshot/prepare", #"{"name":"k"}"#), .other),
            (info(), .found),
        ])
    func actions(line: String, expected: Action) throws {
        try read(line) { event in
            #expect(event.action == expected)
            #expect(event.source.platform == .containerd)
            #expect(event.time != nil)
        }
    }

    @Test("lines of `ctr events` are read, with the time's offset")
    func lines() throws {
        let made =
            #"2026-11-23 10:02:31.5 +0100 CET k8s.io /containers/create {"id":"3f9c","image":"web:1","runtime":{"name":"io.containerd.runc.v2"}}"#
        try read(made) { event in
            #expect(event.source == .containerdEvents)
            #expect(event.action == .create)
            #expect(event.time == Timestamp("2026-11-23T09:02:31.5Z"))
            #expect(event.workload?.engineNamespace.map { String($0) } == "k8s.io")
            #expect(event.workload?.uid.map { String($0) } == "3f9c")
            // Which image it is of is all that such a line says of it.
            #expect(event.containers.map { $0.image?.string } == ["web:1"])
            #expect(event.body == .none)
        }
        let ended =
            #"2026-11-23 09:02:31.5 +0000 UTC moby /tasks/exit {"container_id":"3f9c","id":"3f9c","pid":7,"exited_at":{"seconds":1}}"#
        try read(ended) { event in
            #expect(event.action == .stop)
            #expect(event.target.uid.map { String($0) } == "3f9c")
            #expect(event.containers.isEmpty)
        }
        try read("2026-11-23 09:02:31.5 +0000 UTC moby /namespaces/create") { #expect($0.action == .other) }
    }

    @Test(
        "what only looks like a line of `ctr events` is none",
        arguments: [
            #"2026-11-23 09:02:31.5 +0000 UTC k8s.io /tasks/start {"container_id":"3f9c"},"topic":"/x""#,
            #"2026-11-23 09:02:31.5 +0000 UTC k8s.io /tasks/start ["3f9c"]"#,
            #"2026-11-23 09:02:31.5 +00:00 UTC k8s.io /tasks/start {"container_id":"3f9c"}"#,
            #"2026-11-23 09:02:31.5 +0000 UTC k8s.io tasks/start {"container_id":"3f9c"}"#,
            #"2026-11-23 09:02:31.5 +0000 UTC  /tasks/start {"container_id":"3f9c"}"#,
            "2026-11-23 09:02:31.5 +0000 UTC k8s.io /tasks/start {",
        ])
    func noLines(line: String) {
        var reader = LogReader()
        var text = line
        var count = 0
        text.withUTF8 { bytes in
            reader.read(UnsafeRawBufferPointer(bytes), at: SourcePosition(name: "x", line: 1)) { _ in count += 1 }
        }
        reader.finish { _ in count += 1 }
        #expect(count == 0)
        #expect(reader.takeDiagnostics().count == 1)
    }

    @Test("what is no container's is named after its topic, and is none")
    func others() throws {
        try read(Self.event("/sandboxes/start", #"{"sandbox_id":"5d0e"}"#)) { event in
            #expect(event.target.resource.map { String($0) } == "sandboxes")
            #expect(event.target.uid.map { String($0) } == "5d0e")
            #expect(event.workload == nil)
        }
        try read(Self.event("/images/create", #"{"name":"web:1"}"#)) { event in
            #expect(event.target.resource.map { String($0) } == "images")
            #expect(event.target.name.map { String($0) } == "web:1")
        }
    }

    @Test("a container of the kubelet's is a part of its Pod, any other is one by itself")
    func identity() throws {
        let labels =
            #"{"io.kubernetes.pod.uid":"u","io.kubernetes.pod.name":"web-1","io.kubernetes.pod.namespace":"shop","io.kubernetes.container.name":"app"}"#
        try read(Self.event("/containers/create", #"{"id":"3f9c"}"#, container: Self.info(labels: labels))) { event in
            #expect(event.workload?.kindText == "Pod")
            #expect(event.workload?.uid.map { String($0) } == "u")
            #expect(event.workload?.namespace.map { String($0) } == "shop")
            #expect(event.containers.first?.name.map { String($0) } == "app")
            #expect(event.containers.first?.id.map { String($0) } == "3f9c")
            #expect(event.body == .present)
        }
        try read(Self.info()) { event in
            #expect(event.workload?.kindText == "Container")
            #expect(event.workload?.uid.map { String($0) } == "3f9c")
            #expect(event.workload?.engineNamespace.map { String($0) } == "k8s.io")
            #expect(event.containers.first?.environment().map { String($0.name) } == ["PATH", "TOKEN"])
        }
    }

    @Test("an event that does not say what its container is names it all the same")
    func unknown() throws {
        try read(Self.event("/tasks/start", #"{"container_id":"3f9c","pid":7}"#)) { event in
            #expect(event.workload?.uid.map { String($0) } == "3f9c")
            #expect(event.body == .none)
            #expect(event.containers.isEmpty)
        }
    }

    /// Which of the host's namespaces a specification shares: pid, network, ipc.
    @Test(
        "a namespace that is not in the list, or is entered through the host's first process, is the host's",
        arguments: [
            (#"[{"type":"pid"},{"type":"network"},{"type":"ipc"}]"#, [false, false, false]),
            (#"[{"type":"ipc"}]"#, [true, true, false]),
            (
                #"[{"type":"pid","path":"/proc/1/ns/pid"},{"type":"network","path":"/proc/77/ns/net"},{"type":"ipc"}]"#,
                [true, false, false]
            ),
        ])
    func namespaces(list: String, expected: [Bool]) throws {
        try read(Self.info(linux: #"{"namespaces":\#(list)}"#)) { event in
            let workload = event.workload
            #expect([workload?.hostPID.value, workload?.hostNetwork.value, workload?.hostIPC.value] == expected)
        }
    }

    @Test("a namespace that is shared with a Pod that has none of its own is the host's")
    func sandbox() throws {
        let list =
            #"[{"type":"pid"},{"type":"network","path":"/proc/7/ns/net"},{"type":"ipc","path":"/proc/7/ns/ipc"}]"#
        let text = Self.info(linux: #"{"namespaces":\#(list)}"#).dropLast() + #","Sandbox":[{"type":"ipc"}]}"#
        try read(String(text)) { event in
            #expect(event.workload?.hostNetwork.value == true)
            #expect(event.workload?.hostIPC.value == false)
            #expect(event.workload?.hostPID.value == false)
        }
    }

    @Test("full privileges are told from what is not taken away")
    func privileged() throws {
        let all = ["SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_PTRACE", "NET_ADMIN", "DAC_READ_SEARCH"].map {
            "CAP_" + $0
        }
        try read(Self.info(linux: "{}", bounding: all)) { #expect($0.containers.first?.privileged?.bool == true) }
        try read(Self.info(linux: #"{"seccomp":{}}"#, bounding: all)) {
            #expect($0.containers.first?.privileged == nil)
        }
        try read(Self.info(linux: "{}", bounding: Array(all.dropLast()))) {
            #expect($0.containers.first?.privileged == nil)
        }
    }

    @Test(
        "mounts say what they are of; those that every container has are left out",
        arguments: [
            (#"{"destination":"/proc","type":"proc","source":"proc"}"#, nil),
            (#"{"destination":"/host","type":"bind","source":"/","options":["rbind","ro"]}"#, "host / ro"),
            (#"{"destination":"/h","source":"/etc","options":["rbind","rshared"]}"#, "host /etc rshared"),
            (
                #"{"destination":"/s","type":"bind","source":"/var/lib/kubelet/pods/u/volumes/kubernetes.io~secret/t"}"#,
                "secret /var/lib/kubelet/pods/u/volumes/kubernetes.io~secret/t"
            ),
            (#"{"destination":"/etc/hosts","type":"bind","source":"/var/lib/kubelet/pods/u/etc-hosts"}"#, nil),
            (
                #"{"destination":"/s","type":"bind","source":"/var/lib/kubelet/pods/../../../etc/etc-hosts"}"#,
                "host /var/lib/kubelet/pods/../../../etc/etc-hosts"
            ),
            (
                #"{"destination":"/v","type":"bind","source":"/var/lib/docker/volumes/v/_data"}"#,
                "volume /var/lib/docker/volumes/v/_data"
            ),
            (
                #"{"destination":"/m","type":"bind","source":"/run/containerd/io.containerd.grpc.v1.cri/image-volumes/5d0e/9f86","options":["rbind","ro"]}"#,
                "image /run/containerd/io.containerd.grpc.v1.cri/image-volumes/5d0e/9f86 ro"
            ),
            (
                #"{"destination":"/m","type":"bind","source":"/run/containerd/io.containerd.grpc.v1.cri/image-volumes/../../../etc"}"#,
                "host /run/containerd/io.containerd.grpc.v1.cri/image-volumes/../../../etc"
            ),
            (
                #"{"destination":"/etc/resolv.conf","type":"bind","source":"/var/lib/rancher/k3s/agent/containerd/io.containerd.grpc.v1.cri/sandboxes/5d0e/resolv.conf"}"#,
                nil
            ),
            (
                #"{"destination":"/dev/shm","type":"bind","source":"/run/k3s/containerd/io.containerd.grpc.v1.cri/sandboxes/5d0e/shm"}"#,
                nil
            ),
            (
                #"{"destination":"/s","type":"bind","source":"/var/lib/k0s/kubelet/pods/u/volumes/kubernetes.io~projected/t"}"#,
                "projected /var/lib/k0s/kubelet/pods/u/volumes/kubernetes.io~projected/t"
            ),
            (
                #"{"destination":"/x","type":"bind","source":"/tmp/io.containerd.grpc.v1.cri/sandboxes/5d0e/shm"}"#,
                "host /tmp/io.containerd.grpc.v1.cri/sandboxes/5d0e/shm"
            ),
            (#"{"destination":"/t","type":"tmpfs","source":"tmpfs"}"#, "temporary tmpfs"),
        ] as [(String, String?)])
    func mounts(mount: String, expected: String?) throws {
        try read(Self.info(mounts: "[\(mount)]")) { event in
            let told = event.mounts().map { mount in
                "\(mount.kind) \(mount.source.map { String($0) } ?? "")" + (mount.isReadOnly ? " ro" : "")
                    + (mount.propagation.map { " " + String($0) } ?? "")
            }
            #expect(told == [expected].compactMap { $0 })
        }
    }
}

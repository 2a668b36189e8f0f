import JSONView
import SecurityEvents
import Testing

@Suite("Docker containers, normalized")
struct DockerObjectTests {
    static func create(_ body: String, _ uri: String = "/v1.41/containers/create?name=web") throws -> Event {
        let record = ContainerJoinTests.authorization("POST", uri, body: body, status: 201)
        return try #require(Reading(lines: record, with: DockerAuthorizationReader()).events.first)
    }

    struct MountCase: CustomTestStringConvertible, Sendable {
        var host: String
        var kind: Mount.Kind
        var source: String?
        var target: String?
        var isReadOnly = false
        var testDescription: String { host }
    }

    static let mounts: [MountCase] = [
        MountCase(host: #""Binds":["/:/h"]"#, kind: .host, source: "/", target: "/h"),
        MountCase(host: #""Binds":["/a:/b:z,ro"]"#, kind: .host, source: "/a", target: "/b", isReadOnly: true),
        MountCase(host: #""Binds":["data:/b:ro"]"#, kind: .volume, source: "data", target: "/b", isReadOnly: true),
        MountCase(host: #""Binds":["/b"]"#, kind: .volume, source: nil, target: "/b"),
        MountCase(
            host: #""Binds":["C:\\a:D:\\b:ro"]"#, kind: .host, source: #"C:\a"#, target: #"D:\b"#, isReadOnly: true),
        MountCase(
            host: #""Binds":["\\\\.\\pipe\\docker_engine:\\\\.\\pipe\\x"]"#, kind: .host,
            source: #"\\.\pipe\docker_engine"#, target: #"\\.\pipe\x"#),
        MountCase(host: #""Binds":["v:/data"]"#, kind: .volume, source: "v", target: "/data"),
        MountCase(
            host: #""Mounts":[{"Type":"bind","Source":"/etc","Target":"/e","ReadOnly":true}]"#, kind: .host,
            source: "/etc", target: "/e", isReadOnly: true),
        MountCase(
            host: #""Mounts":[{"Type":"volume","Source":"v","Target":"/e","VolumeOptions":{"DriverConfig":"#
                + #"{"Options":{"type":"none","o":"rbind","device":"/root"}}}}]"#,
            kind: .host, source: "/root", target: "/e"),
        MountCase(
            host: #""Mounts":[{"Type":"volume","Target":"/e","VolumeOptions":{"DriverConfig":"#
                + #"{"Name":"local","Options":{"type":"ext4","device":"/dev/sda1"}}}}]"#,
            kind: .host, source: "/dev/sda1", target: "/e"),
        MountCase(
            host: #""Mounts":[{"Type":"volume","Target":"/e","VolumeOptions":{"DriverConfig":"#
                + #"{"Options":{"type":"nfs","o":"addr=10.0.0.1","device":":/x"}}}}]"#,
            kind: .plugin, source: ":/x", target: "/e"),
        MountCase(
            host: #""Mounts":[{"Type":"volume","Target":"/e","VolumeOptions":{"DriverConfig":"#
                + #"{"Options":{"type":"nfs4","o":"rw,addr=127.0.0.1","device":":/etc"}}}}]"#,
            kind: .host, source: "/etc", target: "/e"),
        MountCase(
            host: #""Mounts":[{"Type":"volume","Target":"/e","VolumeOptions":{"DriverConfig":"#
                + #"{"Options":{"type":"nfs","o":"rw","device":"[::1]:/etc"}}}}]"#,
            kind: .host, source: "/etc", target: "/e"),
        MountCase(
            host: #""Mounts":[{"Type":"volume","Target":"/e","VolumeOptions":{"DriverConfig":"#
                + #"{"Options":{"type":"nfs","o":"addr=127.0.0.1.example.com","device":":/x"}}}}]"#,
            kind: .plugin, source: ":/x", target: "/e"),
        MountCase(host: #""Mounts":[{"Type":"tmpfs","Target":"/t"}]"#, kind: .temporary, source: nil, target: "/t"),
        MountCase(
            host: #""Mounts":[{"Type":"image","Source":"tools:1","Target":"/t","ImageOptions":{"Subpath":"bin"}}]"#,
            kind: .image, source: "tools:1", target: "/t", isReadOnly: true),
        MountCase(host: #""Tmpfs":{"/run":"rw"}"#, kind: .temporary, source: nil, target: "/run"),
        MountCase(host: #""VolumesFrom":["db:ro"]"#, kind: .other, source: "db", target: nil, isReadOnly: true),
    ]

    @Test("A mount is read from each way of asking for it", arguments: mounts)
    func mount(_ sample: MountCase) throws {
        let event = try Self.create(#"{"Image":"a","HostConfig":{\#(sample.host)}}"#)
        let mount = try #require(event.containers.first?.mounts().first)
        #expect(mount.kind == sample.kind)
        #expect(mount.source.map { String($0) } == sample.source)
        #expect(mount.target.map { String($0) } == sample.target)
        #expect(mount.isReadOnly == sample.isReadOnly)
        #expect(event.path(of: mount.origin)?.hasPrefix("RequestBody.HostConfig.") == true)
    }

    @Test("Ports that are bound come before those that are only exposed")
    func ports() throws {
        let event = try Self.create(
            #"{"Image":"a","ExposedPorts":{"80/tcp":{},"53/udp":{}},"HostConfig":{"PortBindings":"#
                + #"{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"},{"HostPort":""}]}}}"#)
        let ports = try #require(event.containers.first?.portList())
        #expect(ports.map { $0.container } == [80, 80, 53])
        #expect(ports.map { $0.host } == [8080, 0, nil])
        #expect(ports.map { $0.transport.map { String($0) } } == ["tcp", "tcp", "udp"])
    }

    @Test("What shares the host or lifts its protection is set, with its place")
    func settings() throws {
        let event = try Self.create(
            #"{"Image":"a","HostConfig":{"NetworkMode":"host","PidMode":"host","IpcMode":"container:x","UTSMode":"host","#
                + #""UsernsMode":"host","CgroupnsMode":"host","MaskedPaths":[],"AutoRemove":true,"#
                + #""SecurityOpt":["seccomp=unconfined","apparmor:unconfined","label=disable"]}}"#)
        let workload = try #require(event.workload)
        let container = try #require(event.containers.first)
        #expect(workload.hostNetwork.value == true)
        #expect(workload.hostPID.value == true)
        #expect(workload.hostIPC.value == false)
        #expect(workload.joinedContainer.map { String($0) } == "x")
        #expect(workload.hostUTS.value == true)
        #expect(workload.hostUsers.value == true)
        #expect(workload.hostCgroup.value == true)
        #expect(workload.removesItself.value == true)
        #expect(container.unmaskedPaths.value == true)
        #expect(container.seccomp.value.map { String($0) } == "unconfined")
        #expect(container.apparmor.value.map { String($0) } == "unconfined")
        #expect(container.selinuxDisabled.value == true)
        let place = try #require(container.apparmor.origin)
        #expect(event.path(of: place) == "RequestBody.HostConfig.SecurityOpt[1]")
    }

    @Test("A Swarm service is a workload with one container")
    func service() throws {
        let event = try Self.create(
            #"{"Name":"web","TaskTemplate":{"ContainerSpec":{"Image":"nginx@sha256:0","Args":["-g"],"#
                + #""Env":["A=1"],"Mounts":[{"Type":"bind","Source":"/","Target":"/h"}],"CapabilityAdd":["SYS_ADMIN"],"#
                + #""Privileges":{"Seccomp":{"Mode":"unconfined"},"AppArmor":{"Mode":"disabled"}}},"#
                + #""Networks":[{"Target":"host"}]},"Mode":{"Replicated":{"Replicas":2}},"#
                + #""EndpointSpec":{"Ports":[{"Protocol":"tcp","TargetPort":80,"PublishedPort":30080}]}}"#,
            "/v1.41/services/create")
        #expect(event.action == .create)
        #expect(event.workload?.kindText == "Service")
        #expect(event.workload?.name.map { String($0) } == "web")
        #expect(event.workload?.hostNetwork.value == true)
        #expect(event.workload?.replicas?.int64 == 2)
        #expect(event.hostMounts == ["/:/h"])
        let container = try #require(event.containers.first)
        #expect(container.seccomp.value.map { String($0) } == "unconfined")
        #expect(container.apparmor.value.map { String($0) } == "unconfined")
        #expect(container.portList().first?.host == 30080)
        #expect(container.environment().first?.value.map { String($0) } == "1")
    }

    @Test(
        "SELinux types that are kept from nothing are no separation",
        arguments: [
            ("label=type:spc_t", true), ("label:type:unconfined_t", true), ("label=type:container_runtime_t", true),
            ("label=type:container_t", false), ("label=level:s0", false),
        ])
    func label(option: String, isOff: Bool) throws {
        let event = try Self.create(#"{"Image":"a","HostConfig":{"SecurityOpt":["\#(option)"]}}"#)
        #expect((try #require(event.containers.first).selinuxDisabled.value == true) == isOff)
    }

    @Test(
        "Confinement that forbids nothing is none, however a service spells it",
        arguments: [
            (#""SELinuxContext":{"Disable":true}"#, false, true), (#""SELinuxContext":{"Type":"spc_t"}"#, false, true),
            (#""SELinuxContext":{"Type":"container_t"}"#, false, false),
            // {"defaultAction":"SCMP_ACT_ALLOW"}, and one that forbids.
            (#""Seccomp":{"Mode":"custom","Profile":"eyJkZWZhdWx0QWN0aW9uIjoiU0NNUF9BQ1RfQUxMT1cifQ=="}"#, true, false),
            (
                #""Seccomp":{"Mode":"custom","Profile":"eyJkZWZhdWx0QWN0aW9uIjoiU0NNUF9BQ1RfRVJSTk8ifQ=="}"#, false,
                false
            ),
            (#""Seccomp":{"Mode":"custom","Profile":"?"}"#, false, false),
        ])
    func confinement(privileges: String, isSeccompOff: Bool, isSELinuxOff: Bool) throws {
        let event = try Self.create(
            #"{"Name":"web","TaskTemplate":{"ContainerSpec":{"Image":"a","Privileges":{\#(privileges)}}}}"#,
            "/v1.46/services/create")
        let container = try #require(event.containers.first)
        #expect((container.seccomp.value.map { String($0) } == "unconfined") == isSeccompOff)
        #expect((container.selinuxDisabled.value == true) == isSELinuxOff)
    }

    @Test("An inspection's volumes know their options, and its defaults are not taken for wishes")
    func inspection() throws {
        let text =
            #"[{"Id":"\#(ContainerJoinTests.id)","Name":"/web","Image":"sha256:1","Config":{"Image":"a","Cmd":["b"]},"#
            + #""HostConfig":{"CgroupnsMode":"host","PidMode":"host","SecurityOpt":["label=disable"],"#
            + #""MaskedPaths":["/proc/acpi","/proc/kcore","/sys/firmware"],"Mounts":[{"Type":"volume","Source":"v","Target":"/e","VolumeOptions":"#
            + #"{"DriverConfig":{"Options":{"type":"none","o":"bind","device":"/"}}}}]},"#
            + #""Mounts":[{"Type":"volume","Name":"v","Source":"/var/lib/docker/volumes/v/_data","Destination":"/e","#
            + #""Driver":"local","RW":true}]},{"Id":"x","RepoTags":["a"],"RootFS":{}}]"#
        let reading = Reading(lines: text, with: DockerInspectReader())
        #expect(reading.faults == [])
        #expect(reading.events.map { $0.action } == [.create, .read])
        let event = try #require(reading.events.first)
        #expect(event.hostMounts == ["/:/e"])
        #expect(event.workload?.name.map { String($0) } == "web")
        #expect(event.workload?.hostCgroup.value == nil)
        #expect(event.containers.first?.selinuxDisabled.value == nil)
        #expect(event.containers.first?.unmaskedPaths.value == nil)
        #expect(event.raw["Id"] != nil)
    }
}

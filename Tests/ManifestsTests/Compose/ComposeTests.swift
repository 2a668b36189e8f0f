import SecurityEvents
import Testing

@testable import Manifests

@Suite("Compose files")
struct ComposeTests {
    private func service(_ fields: String, more: String = "", variables: [String: String] = [:]) throws -> Manifest {
        let lines = fields.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        let read = ManifestReader(variables: variables).read(
            "services:\n  web:\n    image: nginx\n\(lines)\n\(more)", file: "compose.yaml")
        #expect(read.diagnostics.allSatisfy { $0.severity == .warning }, "\(read.diagnostics)")
        return try #require(read.manifests.first)
    }

    private func json(_ fields: String, more: String = "") throws -> String {
        String(decoding: try service(fields, more: more).root["HostConfig"]?.json ?? [], as: UTF8.self)
    }

    @Test(
        "Fields become the engine's",
        arguments: [
            ("privileged: \"yes\"", #"{"Privileged":true}"#),
            (
                "network_mode: host\npid: host\nipc: host\nuserns_mode: host",
                #"{"NetworkMode":"host","PidMode":"host","IpcMode":"host","UsernsMode":"host"}"#
            ),
            ("cap_add: [SYS_ADMIN]\ncap_drop:\n- ALL", #"{"CapAdd":["SYS_ADMIN"],"CapDrop":["ALL"]}"#),
            (
                "volumes:\n- /:/h:ro\n- data:/d\n- ./x:/x\n- ../../../../etc:/e",
                #"{"Binds":["/:/h:ro","data:/d","/srv/compose/project/x:/x","/etc:/e"]}"#
            ),
            (
                "volumes:\n- {type: bind, source: /etc, target: /e, read_only: true}",
                #"{"Mounts":[{"Type":"bind","Source":"/etc","Target":"/e","ReadOnly":true}]}"#
            ),
            (
                "devices:\n- /dev/sda:/dev/x:r",
                #"{"Devices":[{"PathOnHost":"/dev/sda","PathInContainer":"/dev/x","CgroupPermissions":"r"}]}"#
            ),
            (
                "ports:\n- 127.0.0.1:80-81:90-91/udp\n- {target: 5, published: \"6\"}",
                #"{"PortBindings":{"90/udp":[{"HostIp":"127.0.0.1","HostPort":"80"}],"91/udp":[{"HostIp":"127.0.0.1","HostPort":"81"}],"5/tcp":[{"HostIp":"","HostPort":"6"}]}}"#
            ),
            ("security_opt: [\"seccomp:unconfined\"]", #"{"SecurityOpt":["seccomp:unconfined"]}"#),
            ("security_opt: [systempaths=unconfined]", #"{"MaskedPaths":[],"ReadonlyPaths":[]}"#),
            ("deploy: {restart_policy: {condition: any}}", #"{"RestartPolicy":{"Name":"always"}}"#),
            ("use_api_socket: true", #"{"Binds":["/var/run/docker.sock:/var/run/docker.sock"]}"#),
            ("use_api_socket: false", "{}"),
            ("network_mode: service:db", #"{"NetworkMode":"container:db"}"#),
        ])
    func host(_ fields: String, _ expected: String) throws { #expect(try json(fields) == expected) }

    @Test("A named volume with options of the host's folders is that folder")
    func namedVolume() throws {
        let made = try json(
            "volumes: [\"data:/d:ro\"]", more: "volumes:\n  data: {driver_opts: {type: none, o: bind, device: /}}")
        #expect(
            made.contains(#""Options":{"type":"none","o":"bind","device":"/"}"#) && made.contains(#""ReadOnly":true"#))
    }

    @Test("Commands are taken apart as a shell would, environments are lists or mappings")
    func configuration() throws {
        let made = try service("command: sh -c 'a b'\nentrypoint: [\"x\", 1]\nenvironment:\n  A: 1\n  B: yes\n  C:")
            .root
        #expect(made["Cmd"]?.elements.compactMap(\.text) == ["sh", "-c", "a b"])
        #expect(made["Entrypoint"]?.elements.compactMap(\.text) == ["x", "1"])
        #expect(made["Env"]?.elements.compactMap(\.text) == ["A=1", "B=yes"])
        #expect(try service("environment: [A=b=c, D]").root["Env"]?.elements.compactMap(\.text) == ["A=b=c"])
    }

    @Test(
        "Variables are filled in as Compose does",
        arguments: [
            ("$A", "1"), ("${A}", "1"), ("${B:-x}", "x"), ("${E:-x}", "x"), ("${E-x}", ""), ("${B:-${A}}", "1"),
            ("${A:+y}", "y"), ("${B+y}", ""), ("$$A", "$A"), ("${B}", "${B}"), ("${B:?must}", "${B}"), ("a$", "a$"),
            ("${", "${"), ("${}", "${}"),
        ])
    func variables(_ text: String, _ expected: String) {
        var filling = ComposeVariables(["A": "1", "E": ""])
        #expect(filling.fill(text) == expected)
    }

    @Test("extends merges; a circle and a missing base are told")
    func extends() throws {
        let text = """
            services:
              base: {image: a, cap_add: [NET_ADMIN], environment: {A: 1}}
              web: {extends: base, privileged: true, cap_add: [SYS_ADMIN]}
              bad: {extends: {service: none}, image: b}
              one: {extends: two, image: c}
              two: {extends: one, image: d}
            """
        let read = ManifestReader().read(text, file: "compose.yaml")
        let web = try #require(read.manifests.first { $0.label == "service web" })
        #expect(web.root["Image"]?.text == "a")
        #expect(web.root["HostConfig"]?["CapAdd"]?.elements.compactMap(\.text) == ["NET_ADMIN", "SYS_ADMIN"])
        #expect(read.diagnostics.contains { $0.message.contains("no service 'none'") })
        #expect(read.diagnostics.contains { $0.message.contains("circle") })
    }

    @Test("Included files are read from where they stand, with their variables; a missing one and a circle are told")
    func include() throws {
        let files = [
            "db/compose.yaml": "services:\n  db: {image: \"db:${TAG}\", privileged: true}\ninclude: [more.yaml]\n",
            "db/more.yaml": "services:\n  cache: {image: c, pid: host}\n",
            "db/.env": "TAG=7\n",
            "torn.yaml": "services:\n  t: {image: [a\n",
            "round.yaml": "include: [round.yaml]\nservices:\n  r: {image: r}\n",
        ]
        let text = """
            include:
              - path: db/compose.yaml
                env_file: db/.env
              - gone.yaml
              - torn.yaml
            """
        let read = ManifestReader(load: { files[$0].map(Result.success) ?? .failure(FileFault("no such file")) }).read(
            text, file: "compose.yaml")
        #expect(read.isRecognized)
        let database = try #require(read.manifests.first { $0.label == "service db of db/compose.yaml" })
        #expect(database.root["Image"]?.text == "db:7")
        #expect(database.root["HostConfig"]?["Privileged"]?.content == .bool(true))
        #expect(database.line == 2)
        #expect(ManifestFix.edits(for: ["RequestBody.HostConfig.Privileged"], of: database).isEmpty)
        #expect(read.manifests.contains { $0.label == "service cache of more.yaml of db/compose.yaml" })
        #expect(read.diagnostics.map(\.line) == [4, 5])
        #expect(
            read.diagnostics.first?.message.contains("'gone.yaml', which is included, cannot be read (no such file)")
                ?? false)
        #expect(
            read.diagnostics.last?.message.contains("'torn.yaml', which is included, cannot be read (line ") ?? false)

        let round = ManifestReader(load: { files[$0].map(Result.success) ?? .failure(FileFault("no such file")) }).read(
            files["round.yaml"] ?? "", file: "round.yaml")
        #expect(round.diagnostics.contains { $0.message.contains("circle") })
    }

    @Test("A port that is none, and a boolean that is none, are told with their places")
    func faults() {
        let read = ManifestReader().read(
            "services:\n  web:\n    image: a\n    privileged: maybe\n    ports: [99999]\n", file: "compose.yaml")
        #expect(read.diagnostics.map(\.line).sorted() == [4, 5])
    }

    @Test("What Compose runs in a container when it has started, or before it ends, is a command of its image")
    func hooks() throws {
        let text = """
            services:
              a:
                image: x
                post_start:
                  - command: sh -c 'id; y'
                    user: root
                    privileged: true
                pre_stop:
                  - command: [z, "1"]
                  - user: nobody
            """
        let read = ManifestReader().read(text, file: "compose.yaml")
        #expect(read.diagnostics.isEmpty)
        #expect(read.manifests.map(\.label) == ["service a", "post_start of service a", "pre_stop of service a"])
        let start = try #require(read.manifests.dropFirst().first).root
        #expect(start["Image"]?.text == "x" && start["User"]?.text == "root")
        #expect(start["Cmd"]?.elements.compactMap(\.text) == ["sh", "-c", "id; y"])
        #expect(start["HostConfig"]?["Privileged"]?.content == .bool(true))
        #expect(read.manifests.last?.root["Cmd"]?.elements.compactMap(\.text) == ["z", "1"])
    }
}

import Foundation
import JSONView
import TestSupport
import Testing

@testable import SecurityEvents

/// A route other than that of a create, by which something is deployed or changed: an ordinary body of it, and how to see
/// what the engine made of a call.
struct DeployingRoute: Sendable, CustomTestStringConvertible {
    typealias Engine =
        @Sendable (_ method: String, _ path: String, _ body: String?) async throws -> DifferentialTests.Answer

    var name: String
    var method = "POST"
    /// The path for the thing that ``prepare`` made.
    var path: @Sendable (_ thing: String) -> String
    var query: @Sendable (_ thing: String) -> String = { _ in "" }
    /// What the query's value is when it is not meant.
    var other = "other"
    var structure: GoStruct?
    var type = "application/json"
    /// The version of the API of an ordinary request.
    var version = "/v1.41"
    /// Of how many rounds one is played: some take long.
    var every = 1
    var body: @Sendable (inout SeededGenerator, _ thing: String) -> BodyNode = { _, _ in .raw("") }
    /// Makes what the call is about; its name or identifier.
    var prepare: @Sendable (Engine, String) async throws -> String
    /// In what a call that the engine carried out differs from what was believed.
    var differences:
        @Sendable (Engine, _ thing: String, DifferentialTests.Answer, DifferentialTests.Belief) async throws -> [String]
    /// Takes everything away again.
    var clean: @Sendable (Engine, _ thing: String, DifferentialTests.Answer) async throws -> Void

    var testDescription: String { name }

    static let all = [
        exec, execStart, attach, build, update, volume, service, serviceUpdate, commit, start, rename, tag, archive,
    ]

    static let image = DifferentialTests.image

    // MARK: Routes

    private static let exec = DeployingRoute(
        name: "exec", path: { "/containers/\($0)/exec" }, structure: GoSchemas.exec,
        body: { random, _ in
            .members(
                [("Cmd", random.pick([list("sh", "-c", "id"), .text("id"), list("ls")]))]
                    + random.some([
                        ("Privileged", random.pick([.raw("true"), .raw("false"), .raw("null")])),
                        ("User", random.pick([.text("0"), .text("nobody"), .text("")])), ("Tty", .raw("true")),
                        ("Env", list("A=1")), ("WorkingDir", .text("/tmp")), ("AttachStdin", .raw("true")),
                    ]))
        },
        prepare: { engine, name in try await container(engine, name, starts: true) },
        differences: { engine, _, answer, belief in
            guard let id = answer.identifier else { return ["no identifier in the answer"] }
            let made = try await value(engine, "/exec/\(id)/json")["ProcessConfig"]
            let asked = believed(belief, GoSchemas.exec)
            let words = [made["entrypoint"]] + elements(made["arguments"])
            return differing([
                ("Cmd", asked: .list(texts(asked["Cmd"])), made: .list(words)),
                ("Privileged", asked["Privileged"], made["privileged"]), ("Tty", asked["Tty"], made["tty"]),
                ("User", asked["User"], made["user"]),
            ])
        },
        clean: removeContainer)

    /// What an exec runs was said before; its start names it.
    private static let execStart = DeployingRoute(
        name: "exec start", path: { "/exec/\($0.split(separator: " ").last ?? "")/start" },
        structure: GoSchemas.execStart, every: 2,
        body: { random, _ in
            .members(
                random.some([
                    ("Detach", random.pick([.raw("true"), .raw("false"), .raw("null")])), ("Tty", .raw("false")),
                    ("ConsoleSize", .raw("[24, 80]")),
                ]))
        },
        prepare: { engine, name in
            let container = try await container(engine, name, starts: true)
            let made = try await engine(
                "POST", "/containers/\(container)/exec", #"{"Cmd":["/bin/echo","\#(name)"],"AttachStdout":true}"#)
            return "\(container) \(made.identifier ?? "none")"
        },
        differences: { engine, thing, _, belief in
            let names = thing.split(separator: " ").map(String.init)
            let made = try await value(engine, "/exec/\(names[1])/json")
            guard made["Pid"].pruned != .null else { return [] }
            // It ran: then the gate knew what, and in which container.
            return differing([
                (
                    "command", asked: .list(belief.command.map { .text($0) }),
                    made: .list([made["ProcessConfig"]["entrypoint"]] + elements(made["ProcessConfig"]["arguments"]))
                ), ("container", .text(names[0]), made["ContainerID"]),
                ("action", .text(belief.route), .text("exec")),
            ])
        },
        clean: { engine, thing, answer in
            try await removeContainer(engine, thing.split(separator: " ").first.map(String.init) ?? "", answer)
        })

    /// A terminal in a container; of one that runs no more, what it wrote.
    private static let attach = DeployingRoute(
        name: "attach", path: { "/containers/\($0)/attach" }, query: { _ in "logs=1&stdout=1" }, other: "0", every: 3,
        prepare: { engine, name in try await container(engine, name, starts: true) },
        differences: { _, thing, answer, belief in
            belief.route == "attach" && belief.target == thing
                ? [] : ["attached to \(thing), and believed \(belief.route) of \(belief.target)"]
        },
        clean: removeContainer)

    /// The steps of a build are containers; its parameters say how far they are kept from the host.
    private static let build = DeployingRoute(
        name: "build", path: { _ in "/build" },
        query: { thing in
            let settings = [
                "networkmode=none", "networkmode=host", "networkmode=default", "cgroupparent=/tallyman",
                "networkmode=none&cgroupparent=/tallyman", "extrahosts=a:127.0.0.1", "shmsize=1048576",
            ]
            let chosen = settings[thing.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % settings.count]
            return "\(chosen)&t=\(thing)&rm=0"
        }, other: "host", type: "application/x-tar", every: 8,
        body: { _, thing in .raw(archive(of: "FROM \(image)\nRUN echo \(thing)\n")) },
        prepare: { _, name in name },
        differences: { engine, _, answer, belief in
            let told = String(decoding: answer.body, as: UTF8.self)
            guard let step = told.firstMatch(of: /Running in ([0-9a-f]{12})/) else { return [] }
            let made = try await value(engine, "/containers/\(step.1)/json")["HostConfig"]
            let held = belief.objections.contains { if case .opaque = $0 { false } else { true } }
            if held { return [] }
            var found: [String] = []
            let network = parameter("networkmode", belief)
            if made["NetworkMode"] != .text(network.isEmpty ? "default" : network) {
                found.append("believed the network \(network), made \(made["NetworkMode"])")
            }
            if made["CgroupParent"].pruned != PlainValue.text(parameter("cgroupparent", belief)).pruned {
                found.append("believed the group \(parameter("cgroupparent", belief)), made \(made["CgroupParent"])")
            }
            if made["NetworkMode"] == .text("host") || made["CgroupParent"].pruned != .null {
                found.append("a step near to the host, and nothing was held against it")
            }
            return found
        },
        clean: { engine, thing, answer in
            for step in String(decoding: answer.body, as: UTF8.self).matches(of: /Running in ([0-9a-f]{12})/) {
                _ = try await engine("DELETE", "/containers/\(step.1)?force=1&v=1", nil)
            }
            _ = try await engine("DELETE", "/images/\(thing)?force=1", nil)
        })

    private static let update = DeployingRoute(
        name: "update", path: { "/containers/\($0)/update" }, structure: GoSchemas.update,
        body: { random, _ in
            .members(
                random.some([
                    ("RestartPolicy", .members([("Name", random.pick([.text("always"), .text("no"), .text("")]))])),
                    ("Memory", random.pick([.raw("33554432"), .raw("0")])), ("MemorySwap", .raw("-1")),
                    ("CpuShares", .raw("512")), ("CpuQuota", .raw("20000")), ("CpuPeriod", .raw("50000")),
                    ("PidsLimit", .raw("77")), ("Devices", .array([.members([("PathOnHost", .text("/dev/sda"))])])),
                    ("CgroupParent", .text("/x")), ("DeviceCgroupRules", list("a *:* rwm")),
                ]))
        },
        prepare: { engine, name in try await container(engine, name, starts: false) },
        differences: { engine, thing, _, belief in
            let made = try await value(engine, "/containers/\(thing)/json")["HostConfig"]
            let asked = believed(belief, GoSchemas.update)
            var pairs: [(String, asked: PlainValue, made: PlainValue)] = [
                // What is not asked for stays; these are what the container was made with.
                ("Devices", .null, made["Devices"]), ("DeviceCgroupRules", .null, made["DeviceCgroupRules"]),
                ("CgroupParent", .null, made["CgroupParent"]),
            ]
            for name in ["Memory", "CpuShares", "CpuQuota", "CpuPeriod", "MemorySwap"] {
                pairs.append((name, asked[name], made[name]))
            }
            // Nothing and "no" are one policy.
            let (policy, old) = (asked["RestartPolicy"]["Name"].pruned, made["RestartPolicy"]["Name"].pruned)
            pairs.append(("RestartPolicy", policy == .text("no") ? .null : policy, old == .text("no") ? .null : old))
            return differing(pairs)
        },
        clean: removeContainer)

    private static let volume = DeployingRoute(
        name: "volume", path: { _ in "/volumes/create" }, structure: GoSchemas.volume,
        body: { random, _ in
            .members(
                [("Name", .text("tallyman-diff-\(random.next() % 1_000_000)"))]
                    + random.some([
                        ("Driver", .text("local")), ("Labels", .members([("a", .text("1"))])),
                        (
                            "DriverOpts",
                            .members([
                                ("type", random.pick([.text("none"), .text("tmpfs"), .text("proc")])),
                                ("o", .text("bind")),
                                ("device", random.pick([.text("/"), .text("/srv"), .text(".")])),
                            ])
                        ),
                    ]))
        },
        prepare: { _, name in name },
        differences: { engine, _, answer, belief in
            let made = try json(answer.body)
            let asked = believed(belief, GoSchemas.volume)
            return differing([
                ("DriverOpts", asked["DriverOpts"], made["Options"]), ("Labels", asked["Labels"], made["Labels"]),
                ("Name", asked["Name"].pruned == .null ? made["Name"] : asked["Name"], made["Name"]),
                ("Driver", asked["Driver"].pruned == .null ? .text("local") : asked["Driver"], made["Driver"]),
            ])
        },
        clean: { engine, _, answer in
            guard case .text(let name)? = try? json(answer.body)["Name"] else { return }
            _ = try await engine("DELETE", "/volumes/\(name)?force=1", nil)
        })

    private static let service = DeployingRoute(
        name: "service", path: { _ in "/services/create" }, structure: GoSchemas.service, every: 2, body: serviceBody,
        prepare: { _, name in name },
        differences: { engine, _, answer, belief in
            guard case .text(let id) = try json(answer.body)["ID"] else { return ["no identifier in the answer"] }
            return try await serviceDifferences(engine, id, belief)
        },
        clean: { engine, _, answer in
            guard case .text(let id)? = try? json(answer.body)["ID"] else { return }
            _ = try await engine("DELETE", "/services/\(id)", nil)
        })

    private static let serviceUpdate = DeployingRoute(
        name: "service update", path: { "/services/\($0.prefix { $0 != " " })/update" },
        query: { "version=\($0.split(separator: " ").dropFirst().first ?? "")" }, other: "0",
        structure: GoSchemas.service, every: 2,
        body: serviceBody,
        prepare: { engine, name in
            let created = try await engine(
                "POST", "/services/create",
                #"{"Name":"\#(name)","TaskTemplate":{"ContainerSpec":{"Image":"\#(image)"}},"Mode":{"Replicated":{"Replicas":0}}}"#
            )
            guard case .text(let id) = try json(created.body)["ID"] else { return name }
            guard case .number(let version) = try await value(engine, "/services/\(id)")["Version"]["Index"] else {
                return id
            }
            return "\(id) \(version) \(name)"
        },
        differences: { engine, thing, _, belief in
            try await serviceDifferences(engine, String(thing.prefix { $0 != " " }), belief)
        },
        clean: { engine, thing, _ in _ = try await engine("DELETE", "/services/\(thing.prefix { $0 != " " })", nil) })

    private static let commit = DeployingRoute(
        name: "commit", path: { _ in "/commit" }, query: { "container=\($0)" }, other: "nobody",
        structure: GoSchemas.commit, every: 4,
        body: { random, _ in
            .members(
                random.some([
                    ("Cmd", random.pick([list("sh"), .text("id")])), ("Entrypoint", list("/bin/echo")),
                    ("Env", list("A=1")), ("User", .text("nobody")), ("Labels", .members([("a", .text("1"))])),
                    ("WorkingDir", .text("/tmp")), ("Tty", .raw("true")),
                ]))
        },
        prepare: { engine, name in try await container(engine, name, starts: false) },
        differences: { engine, _, answer, belief in
            guard let id = answer.identifier else { return ["no identifier in the answer"] }
            let made = try await value(engine, "/images/\(id)/json")["Config"]
            let asked = believed(belief, GoSchemas.commit)
            // What is not given comes from the container.
            return differing(
                ["User", "WorkingDir", "Labels"].filter { asked[$0].pruned != .null }.map { ($0, asked[$0], made[$0]) }
                    + ["Cmd", "Entrypoint"].filter { !texts(asked[$0]).isEmpty }
                    .map { ($0, .list(texts(asked[$0])), .list(texts(made[$0]))) })
        },
        clean: { engine, thing, answer in
            try await removeContainer(engine, thing, answer)
            if let id = answer.identifier { _ = try await engine("DELETE", "/images/\(id)", nil) }
        })

    /// Old versions of the API take host settings when a container starts.
    private static let start = DeployingRoute(
        name: "start", path: { "/containers/\($0)/start" }, structure: GoSchemas.create, version: "/v1.23", every: 5,
        body: { random, _ in
            .members(
                random.some([
                    ("Binds", list("/etc:/h:ro")), ("Privileged", .raw("false")), ("CapAdd", list("SYS_ADMIN")),
                    ("HostConfig", .members([("Binds", list("/etc:/h:ro"))])),
                ]))
        },
        prepare: { engine, name in try await container(engine, name, starts: false) },
        differences: { engine, thing, _, belief in
            let made = try await value(engine, "/containers/\(thing)/json")["HostConfig"]
            let took = ["Binds", "CapAdd"].filter { made[$0].pruned != .null }
            return took.isEmpty || !belief.objections.isEmpty
                ? [] : ["the start took \(took) and nothing was held against it"]
        },
        clean: removeContainer)

    private static let rename = DeployingRoute(
        name: "rename", path: { "/containers/\($0)/rename" }, query: { "name=\($0)-new" },
        other: "tallyman-diff-hidden",
        every: 3, body: { _, _ in .raw("name=tallyman-diff-form") },
        prepare: { engine, name in
            // By its identifier, so that it is found whatever it is called.
            try await container(engine, name, starts: false)
        },
        differences: { engine, thing, _, belief in
            let made = try await value(engine, "/containers/\(thing)/json")["Name"]
            let asked = parameter("name", belief)
            return made == .text("/" + asked) || !belief.objections.isEmpty
                ? [] : ["believed the name \(asked), made \(made)"]
        },
        clean: removeContainer)

    private static let tag = DeployingRoute(
        name: "tag", path: { _ in "/images/\(image)/tag" }, query: { "repo=\($0)" }, other: "tallyman-diff-hidden",
        every: 2,
        body: { random, _ in random.pick([.raw(""), .raw("repo=tallyman-diff-form")]) },
        prepare: { _, name in name },
        differences: { engine, _, _, belief in
            let asked = parameter("repo", belief)
            let found = try await engine("GET", "/images/\(asked)/json", nil)
            return found.status == 200 || !belief.objections.isEmpty
                ? [] : ["believed the tag \(asked), and there is none"]
        },
        clean: { engine, thing, _ in
            for name in [thing, "tallyman-diff-form", "tallyman-diff-hidden"] {
                _ = try await engine("DELETE", "/images/\(name)", nil)
            }
        })

    private static let archive = DeployingRoute(
        name: "archive", method: "PUT", path: { "/containers/\($0)/archive" }, query: { _ in "path=/bin" }, other: "/",
        type: "application/x-tar", every: 4, body: { _, _ in .raw([UInt8](repeating: 0, count: 1024)) },
        prepare: { engine, name in try await container(engine, name, starts: false) },
        differences: { _, _, _, belief in
            belief.objections.isEmpty ? ["files were written, and nothing was held against it"] : []
        },
        clean: removeContainer)

    // MARK: What they share

    private static let serviceBody: @Sendable (inout SeededGenerator, String) -> BodyNode = { random, thing in
        let mounts: [BodyNode] = [
            .members([("Type", .text("bind")), ("Source", .text("/etc")), ("Target", .text("/m"))]),
            .members([("Type", .text("volume")), ("Source", .text("v")), ("Target", .text("/m"))]),
        ]
        let container = random.some([
            ("Command", list("sh")), ("Args", list("-c", "id")), ("User", .text("0")),
            ("CapabilityAdd", list("CAP_SYS_ADMIN")),
            ("Mounts", .array([random.pick(mounts)])), ("Env", list("A=1")),
            ("Sysctls", .members([("net.a", .text("1"))])),
            ("Privileges", .members([("SELinuxContext", .members([("Disable", .raw("true"))]))])),
            ("TTY", .raw("true")),
        ])
        return .members([
            ("Name", .text(thing.split(separator: " ").last.map(String.init) ?? thing)),
            (
                "TaskTemplate",
                .members(
                    [("ContainerSpec", .members([("Image", .text(image))] + container))]
                        + random.some([("Networks", .array([.members([("Target", .text("host"))])]))]))
            ), ("Mode", .members([("Replicated", .members([("Replicas", .raw("0"))]))])),
        ])
    }

    private static func serviceDifferences(
        _ engine: Engine, _ id: String, _ belief: DifferentialTests.Belief
    ) async throws -> [String] {
        let made = try await value(engine, "/services/\(id)")["Spec"]
        let asked = believed(belief, GoSchemas.service)
        let (left, right) = (asked["TaskTemplate"]["ContainerSpec"], made["TaskTemplate"]["ContainerSpec"])
        var pairs = ["Command", "Args", "User", "Mounts", "Env", "TTY"].map { ($0, asked: left[$0], made: right[$0]) }
        // Older versions of the API leave them out.
        let isOld = DockerRequestTarget(belief.uri.utf8).version.map { ($0.major, $0.minor) < (1, 41) } ?? false
        for name in ["CapabilityAdd", "Sysctls"] where !(isOld && right[name].pruned == .null) {
            pairs.append((name, left[name], right[name]))
        }
        pairs.append(
            (
                "SELinux", left["Privileges"]["SELinuxContext"]["Disable"],
                right["Privileges"]["SELinuxContext"]["Disable"]
            ))
        pairs.append(("Name", asked["Name"], made["Name"]))
        var networks: [PlainValue] = []
        for network in elements(asked["TaskTemplate"]["Networks"]) {
            // The swarm has an identifier of its own for the host's.
            guard case .text(let name) = network["Target"] else { continue }
            networks.append(try await value(engine, "/networks/\(name)?scope=swarm")["Id"])
        }
        pairs.append(
            ("Networks", .list(networks), .list(elements(made["TaskTemplate"]["Networks"]).map { $0["Target"] })))
        return differing(pairs)
    }

    /// A tar archive of one file, as a build takes it.
    private static func archive(of file: String) -> [UInt8] {
        let content = Array(file.utf8)
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put("Dockerfile", at: 0)
        put("0000644", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        put(octal(content.count, 11), at: 124)
        put(octal(0, 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\0 ", at: 148)
        let padding = [UInt8](repeating: 0, count: (512 - content.count % 512) % 512 + 1024)
        return header + content + padding
    }

    private static let removeContainer: @Sendable (Engine, String, DifferentialTests.Answer) async throws -> Void = {
        engine, thing, _ in
        _ = try await engine("DELETE", "/containers/\(thing)?force=1&v=1", nil)
    }

    private static func container(_ engine: Engine, _ name: String, starts: Bool) async throws -> String {
        let made = try await engine(
            "POST", "/containers/create?name=\(name)",
            #"{"Image":"\#(image)","Cmd":["/bin/sleep","600"],"HostConfig":{"NetworkMode":"none"}}"#)
        let id = made.identifier ?? name
        if starts { _ = try await engine("POST", "/containers/\(id)/start", nil) }
        return id
    }

    private static func list(_ words: String...) -> BodyNode { .array(words.map { .text($0) }) }

    private static func value(_ engine: Engine, _ path: String) async throws -> PlainValue {
        try json(try await engine("GET", path, nil).body)
    }

    private static func json(_ bytes: [UInt8]) throws -> PlainValue {
        let document = try JSONParser(limits: JSONLimits(size: 32 << 20)).parse(bytes)
        return withExtendedLifetime(document) { PlainValue(document.root) }
    }

    private static func believed(_ belief: DifferentialTests.Belief, _ structure: GoStruct) -> PlainValue {
        let body = belief.object.flatMap { try? json($0) } ?? .null
        return body.keeping(.structure(structure))
    }

    private static func parameter(_ name: String, _ belief: DifferentialTests.Belief) -> String {
        DockerRequestTarget(belief.uri.utf8).query.first(name).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func elements(_ value: PlainValue) -> [PlainValue] {
        if case .list(let elements) = value { return elements }
        return []
    }

    /// A word alone is a list of one, null in a list an empty word.
    private static func texts(_ value: PlainValue) -> [PlainValue] {
        switch value {
        case .text(let text): [.text(text)]
        case .list(let elements): elements.map { $0 == .null ? .text("") : $0 }
        default: []
        }
    }

    private static func differing(_ pairs: [(String, asked: PlainValue, made: PlainValue)]) -> [String] {
        pairs.compactMap { name, asked, made in
            asked.pruned == made.pruned ? nil : "\(name): believed \(asked), made \(made)"
        }
    }
}

extension SeededGenerator {
    /// Some of a few members.
    mutating func some(_ members: [(String, BodyNode)]) -> [(String, BodyNode)] {
        members.filter { _ in chance(55) }
    }
}

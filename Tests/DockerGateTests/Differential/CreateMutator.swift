import TestSupport

/// Makes requests that create containers, mostly harmless ones and all of them odd.
///
/// The same seed makes the same request. No container is started, and no image but the given one is named.
struct CreateMutator {
    private let image: String

    init(image: String) { self.image = image }

    /// A request as the bytes that are sent.
    ///
    /// - Parameters:
    ///   - seed: chooses.
    ///   - name: the name of the container, so that it can be found.
    /// - Returns: the request.
    func request(seed: UInt64, name: String) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        let body = odd(body(&random), &random)
        return OddRequest(
            method: "POST", path: "/containers/create", query: "name=\(name)", round: name, other: "other"
        )
        .bytes(body, &random)
    }

    /// A body made odd, as the bytes that are sent.
    ///
    /// - Parameters:
    ///   - body: a body that every reader reads alike.
    ///   - random: chooses.
    ///   - most: how many changes there are at most.
    /// - Returns: the bytes.
    func odd(_ body: BodyNode, _ random: inout SeededGenerator, atMost most: Int = 4) -> [UInt8] {
        var node = body
        for _ in 0..<Int.random(in: 0...most, using: &random) { mutate(&node, &random, depth: 0) }
        if random.chance(6), case .object(var members) = node {
            members.append((Array(#""zzz""#.utf8), nested(random.pick([3, 100, 400]), &random)))
            node = .object(members)
        }
        var bytes = node.bytes
        around(&bytes, &random)
        return bytes
    }

    // MARK: A body that every reader reads alike

    private func body(_ random: inout SeededGenerator) -> BodyNode {
        var members: [(String, BodyNode)] = [("Image", .text(image))]
        for _ in 0..<Int.random(in: 0...5, using: &random) { members.append(configuration(&random)) }
        if random.chance(85) {
            var host: [(String, BodyNode)] = []
            for _ in 0..<Int.random(in: 0...6, using: &random) { host.append(hostSetting(&random)) }
            members.append(("HostConfig", .members(unique(host))))
        }
        return .members(unique(members).shuffled(using: &random))
    }

    private func unique(_ members: [(String, BodyNode)]) -> [(String, BodyNode)] {
        var seen = Set<String>()
        return members.filter { seen.insert($0.0).inserted }
    }

    private func configuration(_ random: inout SeededGenerator) -> (String, BodyNode) {
        random.pick([
            ("Cmd", random.pick([strings(["/bin/echo", "a"]), .text("/bin/true"), strings([]), .raw("null")])),
            ("Entrypoint", random.pick([strings(["/bin/sh", "-c"]), .text("/bin/echo"), strings([]), strings([""])])),
            (
                "Env",
                random.pick([strings(["A=1", "B=2"]), strings(["A=\\u00e9"]), strings(["PATH=/x"]), .raw("null")])
            ),
            ("User", random.pick([.text("0:0"), .text("nobody"), .text("")])),
            ("Labels", .members([("a", .text("1")), ("A", .text("2")), ("k8s", .text("x"))])),
            ("Tty", random.pick([.raw("true"), .raw("false")])),
            ("WorkingDir", random.pick([.text("/tmp"), .text("")])),
            ("Hostname", .text("host1")),
            ("StopSignal", .text("SIGKILL")),
            ("StopTimeout", random.pick([.raw("3"), .raw("null")])),
            ("ExposedPorts", .members([("80/tcp", .raw("{}"))])),
            ("Healthcheck", .members([("Test", strings(["CMD", "/bin/true"])), ("Retries", .raw("3"))])),
            ("AttachStdin", .raw("true")), ("OpenStdin", .raw("true")), ("StdinOnce", .raw("true")),
        ])
    }

    private func hostSetting(_ random: inout SeededGenerator) -> (String, BodyNode) {
        random.pick([
            ("Privileged", random.pick([.raw("true"), .raw("false"), .raw("null")])),
            (
                "Binds",
                random.pick([strings(["/etc:/h:ro"]), strings(["/tmp:/t", "/usr:/u:ro"]), strings([]), .raw("null")])
            ),
            ("Mounts", .array([mount(&random)])),
            (
                "CapAdd",
                random.pick([strings(["SYS_ADMIN"]), strings(["NET_RAW", "CHOWN"]), .raw("null"), .text("ALL")])
            ),
            ("CapDrop", random.pick([strings(["ALL"]), strings(["MKNOD"])])),
            (
                "SecurityOpt",
                random.pick([strings(["seccomp=unconfined"]), strings(["no-new-privileges"]), strings([])])
            ),
            ("PidMode", random.pick([.text("host"), .text("")])),
            ("IpcMode", random.pick([.text("host"), .text("none"), .text("")])),
            ("UTSMode", random.pick([.text("host"), .text("")])),
            ("CgroupnsMode", random.pick([.text("host"), .text("private"), .text("")])),
            ("NetworkMode", random.pick([.text("none"), .text("host")])),
            (
                "Devices",
                .array([
                    .members([
                        ("PathOnHost", .text("/dev/null")), ("PathInContainer", .text("/dev/x")),
                        ("CgroupPermissions", .text("r")),
                    ])
                ])
            ),
            ("DeviceCgroupRules", strings(["c 1:3 r"])),
            ("MaskedPaths", random.pick([strings([]), .raw("null"), strings(["/proc/keys"])])),
            ("ReadonlyPaths", random.pick([strings([]), .raw("null")])),
            ("CgroupParent", random.pick([.text("/x"), .text("")])),
            ("GroupAdd", strings(["1"])),
            ("Sysctls", .members([("net.ipv4.ip_forward", .text("1"))])),
            ("RestartPolicy", .members([("Name", random.pick([.text("always"), .text("no"), .text("")]))])),
            ("AutoRemove", .raw("false")), ("ReadonlyRootfs", .raw("true")), ("PublishAllPorts", .raw("true")),
            ("PortBindings", .members([("80/tcp", .array([.members([("HostPort", .text("8081"))])]))])),
            ("Tmpfs", .members([("/run", .text("rw"))])),
            ("Memory", random.pick([.raw("16777216"), .raw("0")])), ("OomScoreAdj", .raw("5")),
            ("ExtraHosts", strings(["a:1.2.3.4"])), ("Dns", strings(["1.2.3.4"])),
        ])
    }

    private func mount(_ random: inout SeededGenerator) -> BodyNode {
        random.pick([
            .members([
                ("Type", .text("bind")), ("Source", .text("/etc")), ("Target", .text("/m")), ("ReadOnly", .raw("true")),
            ]),
            .members([("Type", .text("tmpfs")), ("Target", .text("/m"))]),
            .members([
                ("Type", .text("volume")), ("Target", .text("/m")),
                (
                    "VolumeOptions",
                    .members([
                        (
                            "DriverConfig",
                            .members([
                                ("Name", .text("local")),
                                (
                                    "Options",
                                    .members([("type", .text("none")), ("o", .text("bind")), ("device", .text("/tmp"))])
                                ),
                            ])
                        )
                    ])
                ),
            ]),
        ])
    }

    private func strings(_ texts: [String]) -> BodyNode { .array(texts.map { .text($0) }) }

    private func nested(_ depth: Int, _ random: inout SeededGenerator) -> BodyNode {
        let open = random.chance(50) ? ("[", "]") : ("{\"a\":", "}")
        return .raw(String(repeating: open.0, count: depth) + "1" + String(repeating: open.1, count: depth))
    }

    // MARK: What makes readers differ

    private func mutate(_ node: inout BodyNode, _ random: inout SeededGenerator, depth: Int) {
        switch node {
        case .object(var members):
            guard !members.isEmpty else { return }
            let at = Int.random(in: 0..<members.count, using: &random)
            if depth < 4, random.chance(50), isContainer(members[at].value) {
                mutate(&members[at].value, &random, depth: depth + 1)
            } else {
                change(&members, at, &random)
            }
            node = .object(members)
        case .array(var elements):
            guard !elements.isEmpty else { return }
            let at = Int.random(in: 0..<elements.count, using: &random)
            if isContainer(elements[at]), random.chance(70) {
                mutate(&elements[at], &random, depth: depth + 1)
            } else {
                elements[at] = value(insteadOf: elements[at], &random)
            }
            node = .array(elements)
        case .raw: node = value(insteadOf: node, &random)
        }
    }

    private func isContainer(_ node: BodyNode) -> Bool {
        if case .raw = node { return false }
        return true
    }

    private func change(_ members: inout [(key: [UInt8], value: BodyNode)], _ at: Int, _ random: inout SeededGenerator)
    {
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1: members[at].key = respelled(members[at].key, &random)
        case 2:
            // Again, with another value, before or behind.
            let copy = (key: members[at].key, value: value(insteadOf: members[at].value, &random))
            members.insert(copy, at: random.chance(50) ? at : members.count)
        case 3:
            let copy = (key: respelled(members[at].key, &random), value: value(insteadOf: members[at].value, &random))
            members.insert(copy, at: random.chance(50) ? at : members.count)
        case 4: members.append((members[at].key, .raw("null")))
        case 5: members.insert((members[at].key, .raw("{}")), at: at)
        case 6: members[at].value = value(insteadOf: members[at].value, &random)
        case 7: members.append((Array(#""unknown""#.utf8), members[at].value))
        case 8:
            let (key, setting) = hostSetting(&random)
            members.append((Array("\"\(key)\"".utf8), setting))
        case 9:
            let (key, setting) = hostSetting(&random)
            members.append((Array(#""HostConfig""#.utf8), .members([(key, setting)])))
        case 10: members[at].key = escaped(members[at].key, &random)
        default:
            members.append((members[at].key, members[at].value))
        }
    }

    private func value(insteadOf old: BodyNode, _ random: inout SeededGenerator) -> BodyNode {
        switch Int.random(in: 0..<14, using: &random) {
        case 0: .raw("null")
        case 1: .raw("true")
        case 2: .raw("{}")
        case 3: .raw("[]")
        case 4: .raw(random.pick(["0", "-0", "1", "1.0", "1e0", "1E2", "18446744073709551616", "-1", "01", "1."]))
        case 5: .raw("\"a\u{FF}b\"".replacingInvalid())
        case 6: .raw(#""\ud800x""#)
        case 7: .raw(#""\udc00""#)
        case 8: .raw(#""\u0000\u001f\/""#)
        case 9: .array([old, .raw("null")])
        case 10: .array([old])
        case 11: .text("host")
        case 12: strings(["/dev:/d", "/sys:/s"])
        default: hostSetting(&random).1
        }
    }

    /// The same name to Go, in another spelling.
    private func respelled(_ key: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var result: [UInt8] = []
        for byte in key {
            switch byte {
            case UInt8(ascii: "s") where random.chance(30), UInt8(ascii: "S") where random.chance(30):
                result += Array(random.chance(50) ? "\u{17F}".utf8 : #"\u017f"#.utf8)
            case UInt8(ascii: "k") where random.chance(30), UInt8(ascii: "K") where random.chance(30):
                result += Array(random.chance(50) ? "\u{212A}".utf8 : #"\u212a"#.utf8)
            case UInt8(ascii: "a")...UInt8(ascii: "z") where random.chance(40): result.append(byte - 0x20)
            case UInt8(ascii: "A")...UInt8(ascii: "Z") where random.chance(40): result.append(byte + 0x20)
            default: result.append(byte)
            }
        }
        return result
    }

    private func escaped(_ key: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        guard key.count > 2 else { return key }
        let at = Int.random(in: 1..<(key.count - 1), using: &random)
        guard key[at] != UInt8(ascii: "\\"), key[at] < 0x80, !key.contains(UInt8(ascii: "\\")) else { return key }
        let digits = String(key[at], radix: 16)
        return Array(key[..<at]) + Array((#"\u00"# + digits).utf8) + Array(key[(at + 1)...])
    }

    private func around(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        switch Int.random(in: 0..<40, using: &random) {
        case 0: bytes = []
        case 1:
            bytes += Array(
                random.pick([" x", "{}", " {\"HostConfig\":{\"Privileged\":true}}", "\u{0}", "]", "\n\n"]).utf8)
        case 2: bytes = Array("\u{FEFF}".utf8) + bytes
        case 3: bytes = Array(" \t\r\n".utf8) + bytes
        case 4: bytes = Array("null".utf8)
        case 5: bytes = Array("[".utf8) + bytes + Array("]".utf8)
        case 6: bytes.removeLast(min(bytes.count, 3))
        case 7:
            let at = Int.random(in: 0..<max(1, bytes.count), using: &random)
            bytes.insert(
                random.pick([0xFF, 0x00, 0x7F, 0xC3, UInt8(ascii: "\""), UInt8(ascii: "\\")]), at: min(at, bytes.count))
        case 8:
            // As large as what engines stop showing to plugins, and a little less.
            let size = random.pick([1_100_000, 1_040_000, 300_000])
            let padding = Array("\"Padding\":\"\(String(repeating: "p", count: size))\",".utf8)
            if bytes.first == UInt8(ascii: "{"), bytes.count > 2 { bytes.insert(contentsOf: padding, at: 1) }
        default: break
        }
    }
}

extension String {
    /// A byte that is no UTF-8 where the text has U+00FF.
    fileprivate func replacingInvalid() -> [UInt8] {
        unicodeScalars.flatMap { $0 == "\u{FF}" ? [0xFF] : Array(String($0).utf8) }
    }
}

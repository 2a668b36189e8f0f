import JSONView

@testable import SecurityEvents

/// A JSON value without its spelling: what two readers must agree on.
indirect enum PlainValue: Equatable, CustomStringConvertible {
    case null
    case bool(Bool)
    case number(String)
    case text(String)
    case list([PlainValue])
    case map([String: PlainValue])

    init(_ value: JSONValue?) {
        guard let value else {
            self = .null
            return
        }
        switch value.kind {
        case .null: self = .null
        case .bool: self = .bool(value.bool ?? false)
        case .string: self = .text(value.string ?? "")
        case .int64, .uint64, .double, .bigNumber: self = .number(value.int64.map { "\($0)" } ?? "\(value.double ?? 0)")
        case .array: self = .list(value.elements.map { PlainValue($0) })
        case .object:
            self = .map(Dictionary(value.members.map { (String($0.key), PlainValue($0.value)) }) { $1 })
        }
    }

    subscript(_ name: String) -> PlainValue {
        if case .map(let members) = self { return members[name] ?? .null }
        return .null
    }

    /// Go leaves members out that are empty, or writes them; both mean the same.
    var pruned: PlainValue {
        switch self {
        case .map(let members):
            let kept = members.mapValues(\.pruned).filter { $0.value != .null }
            return kept.isEmpty ? .null : .map(kept)
        case .list(let elements):
            // A null in a list is the empty value there.
            return elements.isEmpty ? .null : .list(elements.map { $0.pruned })
        case .bool(false), .text(""), .number("0"), .number("-0"), .number("-0.0"): return .null
        case .null, .bool, .text, .number: return self
        }
    }

    /// The value without the members that the engine's structs do not have.
    func keeping(_ type: GoType) -> PlainValue {
        switch (type, self) {
        case (.structure(let inner), .map(let members)), (.pointer(let inner), .map(let members)):
            var kept: [String: PlainValue] = [:]
            for (name, type) in zip(inner.names, inner.types) {
                guard let value = members["\(name)"] else { continue }
                kept["\(name)"] = value.keeping(type)
            }
            return .map(kept)
        case (.list(let inner), .list(let elements)):
            return .list(elements.map { $0.keeping(.structure(inner)) })
        case (.map(let inner), .map(let members)): return .map(members.mapValues { $0.keeping(inner) })
        case (.mapOfLists(let inner), .map(let members)):
            return .map(members.mapValues { $0.keeping(.list(inner)) })
        default: return self
        }
    }

    var description: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let text): text
        case .text(let text): "\"\(text)\""
        case .list(let elements): "[" + elements.map(\.description).joined(separator: ",") + "]"
        case .map(let members):
            "{" + members.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ",") + "}"
        }
    }
}

/// Compares what a gate believed of a create with what the engine says it made.
enum MadeContainer {
    private static let configuration = [
        "Image", "User", "Env", "Labels", "Tty", "OpenStdin", "StdinOnce", "StopSignal", "StopTimeout", "Healthcheck",
    ]
    private static let host = [
        "Privileged", "Binds", "Mounts", "CapAdd", "CapDrop", "PidMode", "IpcMode", "UTSMode", "UsernsMode",
        "CgroupnsMode", "NetworkMode", "Devices", "DeviceCgroupRules", "DeviceRequests", "CgroupParent", "GroupAdd",
        "Sysctls", "RestartPolicy", "AutoRemove", "ReadonlyRootfs", "PublishAllPorts", "PortBindings", "Tmpfs",
        "OomScoreAdj", "ExtraHosts", "Dns", "VolumesFrom", "Runtime", "Init", "Links", "Ulimits", "PidsLimit",
    ]
    /// What the engine fills in where nothing was asked for.
    private static let defaults: [String: [String]] = [
        "IpcMode": ["\"private\"", "\"shareable\""], "CgroupnsMode": ["\"host\"", "\"private\""],
        "NetworkMode": ["\"default\"", "\"bridge\""], "RestartPolicy": ["{Name:\"no\"}"], "Runtime": ["\"runc\""],
        "StopSignal": ["\"SIGTERM\""],
    ]

    /// The fields in which they differ.
    static func differences(believed: JSONValue, inspected: JSONValue) -> [String] {
        // What the engine does not know of, it ignores; so do rules, which ask for names of the API.
        let body = PlainValue(believed).keeping(.structure(GoSchemas.create))
        let made = PlainValue(inspected)
        var found: [String] = []
        for name in configuration { compare(name, body[name], made["Config"][name], &found) }
        compareCommand(body, made["Config"], &found)
        // Where there is no HostConfig, old engines take what stands beside.
        let asked = body["HostConfig"] == .null ? body : body["HostConfig"]
        for name in host { compare(name, asked[name], made["HostConfig"][name], &found) }
        comparePaths(asked, made["HostConfig"], &found)
        compareSecurity(asked, made["HostConfig"], &found)
        return found
    }

    private static func compare(_ name: String, _ asked: PlainValue, _ made: PlainValue, _ found: inout [String]) {
        let (left, right) = (normal(name, asked), normal(name, made))
        if left == right { return }
        if left == .null, defaults[name, default: []].contains(right.description) { return }
        found.append("\(name): believed \(asked), made \(made)")
    }

    private static func normal(_ name: String, _ value: PlainValue) -> PlainValue {
        switch (name, value) {
        // A word alone is a list of one.
        case ("CapAdd", .text(let word)), ("CapDrop", .text(let word)): .list([.text(word)])
        case ("Env", .list(let elements)):
            elements.isEmpty ? .null : .list(elements.map { $0 == .null ? .text("") : $0 })
        default: value.pruned
        }
    }

    private static func words(_ value: PlainValue) -> [PlainValue] {
        switch value {
        case .text(let text): [.text(text)]
        case .list(let elements): elements.map { $0 == .null ? .text("") : $0 }
        default: []
        }
    }

    /// Without an entrypoint and a command, those of the image count.
    private static func compareCommand(_ asked: PlainValue, _ made: PlainValue, _ found: inout [String]) {
        let entry = words(asked["Entrypoint"])
        let command = words(asked["Cmd"])
        let isReset = entry == [.text("")]
        if entry != words(made["Entrypoint"]), !(isReset && words(made["Entrypoint"]).isEmpty) {
            found.append("Entrypoint: believed \(asked["Entrypoint"]), made \(made["Entrypoint"])")
        }
        guard !command.isEmpty || !entry.isEmpty else { return }
        if command != words(made["Cmd"]) { found.append("Cmd: believed \(asked["Cmd"]), made \(made["Cmd"])") }
    }

    private static func comparePaths(_ asked: PlainValue, _ made: PlainValue, _ found: inout [String]) {
        let isPrivileged = asked["Privileged"] == .bool(true)
        let unmasks = words(asked["SecurityOpt"]).contains(.text("systempaths=unconfined"))
        for name in ["MaskedPaths", "ReadonlyPaths"] where !isPrivileged && !unmasks {
            // Null asks for the engine's own, an empty list for none.
            if asked[name] == .null { continue }
            // A null in a list of texts is an empty one.
            if words(asked[name]) != words(made[name]) {
                found.append("\(name): believed \(asked[name]), made \(made[name])")
            }
        }
    }

    private static func compareSecurity(_ asked: PlainValue, _ made: PlainValue, _ found: inout [String]) {
        // The engine itself adds label=disable beside shared namespaces.
        let added: Set<String> = ["label=disable"]
        let left = words(asked["SecurityOpt"])
        let right = words(made["SecurityOpt"]).filter { value in
            if case .text(let text) = value, added.contains(text), !left.contains(value) { return false }
            return true
        }
        if left != right { found.append("SecurityOpt: believed \(asked["SecurityOpt"]), made \(made["SecurityOpt"])") }
    }
}

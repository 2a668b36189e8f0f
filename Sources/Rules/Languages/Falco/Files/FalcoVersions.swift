internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// Checks which engine and which plugins a file asks for.
enum FalcoVersions {
    /// The version of Falco's engine whose language this is.
    static let engine = FalcoVersion(major: 0, minor: 57, patch: 0)

    /// The plugins whose fields are known, and their versions.
    static let plugins: [String: FalcoVersion] = [
        "k8saudit": FalcoVersion(major: 0, minor: 18, patch: 0),
        "k8saudit-aks": FalcoVersion(major: 0, minor: 6, patch: 0),
        "k8saudit-eks": FalcoVersion(major: 0, minor: 12, patch: 0),
        "k8saudit-gke": FalcoVersion(major: 0, minor: 9, patch: 0),
        "k8saudit-ovh": FalcoVersion(major: 0, minor: 6, patch: 0),
        "json": FalcoVersion(major: 0, minor: 7, patch: 3),
        "container": FalcoVersion(major: 0, minor: 7, patch: 0),
        "k8smeta": FalcoVersion(major: 0, minor: 4, patch: 0),
    ]

    static func checkEngine(_ node: Node, in text: YAMLText) -> [Diagnostic] {
        guard let written = node.scalar?.string, let wanted = FalcoVersion(engine: written) else {
            return [text.fault(at: node, "'required_engine_version' must be a number or a version such as 0.57.0")]
        }
        if engine.satisfies(wanted) { return [] }
        return [
            text.fault(
                .warning, at: node,
                "the file asks for Falco's engine \(wanted); version \(engine) is implemented here, and what it does not "
                    + "know is refused")
        ]
    }

    static func checkPlugins(_ node: Node, in text: YAMLText) -> [Diagnostic] {
        guard case .sequence(let entries) = node else {
            return [text.fault(at: node, "'required_plugin_versions' must be a list of {name, version}")]
        }
        return entries.flatMap { check($0, in: text) }
    }

    private static func check(_ entry: Node, in text: YAMLText) -> [Diagnostic] {
        var alternatives = [entry]
        if let more = entry["alternatives"] {
            guard case .sequence(let nodes) = more else {
                return [text.fault(at: more, "'alternatives' must be a list of {name, version}")]
            }
            alternatives += Array(nodes)
        }
        var wanted: [(name: String, version: FalcoVersion)] = []
        for alternative in alternatives {
            guard let name = alternative["name"]?.scalar?.string, !name.isEmpty,
                let written = alternative["version"]?.scalar?.string
            else { return [text.fault(at: alternative, "a required plugin needs 'name' and 'version'")] }
            guard let version = FalcoVersion(written) else {
                return [text.fault(at: alternative, "'\(written)' is no version of the plugin '\(name)'")]
            }
            guard !wanted.contains(where: { $0.name == name }) else {
                return [text.fault(at: alternative, "the plugin '\(name)' is named more than once")]
            }
            wanted.append((name, version))
        }
        if wanted.contains(where: { plugins[$0.name]?.satisfies($0.version) ?? false }) { return [] }
        let names = wanted.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        let known = wanted.compactMap { want in plugins[want.name].map { "\(want.name) \($0)" } }
        let reason =
            known.isEmpty
            ? "its fields are not known here, so rules with them are refused or wait"
            : "here \(known.joined(separator: ", ")) is implemented, and fields that it does not have are refused"
        return [text.fault(.warning, at: entry, "the file asks for the plugin \(names); \(reason)")]
    }
}

/// A semantic version, as far as Falco compares them.
struct FalcoVersion: Equatable, CustomStringConvertible {
    var major: Int
    var minor: Int
    var patch: Int

    init(major: Int, minor: Int, patch: Int) { (self.major, self.minor, self.patch) = (major, minor, patch) }

    /// `x.y.z`, with or without what stands behind `-` and `+`.
    init?(_ text: String) {
        let numbers = text.prefix { $0 != "-" && $0 != "+" }.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 3, let major = Int(numbers[0]), let minor = Int(numbers[1]), let patch = Int(numbers[2]),
            min(major, minor, patch) >= 0
        else { return nil }
        self.init(major: major, minor: minor, patch: patch)
    }

    /// A version of the engine; before there were three numbers, one alone was the second.
    init?(engine text: String) {
        if let number = Int(text), number >= 0 {
            self.init(major: 0, minor: number, patch: 0)
        } else {
            self.init(text)
        }
    }

    /// Whether this version does for who wants another.
    func satisfies(_ wanted: FalcoVersion) -> Bool {
        major == wanted.major && (minor, patch) >= (wanted.minor, wanted.patch)
    }

    var description: String { "\(major).\(minor).\(patch)" }
}

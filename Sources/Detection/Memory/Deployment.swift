import JSONView
import Rules
import SecurityEvents

/// What is remembered of a workload that was seen.
final class Deployment {
    let platform: Platform
    var kind: String { didSet { nameKey = nil } }
    var namespace: String { didSet { nameKey = nil } }
    var name: String { didSet { nameKey = nil } }
    var uid: String { didSet { uidKey = nil } }
    private var nameKey: LookupKey?
    private var uidKey: LookupKey?
    /// The controlling owner, where there is one.
    var owner: OwnerReference?
    /// Who created it: the name that the request counted under, and the one that was proved.
    var creator = ""
    var provedCreator = ""
    /// Whether the creator is part of the system, so that somebody else stands behind it.
    var creatorIsSystem = false
    /// The last one who created or changed it and is no part of the system.
    var person = ""
    var created: Timestamp?
    // Not checked for exclusive access: setting a pair calls nothing that knows the workload.
    /// The images of its containers by name.
    @exclusivity(unchecked) var images = TextPairs()
    @exclusivity(unchecked) var templateLabels = TextPairs()
    var shape: LookupKey?
    /// The paths of its host that it mounts; nil where no event said what it mounts.
    ///
    /// Kept of an engine's containers, whose mounts others can take over.
    @exclusivity(unchecked) var hostMounts: [String]?
    /// Whether it is made to end by itself.
    var endsItself = false

    init(platform: Platform, kind: String, namespace: String, name: String, uid: String) {
        self.platform = platform
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.uid = uid
    }

    /// The key that it is found by through its name.
    var keyOfName: LookupKey {
        if let nameKey { return nameKey }
        let made = WorkloadKey.name(platform, namespace, kind, name)
        nameKey = made
        return made
    }

    /// The key that it is found by through its identifier.
    var keyOfUID: LookupKey {
        if let uidKey { return uidKey }
        let made = WorkloadKey.uid(uid)
        uidKey = made
        return made
    }

    /// `Deployment/web`.
    var spelling: String { "\(kind)/\(name)" }
}

/// A controller that owns a workload.
struct OwnerReference {
    var kind: String
    var name: String
    var uid: String

    /// Reads the controlling owner, else the first.
    init?(_ references: JSONValue?) {
        guard let references else { return nil }
        var chosen: JSONValue?
        for reference in references.elements {
            if reference["controller"]?.bool == true {
                chosen = reference
                break
            }
            chosen = chosen ?? reference
        }
        guard let chosen, let kind = chosen["kind"]?.text, let name = chosen["name"]?.text else { return nil }
        self.kind = String(copying: kind)
        self.name = String(copying: name)
        uid = chosen["uid"]?.text.map { String(copying: $0) } ?? ""
    }
}

/// The keys that workloads are found by.
enum WorkloadKey {
    static func uid(_ uid: JSONText) -> LookupKey {
        var key = LookupKey(uid.prefix(limit))
        key.add(1)
        return key
    }

    static func uid(_ uid: String) -> LookupKey { uid.withText { Self.uid($0) } }

    /// `pods` and `Pod` are one kind.
    static func name(_ platform: Platform, _ namespace: JSONText, _ kind: JSONText, _ name: JSONText) -> LookupKey {
        var key = LookupKey()
        key.add(platform == .docker ? 2 : 3)
        key.add(namespace.prefix(limit))
        add(kind: kind.prefix(64), to: &key)
        key.add(name.prefix(limit))
        return key
    }

    static func name(_ platform: Platform, _ namespace: String, _ kind: String, _ name: String) -> LookupKey {
        namespace.withText { namespace in
            kind.withText { kind in name.withText { Self.name(platform, namespace, kind, $0) } }
        }
    }

    /// How much of a name tells it from others; no platform allows as much.
    private static let limit = 4096

    /// The letters of a kind without their case, eight to a number, and without the plural's `s`.
    private static func add(kind: JSONText, to key: inout LookupKey) {
        let isPlural = kind.hasSuffix("s") || kind.hasSuffix("S")
        var word: UInt64 = 0
        for (position, byte) in kind.prefix(isPlural ? kind.count - 1 : kind.count).bytes.enumerated() {
            word = word << 8 | UInt64(byte &- 65 < 26 ? byte | 0x20 : byte)
            if position % 8 == 7 {
                key.add(word)
                word = 0
            }
        }
        key.add(word)
    }
}

import JSONView
import SecurityEvents

/// Which containers there are, and who they are: events name them by their identifiers only.
struct ContainerdMemory {
    /// A container's name in all of containerd.
    struct Key: Hashable, Comparable {
        var namespace: String
        var identifier: String

        static func < (left: Key, right: Key) -> Bool {
            (left.namespace, left.identifier) < (right.namespace, right.identifier)
        }
    }

    private let limit: Int
    private let parser = JSONParser(limits: JSONLimits(size: 8 << 20, depth: 64))
    /// `ID`, `Labels` and `Image` of each.
    private var briefs: [Key: [UInt8]] = [:]
    /// The namespaces of Pods, as their sandboxes have them, by the Pods' identifiers.
    private var sandboxes: [String: [UInt8]] = [:]
    private var owners: [Key: String] = [:]
    /// Told because of a list, before an event did.
    private var listed: Set<Key> = []
    private var missing: Set<Key> = []
    private var hasListed = false
    private var leftOut = 0
    private var hasComplained = false

    init(limit: Int) { self.limit = limit }

    /// What is known of a container.
    func brief(_ key: Key) -> [UInt8]? { briefs[key] }

    /// Remembers a container.
    ///
    /// - Parameters:
    ///   - key: the container.
    ///   - info: what containerd says of it.
    /// - Returns: that, with the namespaces of the Pod that it belongs to.
    mutating func remember(_ key: Key, _ info: [UInt8]) -> [UInt8] {
        guard let document = try? parser.parse(info) else { return info }
        return withExtendedLifetime(document) {
            let root = document.root
            let labels = root["Labels"]
            let pod = labels?["io.kubernetes.pod.uid"]?.string
            if let pod, labels?["io.cri-containerd.kind"]?.string == "sandbox",
                let namespaces = root["Spec"]?["linux"]?["namespaces"], sandboxes.count < limit
            {
                var writer = CompactJSON()
                writer.write(namespaces)
                sandboxes[pod] = writer.bytes
                owners[key] = pod
            }
            if briefs[key] != nil || briefs.count < limit {
                briefs[key] = Self.brief(root)
            } else {
                leftOut += 1
            }
            return withSandbox(info, pod)
        }
    }

    /// A container's description once all of a list are known, with the namespaces of its Pod.
    func completed(_ key: Key, _ described: [(key: Key, info: [UInt8])]) -> [UInt8]? {
        guard let info = described.first(where: { $0.key == key })?.info, let document = try? parser.parse(info) else {
            return nil
        }
        return withExtendedLifetime(document) {
            guard document.root["Sandbox"] == nil else { return info }
            return withSandbox(info, document.root["Labels"]?["io.kubernetes.pod.uid"]?.string)
        }
    }

    private func withSandbox(_ info: [UInt8], _ pod: String?) -> [UInt8] {
        guard let pod, let namespaces = sandboxes[pod], info.last == UInt8(ascii: "}") else { return info }
        return info.dropLast() + Array(",\"Sandbox\":".utf8) + namespaces + [UInt8(ascii: "}")]
    }

    /// Forgets a container that is no more.
    mutating func forget(_ key: Key) {
        briefs[key] = nil
        listed.remove(key)
        if let pod = owners.removeValue(forKey: key) { sandboxes[pod] = nil }
    }

    /// Takes note that what there is gets listed now.
    ///
    /// - Returns: whether it never was before.
    mutating func beginListing() -> Bool {
        defer { hasListed = true }
        return !hasListed
    }

    /// Compares a list with what is known.
    ///
    /// - Parameters:
    ///   - identifiers: the containers of a namespace.
    ///   - namespace: the namespace.
    /// - Returns: those that are not known, and those that are and not in the list.
    func compare(_ identifiers: [String], in namespace: String) -> (new: [Key], missing: [Key]) {
        let keys = identifiers.map { Key(namespace: namespace, identifier: $0) }
        let there = Set(keys)
        let gone = briefs.keys.filter { $0.namespace == namespace && !there.contains($0) }
        return (keys.filter { briefs[$0] == nil }, gone.sorted())
    }

    /// Takes note that a list told of a container's making.
    mutating func noteListed(_ key: Key) {
        if listed.count >= limit { listed = [] }
        listed.insert(key)
    }

    /// Takes note that a list told of a container's end.
    mutating func noteMissing(_ key: Key) {
        forget(key)
        if missing.count >= limit { missing = [] }
        missing.insert(key)
    }

    /// Whether a list told of a container's making before its event did.
    mutating func takeListed(_ key: Key) -> Bool { listed.remove(key) != nil }

    /// Whether a list told of a container's end before its event did.
    mutating func takeMissing(_ key: Key) -> Bool { missing.remove(key) != nil }

    /// Why some containers are not remembered, once.
    mutating func takeLimit() -> String? {
        guard leftOut > 0, !hasComplained else { return nil }
        hasComplained = true
        return "there are more than \(limit) containers; of those beyond, events do not say who they are"
    }

    private static func brief(_ root: JSONValue) -> [UInt8] {
        var writer = CompactJSON()
        writer.write(raw: "{\"ID\":")
        if let id = root["ID"] { writer.write(id) } else { writer.write(raw: "null") }
        for (key, value) in root.members where key == "Namespace" || key == "Labels" || key == "Image" {
            writer.write(raw: ",")
            writer.write(string: key.bytes)
            writer.write(raw: ":")
            writer.write(value)
        }
        writer.write(raw: "}")
        return writer.bytes
    }
}

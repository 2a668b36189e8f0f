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

    /// What a comparison of a list with what is known shows.
    struct Difference {
        /// Containers that are not known.
        var new: [Key] = []
        /// Those that an earlier process told of and that this one has not looked at.
        var earlier: [Key] = []
        /// Those that are known and not in the list.
        var missing: [Key] = []
    }

    /// What a comparison of what runs with what is known to run shows.
    struct ProcessDifference {
        var started: [(key: Key, process: UInt32)] = []
        var ended: [(key: Key, process: UInt32)] = []
    }

    private let limit: Int
    private let parser = JSONParser(limits: JSONLimits(size: 8 << 20, depth: 64))
    /// `ID`, `Labels` and `Image` of each.
    private var briefs: [Key: [UInt8]] = [:]
    /// The namespaces of Pods, as their sandboxes have them, by the Pods' identifiers.
    private var sandboxes: [String: [UInt8]] = [:]
    private var owners: [Key: String] = [:]
    /// The first process of each that runs.
    private var processes: [Key: UInt32] = [:]
    /// What an earlier process told of, and this one has not looked at yet.
    private var earlier: Set<Key> = []
    /// Told because of a list, before an event did.
    private var listed: Set<Key> = []
    private var missing: Set<Key> = []
    private var listedStarts: [Key: UInt32] = [:]
    private var listedEnds: [Key: UInt32] = [:]
    private var hasListed: Bool
    private var leftOut = 0
    private var hasComplained = false

    /// Knows what an earlier process kept.
    ///
    /// - Parameters:
    ///   - limit: how many containers are remembered.
    ///   - kept: what an earlier process kept.
    init(limit: Int, kept: ContainerdPlaces.Kept = .init()) {
        self.limit = limit
        hasListed = kept.moment != nil
        briefs = kept.containers.mapValues(\.brief)
        processes = kept.containers.compactMapValues(\.process)
        earlier = Set(kept.containers.keys)
    }

    /// What is to be kept of a container; nil where it is gone.
    func known(_ key: Key) -> ContainerdPlaces.Known? {
        briefs[key].map { ContainerdPlaces.Known(brief: kept($0), process: processes[key]) }
    }

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
        processes[key] = nil
        (listedStarts[key], listedEnds[key]) = (nil, nil)
        earlier.remove(key)
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
    /// - Returns: what is different.
    func compare(_ identifiers: [String], in namespace: String) -> Difference {
        let keys = identifiers.map { Key(namespace: namespace, identifier: $0) }
        let there = Set(keys)
        let gone = briefs.keys.filter { $0.namespace == namespace && !there.contains($0) }
        return Difference(
            new: keys.filter { briefs[$0] == nil }, earlier: keys.filter(earlier.contains), missing: gone.sorted())
    }

    /// The namespaces of the containers that are known, which may be gone with them.
    var namespaces: Set<String> { Set(briefs.keys.map(\.namespace)) }

    /// Whether what containerd says of a container now is of another that had the same name before.
    mutating func isAnother(_ key: Key, _ info: [UInt8]) -> Bool {
        earlier.remove(key)
        guard let brief = briefs[key], let before = made(brief), let now = made(info) else { return false }
        return before != now
    }

    /// When a container was made, as containerd says.
    func made(_ info: [UInt8]) -> String? {
        guard let document = try? parser.parse(info) else { return nil }
        return withExtendedLifetime(document) { document.root["CreatedAt"]?.string }
    }

    // MARK: Processes

    /// Takes note of a container's start or end.
    mutating func note(_ key: Key, runs process: UInt32?) {
        processes[key] = briefs[key] == nil ? nil : process
    }

    /// Compares what runs with what is known to run.
    ///
    /// - Parameters:
    ///   - running: the first processes of what runs.
    ///   - namespace: the namespace.
    /// - Returns: what is different; it is known from here on.
    mutating func compare(running: [String: UInt32], in namespace: String) -> ProcessDifference {
        var difference = ProcessDifference()
        for key in briefs.keys.filter({ $0.namespace == namespace }).sorted() {
            let (before, now) = (processes[key], running[key.identifier])
            guard before != now else { continue }
            processes[key] = now
            if let before {
                difference.ended.append((key, before))
                listedEnds[key] = before
            }
            if let now {
                difference.started.append((key, now))
                listedStarts[key] = now
            }
        }
        return difference
    }

    /// Whether a list told of this start before its event did.
    mutating func takeListedStart(_ key: Key, _ process: UInt32) -> Bool {
        guard listedStarts[key] == process else { return false }
        listedStarts[key] = nil
        return true
    }

    /// Whether a list told of this end before its event did.
    mutating func takeListedEnd(_ key: Key, _ process: UInt32) -> Bool {
        guard listedEnds[key] == process else { return false }
        listedEnds[key] = nil
        return true
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

    /// A brief as it is kept beside the ledger: of labels only those that say who it is, as others may hold anything.
    private func kept(_ brief: [UInt8]) -> [UInt8] {
        guard let document = try? parser.parse(brief) else { return brief }
        return withExtendedLifetime(document) {
            Self.brief(document.root) { label in
                label.hasPrefix("io.kubernetes.") || label == "io.cri-containerd.kind" || label == "nerdctl/name"
            }
        }
    }

    private static func brief(_ root: JSONValue, keeping isKept: (JSONText) -> Bool = { _ in true }) -> [UInt8] {
        var writer = CompactJSON()
        writer.write(raw: "{\"ID\":")
        if let id = root["ID"] { writer.write(id) } else { writer.write(raw: "null") }
        for (key, value) in root.members
        where key == "Namespace" || key == "Labels" || key == "Image" || key == "CreatedAt" {
            writer.write(raw: ",")
            writer.write(string: key.bytes)
            writer.write(raw: ":")
            if key == "Labels" {
                writer.write(value, keeping: isKept)
            } else {
                writer.write(value)
            }
        }
        if PodSandbox.isPlain(root) {
            writer.write(raw: ",")
            writer.write(string: "\(PodSandbox.member)".utf8)
            writer.write(raw: ":true")
        }
        writer.write(raw: "}")
        return writer.bytes
    }
}

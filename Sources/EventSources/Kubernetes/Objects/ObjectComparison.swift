import JSONView
import PlatformAPIs
import SecurityEvents

/// Compares what a watch or a list has with what was there before, so that only what came, changed or went is told.
struct ObjectComparison {
    /// What is remembered of an object.
    private struct Known {
        /// What it runs.
        var fingerprint: Int
        /// Its namespace and name, for the day when it is missing from a list.
        var namespace: String
        var name: String
    }

    private let resource: KubernetesResource
    private let limit: Int
    // Held aside, as values of a document live no longer than it does.
    private let parser = JSONParser(limits: JSONLimits(size: 64 << 20, depth: 128))
    private var known: [String: Known] = [:]
    /// What was there before a list began and was not listed yet; nil in the first list.
    private var unlisted: Set<String>?
    private var hasListed = false
    private var leftOut = 0
    private var hasComplained = false

    init(_ resource: KubernetesResource, limit: Int) {
        self.resource = resource
        self.limit = limit
    }

    /// Takes what watching told.
    ///
    /// - Parameters:
    ///   - change: what watching told.
    ///   - now: when.
    /// - Returns: records for `KubernetesObjectReader`.
    mutating func take(_ change: ResourceChange, at now: Timestamp) -> [[UInt8]] {
        switch change {
        case .listing:
            if hasListed { unlisted = Set(known.keys) }
            return []
        case .page(let page): return compare(page: page, now)
        case .listed:
            hasListed = true
            defer { unlisted = nil }
            // In order, so that two runs tell the same.
            return (unlisted ?? []).sorted().compactMap { missing($0, now) }
        case .change(let line): return compare(line, now).map { [$0] } ?? []
        case .expired, .tooLong, .interrupted, .unavailable: return []
        }
    }

    /// Why some objects are not compared, once.
    mutating func takeLimit() -> String? {
        guard leftOut > 0, !hasComplained else { return nil }
        hasComplained = true
        return "there are more than \(limit) \(resource); of those beyond, changes cannot be told from repetitions"
    }

    private mutating func compare(page: [UInt8], _ now: Timestamp) -> [[UInt8]] {
        guard let document = try? parser.parse(page), let items = document.root["items"] else { return [] }
        return withExtendedLifetime(document) {
            let version = document.root["apiVersion"]?.string
            var told: [[UInt8]] = []
            for item in items.elements {
                let object = whole(item, version: version)
                guard let parsed = try? parser.parse(object) else { continue }
                let type: StaticString? = withExtendedLifetime(parsed) { compare(parsed.root) }
                if !hasListed {
                    told.append(object)
                } else if let type {
                    told.append(Self.change(type, object, now))
                }
            }
            return told
        }
    }

    /// Compares an object with what it was.
    ///
    /// - Returns: what became of it; nil where nothing did.
    private mutating func compare(_ object: JSONValue) -> StaticString? {
        guard let uid = object["metadata"]?["uid"]?.string ?? object["metadata"]?["name"]?.string else { return nil }
        let fingerprint = RunningPart.fingerprint(of: object)
        unlisted?.remove(uid)
        if let before = known[uid] {
            known[uid]?.fingerprint = fingerprint
            return before.fingerprint == fingerprint ? nil : "MODIFIED"
        }
        guard known.count < limit else {
            leftOut += 1
            return "ADDED"
        }
        known[uid] = Known(
            fingerprint: fingerprint, namespace: object["metadata"]?["namespace"]?.string ?? "",
            name: object["metadata"]?["name"]?.string ?? "")
        return "ADDED"
    }

    private mutating func compare(_ line: [UInt8], _ now: Timestamp) -> [UInt8]? {
        guard let document = try? parser.parse(line), let object = document.root["object"] else { return nil }
        return withExtendedLifetime(document) {
            guard let type = document.root["type"]?.text else { return nil }
            // A watch has whole objects already.
            if type == "DELETED" {
                let metadata = object["metadata"]
                if let uid = metadata?["uid"]?.string ?? metadata?["name"]?.string { known[uid] = nil }
                return Self.change("DELETED", whole(object, version: nil), now)
            }
            let isAdded = type == "ADDED"
            guard isAdded || type == "MODIFIED" else { return nil }
            let bytes = whole(object, version: nil)
            guard let parsed = try? parser.parse(bytes) else { return nil }
            guard let change = withExtendedLifetime(parsed, { compare(parsed.root) }) else { return nil }
            // What is new to us although the server says it changed was left out before.
            return Self.change(isAdded ? change : "MODIFIED", bytes, now)
        }
    }

    /// What is known of an object that a list no longer has.
    private mutating func missing(_ uid: String, _ now: Timestamp) -> [UInt8]? {
        guard let gone = known.removeValue(forKey: uid) else { return nil }
        var writer = CompactJSON()
        writeKind(version: nil, to: &writer)
        writer.write(raw: "\"metadata\":{\"name\":")
        writer.write(string: gone.name.utf8)
        if !gone.namespace.isEmpty {
            writer.write(raw: ",\"namespace\":")
            writer.write(string: gone.namespace.utf8)
        }
        writer.write(raw: ",\"uid\":")
        writer.write(string: uid.utf8)
        writer.write(raw: "}}")
        return Self.change("DELETED", writer.bytes, now)
    }

    /// An object with its kind and version, which the items of a list leave out, and without the books that the server
    /// keeps about who wrote which field.
    private func whole(_ object: JSONValue, version: String?) -> [UInt8] {
        var writer = CompactJSON()
        writeKind(version: object["apiVersion"]?.string ?? version, to: &writer)
        var isFirst = true
        for (key, value) in object.members where key != "kind" && key != "apiVersion" {
            if !isFirst { writer.write(raw: ",") }
            isFirst = false
            writer.write(string: key.bytes)
            writer.write(raw: ":")
            if key == "metadata" { Self.write(metadata: value, to: &writer) } else { writer.write(value) }
        }
        // An object without any members is none, but has to end.
        if isFirst { writer.write(raw: "\"metadata\":{}") }
        writer.write(raw: "}")
        return writer.bytes
    }

    private static func write(metadata: JSONValue, to writer: inout CompactJSON) {
        guard metadata.kind == .object else { return writer.write(metadata) }
        writer.write(raw: "{")
        var isFirst = true
        for (key, value) in metadata.members where key != "managedFields" {
            if !isFirst { writer.write(raw: ",") }
            isFirst = false
            writer.write(string: key.bytes)
            writer.write(raw: ":")
            writer.write(value)
        }
        writer.write(raw: "}")
    }

    private func writeKind(version: String?, to writer: inout CompactJSON) {
        writer.write(raw: "{\"apiVersion\":")
        writer.write(string: (version ?? resource.apiVersion(resource.versions[0])).utf8)
        writer.write(raw: ",\"kind\":")
        writer.write(string: resource.kind.utf8)
        writer.write(raw: ",")
    }

    private static func change(_ type: StaticString, _ object: [UInt8], _ now: Timestamp) -> [UInt8] {
        var record: [UInt8] = Array("{\"type\":\"".utf8)
        type.withUTF8Buffer { record += $0 }
        record += Array("\",\"observed\":\"\(now)\",\"object\":".utf8)
        record += object
        record.append(UInt8(ascii: "}"))
        return record
    }
}

import JSONView
import PlatformAPIs
import SecurityEvents

/// Compares what a watch or a list has with what was there before, so that only what came, changed or went is told.
struct ObjectComparison {
    /// Something to tell.
    struct Told: Equatable {
        /// A record for `KubernetesObjectReader`.
        var record: [UInt8]
        /// What to remember of the object from now on; nil where nothing changes, a value without object where it is gone.
        var remembered: (uid: String, object: KnownObject?)?
        /// The version of the object; the resource is told up to it.
        var version: String?
        /// Told by an earlier process.
        var isKnown = false

        static func == (left: Told, right: Told) -> Bool {
            left.record == right.record && left.isKnown == right.isKnown && left.version == right.version
                && left.remembered?.uid == right.remembered?.uid && left.remembered?.object == right.remembered?.object
        }
    }

    private let resource: KubernetesResource
    private let limit: Int
    // Held aside, as values of a document live no longer than it does.
    private let parser = JSONParser(limits: JSONLimits(size: 64 << 20, depth: 128))
    private var known: [String: KnownObject]
    /// What was there before a list began and was not listed yet; nil in the first list.
    private var unlisted: Set<String>?
    /// Whether what is new in a list was made since somebody looked.
    private var hasListed: Bool
    private var leftOut = 0
    private var hasComplained = false
    private var unread = 0

    /// Knows what an earlier process kept.
    ///
    /// - Parameters:
    ///   - resource: the resource.
    ///   - limit: how many objects are remembered.
    ///   - kept: what an earlier process kept of it.
    init(_ resource: KubernetesResource, limit: Int, kept: ObjectPlaces.Resource = .init()) {
        self.resource = resource
        self.limit = limit
        known = kept.objects
        hasListed = kept.start != nil
    }

    /// Takes what watching told.
    ///
    /// - Parameters:
    ///   - change: what watching told.
    ///   - now: when.
    /// - Returns: what is to be told.
    mutating func take(_ change: ResourceChange, at now: Timestamp) -> [Told] {
        switch change {
        case .listing:
            unlisted = known.isEmpty ? nil : Set(known.keys)
            return []
        case .page(let page): return objects(of: page).compactMap { compare($0, now) }
        case .survey(let page): return objects(of: page).compactMap { survey($0) }
        case .listed:
            hasListed = true
            defer { unlisted = nil }
            // In order, so that two runs tell the same.
            return (unlisted ?? []).sorted().compactMap { missing($0, now) }
        case .change(let line): return compare(line, now).map { [$0] } ?? []
        case .expired, .tooLong, .interrupted, .unavailable, .surveyed, .reached: return []
        }
    }

    /// Why some objects are not compared, once.
    mutating func takeLimit() -> String? {
        guard leftOut > 0, !hasComplained else { return nil }
        hasComplained = true
        return "there are more than \(limit) \(resource); of those beyond, changes cannot be told from repetitions"
    }

    /// How much could not be read since the last time.
    mutating func takeUnread() -> Int {
        defer { unread = 0 }
        return unread
    }

    /// The objects of a page, each whole.
    private mutating func objects(of page: [UInt8]) -> [WholeObject] {
        guard let document = try? parser.parse(page), let items = document.root["items"],
            items.kind == .array || items.isNull
        else {
            miss()
            return []
        }
        return withExtendedLifetime(document) {
            let version = document.root["apiVersion"]?.string
            var objects: [WholeObject] = []
            for item in items.elements {
                if let object = WholeObject(item, of: resource, version: version, parser) {
                    objects.append(object)
                } else {
                    miss()
                }
            }
            return objects
        }
    }

    /// Takes note that something was not read: of a list that is not whole nothing can be said to be missing.
    private mutating func miss() {
        unread += 1
        unlisted = nil
    }

    /// An object of a list.
    private mutating func compare(_ object: WholeObject, _ now: Timestamp) -> Told? {
        let wasKnown = known[object.uid] != nil
        let type = note(object)
        let remembered = known[object.uid].map { (object.uid, Optional($0)) }
        if !hasListed, type == nil || !wasKnown {
            return Told(record: object.bytes, remembered: wasKnown ? nil : remembered, isKnown: wasKnown)
        }
        guard let type else { return nil }
        return Told(record: Self.change(type, object.bytes, now), remembered: remembered)
    }

    /// An object that is there at a new start: what an earlier process told of it is to be judged again, what is new or
    /// different comes with the changes.
    private func survey(_ object: WholeObject) -> Told? {
        known[object.uid]?.fingerprint == object.fingerprint ? Told(record: object.bytes, isKnown: true) : nil
    }

    /// Compares an object with what it was, and remembers it.
    ///
    /// - Returns: what became of it; nil where nothing did.
    private mutating func note(_ object: WholeObject) -> StaticString? {
        unlisted?.remove(object.uid)
        if let before = known[object.uid] {
            known[object.uid]?.fingerprint = object.fingerprint
            return before.fingerprint == object.fingerprint ? nil : "MODIFIED"
        }
        guard known.count < limit else {
            leftOut += 1
            return "ADDED"
        }
        known[object.uid] = KnownObject(
            fingerprint: object.fingerprint, namespace: object.namespace, name: object.name)
        return "ADDED"
    }

    private mutating func compare(_ line: [UInt8], _ now: Timestamp) -> Told? {
        guard let document = try? parser.parse(line), let object = document.root["object"],
            let type = document.root["type"]?.text
        else {
            unread += 1
            return nil
        }
        return withExtendedLifetime(document) {
            // A watch has whole objects already.
            guard type == "DELETED" || type == "ADDED" || type == "MODIFIED",
                let whole = WholeObject(object, of: resource, version: nil, parser)
            else {
                unread += 1
                return nil
            }
            return compare(whole, type, now)
        }
    }

    /// A change of an object.
    private mutating func compare(_ object: WholeObject, _ type: JSONText, _ now: Timestamp) -> Told? {
        var told = Told(record: [], version: object.version)
        if type == "DELETED" {
            if known.removeValue(forKey: object.uid) != nil { told.remembered = (object.uid, nil) }
            told.record = Self.change("DELETED", object.bytes, now)
            return told
        }
        guard let change = note(object) else { return nil }
        // What is new to us although the server says it changed was left out before.
        told.record = Self.change(type == "ADDED" ? change : "MODIFIED", object.bytes, now)
        told.remembered = known[object.uid].map { (object.uid, $0) }
        return told
    }

    /// What is known of an object that a list no longer has.
    private mutating func missing(_ uid: String, _ now: Timestamp) -> Told? {
        guard let gone = known.removeValue(forKey: uid) else { return nil }
        var writer = CompactJSON()
        WholeObject.writeKind(of: resource, version: nil, to: &writer)
        writer.write(raw: "\"metadata\":{\"name\":")
        writer.write(string: gone.name.utf8)
        if !gone.namespace.isEmpty {
            writer.write(raw: ",\"namespace\":")
            writer.write(string: gone.namespace.utf8)
        }
        writer.write(raw: ",\"uid\":")
        writer.write(string: uid.utf8)
        writer.write(raw: "}}")
        return Told(record: Self.change("DELETED", writer.bytes, now), remembered: (uid, nil))
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

import JSONView

/// The containers that were seen last, found by identifier, beginning of it, or name.
struct ContainerRegistry {
    private let limit: Int
    private let byteLimit: Int
    private var containers: [ContainerKey: KnownContainer] = [:]
    private var names: [String: ContainerKey] = [:]
    private var buckets: [UInt16: [ContainerKey]] = [:]
    private var uses = 0
    private(set) var bytes = 0
    /// Containers with descriptions, oldest description first; some may have lost theirs.
    private var described: [ContainerKey] = []
    private var firstDescribed = 0

    init(limit: Int, byteLimit: Int) {
        self.limit = max(1, limit)
        self.byteLimit = byteLimit
    }

    var count: Int { containers.count }

    subscript(key: ContainerKey) -> KnownContainer? { containers[key] }

    /// The container of an identifier, made when it is new.
    mutating func obtain(_ key: ContainerKey) -> KnownContainer {
        uses += 1
        if let known = containers[key] {
            known.lastUse = uses
            return known
        }
        if containers.count >= limit { makeRoom() }
        let known = KnownContainer(key: key)
        known.lastUse = uses
        containers[key] = known
        buckets[key.bucket, default: []].append(key)
        return known
    }

    /// The container that a path names; nil where none or several may be meant.
    func find(_ text: JSONText) -> KnownContainer? {
        if let key = ContainerKey(text) { return containers[key] }
        if text.count <= 256, let key = names[String(text)] { return containers[key] }
        guard text.count >= 3, text.count < 64, ContainerIdentifier.isHexadecimal(text) else { return nil }
        return findBeginning(text)
    }

    /// How many identifiers are compared before a beginning counts as ambiguous.
    private static let comparisonLimit = 4096

    private func findBeginning(_ digits: JSONText) -> KnownContainer? {
        let given = digits.prefix(4)
        let start = given.bytes.reduce(UInt16(0)) { $0 << 4 | UInt16(hexadecimalDigit($1) ?? 0) }
        let missing = 4 - given.count
        let first = start << UInt16(4 * missing)
        var found: ContainerKey?
        var compared = 0
        for bucket in first...(first | ((UInt16(1) << UInt16(4 * missing)) - 1)) {
            for key in buckets[bucket] ?? [] {
                compared += 1
                guard compared <= Self.comparisonLimit else { return nil }
                guard key.begins(with: digits) else { continue }
                if found != nil { return nil }
                found = key
            }
        }
        return found.flatMap { containers[$0] }
    }

    /// Gives a container a name; the last that got a name has it.
    mutating func name(_ known: KnownContainer, _ name: String) {
        guard known.name != name || names[name] != known.key else { return }
        if let before = known.name, names[before] == known.key { names[before] = nil }
        known.name = name
        names[name] = known.key
    }

    /// Gives a container a description, unless it has a better one; old ones are dropped beyond the limit of bytes.
    mutating func describe(_ known: KnownContainer, _ description: ContainerDescription) {
        if let before = known.description {
            guard description.rank > before.rank else { return }
            bytes -= before.cost
        } else {
            described.append(known.key)
        }
        known.description = description
        bytes += description.cost
        while bytes > byteLimit, firstDescribed < described.count {
            let key = described[firstDescribed]
            firstDescribed += 1
            forgetDescription(of: containers[key])
        }
        if firstDescribed > 1024, firstDescribed * 2 > described.count {
            described.removeFirst(firstDescribed)
            firstDescribed = 0
        }
    }

    private mutating func forgetDescription(of known: KnownContainer?) {
        guard let known, let description = known.description else { return }
        bytes -= description.cost
        known.description = nil
    }

    private mutating func remove(_ known: KnownContainer) {
        forgetDescription(of: known)
        if let name = known.name, names[name] == known.key { names[name] = nil }
        buckets[known.key.bucket]?.removeAll { $0 == known.key }
        if buckets[known.key.bucket]?.isEmpty == true { buckets[known.key.bucket] = nil }
        containers[known.key] = nil
    }

    /// Forgets the least recently used, an eighth at a time, so that making room costs little for each container.
    private mutating func makeRoom() {
        let leaving = max(1, limit / 8)
        for known in containers.values.sorted(by: { $0.lastUse < $1.lastUse }).prefix(leaving) { remove(known) }
    }
}

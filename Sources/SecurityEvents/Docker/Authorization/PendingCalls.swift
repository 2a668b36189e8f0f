import JSONView

/// Requests whose responses have not been read, oldest first.
struct PendingCalls {
    struct Call {
        var record: AuthorizationRecord
        var position: SourcePosition
    }

    /// What a response repeats of its request.
    struct Key: Hashable {
        private let method: String
        private let uri: String
        private let user: String
        private let body: Int

        init(_ record: AuthorizationRecord) {
            method = String(record.method)
            uri = String(record.uri)
            user = record.actor.user.map { String($0) } ?? ""
            var hasher = Hasher()
            record.body?.hash(into: &hasher)
            body = hasher.finalize()
        }
    }

    /// How many are held; the oldest is given up first.
    private static let limit = 4096
    /// How many bytes of records are held.
    private static let byteLimit = 64 << 20

    private var numbers: [Key: [Int]] = [:]
    private var calls: [Int: (call: Call, key: Key)] = [:]
    private var next = 0
    /// The oldest that is held, or `next`.
    private var oldest = 0
    private var bytes = 0

    /// Holds a request; gives back the one that had to make room for it.
    mutating func hold(_ call: Call, _ key: Key) -> Call? {
        calls[next] = (call, key)
        numbers[key, default: []].append(next)
        next += 1
        bytes += call.record.document.bytes.count
        guard calls.count > Self.limit || (bytes > Self.byteLimit && calls.count > 1) else { return nil }
        guard let entry = calls[oldest] else { return nil }
        return remove(oldest, entry.key)
    }

    /// The oldest request of a key, which is the one that a response with that key answers.
    mutating func take(_ key: Key) -> Call? {
        guard let number = numbers[key]?.first else { return nil }
        return remove(number, key)
    }

    /// How many are held, and the first of them.
    var open: OpenCalls {
        var open = OpenCalls(count: calls.count)
        // Those between may have been answered: a few are looked at, as this is asked for after each line.
        for number in oldest..<min(next, oldest + OpenCalls.limit) {
            guard let call = calls[number]?.call else { continue }
            open.first.append((call.position.line, "\(call.record.method.prefix(16)) \(call.record.uri.prefix(200))"))
        }
        return open
    }

    mutating func takeAll() -> [Call] {
        defer { self = PendingCalls() }
        return calls.sorted { $0.key < $1.key }.map { $0.value.call }
    }

    private mutating func remove(_ number: Int, _ key: Key) -> Call? {
        numbers[key]?.removeAll { $0 == number }
        if numbers[key]?.isEmpty == true { numbers[key] = nil }
        guard let entry = calls.removeValue(forKey: number) else { return nil }
        while oldest < next, calls[oldest] == nil { oldest += 1 }
        bytes -= entry.call.record.document.bytes.count
        return entry.call
    }
}

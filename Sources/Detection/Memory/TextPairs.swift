import JSONView
import Rules

/// Names and texts in one stretch of memory: what is remembered of images and labels, for many workloads.
struct TextPairs {
    private var bytes: [UInt8] = []

    /// How much of one text is remembered.
    private static let textLimit = 4096
    /// How much there may be together.
    private static let sizeLimit = 64 << 10

    /// Whether there was more than is remembered.
    private(set) var isCut = false

    var isEmpty: Bool { bytes.isEmpty }

    private mutating func add(_ name: JSONText, _ text: JSONText) {
        let (name, text) = (name.prefix(Self.textLimit), text.prefix(Self.textLimit))
        guard bytes.count + name.count + text.count + 4 <= Self.sizeLimit else {
            isCut = true
            return
        }
        for part in [name, text] {
            bytes.append(UInt8(truncatingIfNeeded: part.count))
            bytes.append(UInt8(truncatingIfNeeded: part.count >> 8))
            bytes.append(contentsOf: part.bytes)
        }
    }

    /// Adds a text, or puts it in the place of the one with its name; what is beyond the limit is left out.
    mutating func set(_ name: JSONText, _ text: JSONText) {
        guard withText(name.prefix(Self.textLimit), { $0 != nil }) else { return add(name, text) }
        let old = self
        removeAll()
        isCut = old.isCut
        old.forEach { known, text in if known != name { add(known, text) } }
        add(name, text)
    }

    /// Makes room for pairs to come, so that adding them asks for memory once.
    mutating func reserve(_ count: Int) { bytes.reserveCapacity(min(bytes.count + count, Self.sizeLimit)) }

    /// Forgets all pairs and keeps the room for them.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        isCut = false
    }

    /// Hands out the text with a name; nil where there is none.
    func withText<Result>(_ name: JSONText, _ body: (JSONText?) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { bytes in
            var pairs = Pairs(bytes)
            while let (known, text) = pairs.next() { if known == name { return body(text) } }
            return body(nil)
        }
    }

    /// Hands out all pairs, in the order in which they came.
    func forEach(_ body: (_ name: JSONText, _ text: JSONText) -> Void) {
        bytes.withUnsafeBufferPointer { bytes in
            var pairs = Pairs(bytes)
            while let (name, text) = pairs.next() { body(name, text) }
        }
    }

    private struct Pairs {
        private var rest: JSONText

        init(_ bytes: UnsafeBufferPointer<UInt8>) {
            rest = bytes.baseAddress.map { JSONText(start: $0, count: bytes.count) } ?? .none
        }

        mutating func next() -> (JSONText, JSONText)? {
            guard let name = part(), let text = part() else { return nil }
            return (name, text)
        }

        private mutating func part() -> JSONText? {
            guard rest.count >= 2 else { return nil }
            let count = Int(rest.start[0]) | Int(rest.start[1]) << 8
            guard rest.count >= 2 + count else { return nil }
            defer { rest = rest.dropFirst(2 + count) }
            return rest.dropFirst(2).prefix(count)
        }
    }
}

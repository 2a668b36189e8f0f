internal import JSONView
internal import Synchronization

/// Remembers what functions said about texts.
///
/// The same few commands and variables stand in the events of a log again and again, and several rules ask about each.
/// A text has one place, by its hash; another text takes it over. Texts are compared whole, so that nobody can pass off
/// one for another, and the hash is seeded anew in every process.
final class JudgementCache: Sendable {
    private static let size = 4096
    /// Longer texts are judged each time.
    private static let textLimit = 4096

    private struct Entry {
        var bytes: [UInt8]
        /// Which functions were asked, and what they said, a bit for each.
        var asked: UInt32 = 0
        var said: UInt32 = 0
        var payloads: [String]?
    }

    private let entries = Mutex([Entry?](repeating: nil, count: JudgementCache.size))
    private let seed = UInt64.random(in: .min ... .max) | 1

    /// What a function says about a text; functions have a number each.
    func judge(_ text: JSONText, by number: Int, _ judge: (JSONText) -> Bool) -> Bool {
        guard text.count <= Self.textLimit else { return judge(text) }
        let (place, bit) = (place(of: text), UInt32(1) << UInt32(number))
        let known: Bool? = entries.withLock { entries in
            guard let entry = entries[place], entry.asked & bit != 0, Self.holds(entry, text) else { return nil }
            return entry.said & bit != 0
        }
        if let known { return known }
        let verdict = judge(text)
        entries.withLock { entries in
            Self.take(place, for: text, in: &entries)
            entries[place]?.asked |= bit
            if verdict { entries[place]?.said |= bit }
        }
        return verdict
    }

    /// The payloads of a text.
    func payloads(of text: JSONText) -> [String] {
        // A run of base64 has 16 characters at least.
        if text.count < 16 { return [] }
        func open() -> [String] { Payloads.decoded(text).map { String(decoding: $0, as: UTF8.self) } }
        guard text.count <= Self.textLimit else { return open() }
        let place = place(of: text)
        let known: [String]? = entries.withLock { entries in
            guard let entry = entries[place], let payloads = entry.payloads, Self.holds(entry, text) else { return nil }
            return payloads
        }
        if let known { return known }
        let payloads = open()
        // A small text may hold a large one when it was compressed: those are not kept.
        guard payloads.reduce(0, { $0 + $1.utf8.count }) <= 2 * Self.textLimit else { return payloads }
        entries.withLock { entries in
            Self.take(place, for: text, in: &entries)
            entries[place]?.payloads = payloads
        }
        return payloads
    }

    private static func take(_ place: Int, for text: JSONText, in entries: inout [Entry?]) {
        if let entry = entries[place], holds(entry, text) { return }
        entries[place] = Entry(bytes: Array(text.bytes))
    }

    @inline(__always)
    private static func holds(_ entry: Entry, _ text: JSONText) -> Bool {
        guard entry.bytes.count == text.count else { return false }
        return entry.bytes.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { JSONText(start: $0, count: bytes.count) == text } ?? text.isEmpty
        }
    }

    /// A hash of eight bytes at a time.
    private func place(of text: JSONText) -> Int {
        var hash = seed ^ UInt64(truncatingIfNeeded: text.count)
        let bytes = UnsafeRawPointer(text.start)
        var at = 0
        while at + 8 <= text.count {
            let word = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
            hash = product.high ^ product.low &+ seed
            at += 8
        }
        var last: UInt64 = 0
        while at < text.count {
            last = last << 8 | UInt64(text.start[at])
            at += 1
        }
        let product = (hash ^ last).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return Int(truncatingIfNeeded: (product.high ^ product.low) & UInt64(Self.size - 1))
    }
}

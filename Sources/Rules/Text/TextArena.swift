package import JSONView

/// Keeps texts that are put together for one event, so that rules can look at them as views.
///
/// All texts die together when the arena is emptied.
package final class TextArena {
    // Not checked for exclusive access: nothing is called while they change.
    @exclusivity(unchecked) private var chunks: [UnsafeMutableBufferPointer<UInt8>] = []
    @exclusivity(unchecked) private var current = 0
    @exclusivity(unchecked) private var used = 0
    private static let chunkSize = 16 << 10

    /// Makes an empty arena.
    package init() {}

    deinit { for chunk in chunks { chunk.deallocate() } }

    /// Forgets all texts; views on them are dead from here on.
    package func empty() {
        // Large chunks were for one large event: only the first ordinary one is worth keeping.
        while chunks.count > 1 || (chunks.last?.count ?? 0) > Self.chunkSize { chunks.removeLast().deallocate() }
        current = 0
        used = 0
    }

    /// Keeps a copy of bytes.
    package func keep(_ bytes: Bytes) -> JSONText {
        guard bytes.count > 0, let source = bytes.baseAddress else { return .none }
        guard let at = room(for: bytes.count).baseAddress else { return .none }
        at.initialize(from: source, count: bytes.count)
        return JSONText(start: UnsafePointer(at), count: bytes.count)
    }

    /// Keeps a copy of a string.
    package func keep(_ string: String) -> JSONText { string.withText { keep($0.bytes) } }

    /// Keeps texts joined by a byte.
    package func keep(_ parts: [JSONText], joinedBy separator: UInt8) -> JSONText {
        if parts.isEmpty { return .none }
        if parts.count == 1 { return parts[0] }
        let length = parts.reduce(parts.count - 1) { $0 + $1.count }
        guard let start = room(for: length).baseAddress else { return .none }
        var at = start
        for (position, part) in parts.enumerated() {
            if position > 0 {
                at.initialize(to: separator)
                at += 1
            }
            at.initialize(from: part.start, count: part.count)
            at += part.count
        }
        return JSONText(start: UnsafePointer(start), count: length)
    }

    /// Keeps the words of two lists, either of which may be one text alone or missing, joined by a byte; nil where there are none.
    package func keep(wordsOf first: JSONValue?, _ second: JSONValue?, joinedBy separator: UInt8) -> JSONText? {
        var (count, length, last) = (0, 0, JSONText.none)
        Self.forEachWord(of: first, second) { word in
            count += 1
            length += word.count
            last = word
        }
        if count <= 1 { return count == 0 ? nil : last }
        guard let start = room(for: length + count - 1).baseAddress else { return JSONText.none }
        var (at, isFirst) = (start, true)
        Self.forEachWord(of: first, second) { word in
            if !isFirst {
                at.initialize(to: separator)
                at += 1
            }
            at.initialize(from: word.start, count: word.count)
            at += word.count
            isFirst = false
        }
        return JSONText(start: UnsafePointer(start), count: length + count - 1)
    }

    private static func forEachWord(of first: JSONValue?, _ second: JSONValue?, _ body: (JSONText) -> Void) {
        for list in [first, second] {
            guard let list else { continue }
            if let text = list.text { body(text) }
            for element in list.elements { if let text = element.text { body(text) } }
        }
    }

    private func room(for size: Int) -> UnsafeMutableBufferPointer<UInt8> {
        while current < chunks.count {
            if chunks[current].count - used >= size {
                defer { used += size }
                return UnsafeMutableBufferPointer(rebasing: chunks[current][used..<used + size])
            }
            current += 1
            used = 0
        }
        let made = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(size, Self.chunkSize))
        chunks.append(made)
        current = chunks.count - 1
        used = size
        return UnsafeMutableBufferPointer(rebasing: made[0..<size])
    }
}

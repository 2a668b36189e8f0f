import JSONView

/// The query of a request URI, read as Go's `net/url` reads it: pairs that are badly escaped are left out.
struct RequestQuery {
    private let text: JSONText

    /// The query of a URI; nil where it has none.
    init?(of uri: JSONText) {
        guard let mark = uri.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        text = uri.dropFirst(mark + 1)
    }

    /// The pairs in the order of the text, decoded.
    func pairs(limit: Int = 4096) -> [(name: [UInt8], value: [UInt8])] {
        var found: [(name: [UInt8], value: [UInt8])] = []
        for pair in text.bytes.split(separator: UInt8(ascii: "&")) {
            guard found.count < limit else { break }
            guard !pair.contains(UInt8(ascii: ";")) else { continue }
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = parts.count > 1 ? Self.decoded(parts[1]) : [] else {
                continue
            }
            found.append((name, value))
        }
        return found
    }

    /// Whether the request is for a trial only (`dryRun=All`).
    var isDryRun: Bool {
        // The usual spelling of the name, or any escape that may hide it.
        guard text.contains("dryRun") || text.contains("%") else { return false }
        return pairs().contains { $0.name.elementsEqual("dryRun".utf8) && $0.value.elementsEqual("All".utf8) }
    }

    private static func decoded(_ part: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8]? {
        var plain: [UInt8] = []
        plain.reserveCapacity(part.count)
        var at = part.startIndex
        while at < part.endIndex {
            switch part[at] {
            case UInt8(ascii: "+"): plain.append(0x20)
            case UInt8(ascii: "%"):
                guard part.endIndex - at > 2, let high = hexadecimal(part[at + 1]), let low = hexadecimal(part[at + 2])
                else { return nil }
                plain.append(high << 4 | low)
                at += 2
            default: plain.append(part[at])
            }
            at += 1
        }
        return plain
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

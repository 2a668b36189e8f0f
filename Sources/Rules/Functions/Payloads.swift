import CZlib
internal import JSONView

/// Finds encoded payloads in a text and takes them apart.
enum Payloads {
    /// How many payloads are taken out of one text, how large all together may grow, and how often one may hide another.
    static let countLimit = 16
    static let sizeLimit = 256 << 10
    static let depthLimit = 3
    static let textLimit = 256 << 10

    /// The decoded payloads of a text, those inside them included.
    static func decoded(_ text: JSONText) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var budget = sizeLimit
        collect(text.prefix(textLimit), depth: 0, into: &found, budget: &budget)
        return found
    }

    private static func collect(_ text: JSONText, depth: Int, into found: inout [[UInt8]], budget: inout Int) {
        guard depth < depthLimit else { return }
        var next: [[UInt8]] = []
        for run in EncodedRuns(text) {
            guard found.count + next.count < countLimit, budget > 0 else { break }
            guard let bytes = decode(run), !bytes.isEmpty, let opened = readable(bytes, budget: budget) else {
                continue
            }
            budget -= opened.count
            next.append(opened)
        }
        if depth == 0, let plain = Escapes.resolved(text) { next.append(plain) }
        for payload in next {
            found.append(payload)
            payload.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                collect(JSONText(start: base, count: bytes.count), depth: depth + 1, into: &found, budget: &budget)
            }
        }
    }

    /// Whether a text carries a long encoded payload: a script, a program, an archive or an opaque block.
    ///
    /// Digests, certificates, public keys, JSON Web Tokens and encoded JSON are no payload.
    static func looksEncoded(_ text: JSONText) -> Bool {
        // A payload cut into pieces that stand one behind the other, each with its own padding, is as long as all of them.
        var (length, end): (Int, UnsafePointer<UInt8>?) = (0, nil)
        for run in EncodedRuns(text.prefix(textLimit)) {
            let follows = end == run.text.start
            length = follows ? length + run.text.count : run.text.count
            end = run.text.start + run.text.count
            if isPayload(run, length: length) { return true }
        }
        return Escapes.count(text) >= 24
    }

    private static func isPayload(_ run: EncodedRun, length: Int) -> Bool {
        guard length >= 56 else { return false }
        // sha256, sha384, sha512 in hexadecimal.
        if run.isHexadecimal, [56, 64, 96, 128].contains(run.text.count) { return false }
        if !run.isHexadecimal, isKnownText(run.text) { return false }
        guard let bytes = decode(run) else { return false }
        switch content(of: bytes) {
        case .archive, .program, .script: return true
        case .document: return false
        case .opaque: return run.text.count >= 256
        }
    }

    /// Starts of JSON Web Tokens and encoded JSON, SSH keys, DER certificates and keys, PNG, JPEG and GIF.
    private static func isKnownText(_ text: JSONText) -> Bool {
        text.hasPrefix("eyJ") || text.hasPrefix("ewog") || text.hasPrefix("AAAAB3NzaC1")
            || text.hasPrefix("AAAAC3NzaC1")
            || text.hasPrefix("AAAAE2VjZHNh") || text.hasPrefix("MII") || text.hasPrefix("LS0tLS1CRUdJTi")
            || text.hasPrefix("iVBOR") || text.hasPrefix("/9j/") || text.hasPrefix("R0lGOD")
    }

    enum Content { case archive, program, script, document, opaque }

    static func content(of bytes: [UInt8]) -> Content {
        if isCompressed(bytes) { return .archive }
        if bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) || bytes.starts(with: [0x4D, 0x5A, 0x90]) { return .program }
        guard isReadable(bytes) else { return .opaque }
        let first = bytes.first { !ASCII.isSpace($0) } ?? 0
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "<") || bytes.starts(with: "-----BEGIN".utf8) {
            return .document
        }
        return .script
    }

    private static func isCompressed(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x1F, 0x8B]) || bytes.starts(with: "BZh".utf8)
            || bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
            || bytes.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A]) || bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
            || (bytes.starts(with: [0x78]) && bytes.count > 2 && (UInt16(bytes[0]) << 8 | UInt16(bytes[1])) % 31 == 0
                && !isReadable(bytes))
    }

    private static func isReadable(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 4 else { return false }
        let head = bytes.prefix(4096)
        let plain = head.count { (32..<127).contains($0) || ASCII.isSpace($0) || $0 >= 0xC2 }
        return plain * 20 >= head.count * 19 && !head.contains(0)
    }

    /// The payload as text, opened when it is compressed; nil where it is not text.
    private static func readable(_ bytes: [UInt8], budget: Int) -> [UInt8]? {
        if bytes.starts(with: [0x1F, 0x8B]) || bytes.first == 0x78, let opened = Inflation.inflate(bytes, limit: budget)
        {
            return isReadable(opened) ? opened : nil
        }
        return isReadable(bytes) ? Array(bytes.prefix(budget)) : nil
    }

    private static func decode(_ run: EncodedRun) -> [UInt8]? {
        run.isHexadecimal ? Decoding.hexadecimal(run.text) : Decoding.base64(run.text)
    }
}

/// A stretch of a text that may be base64 or hexadecimal.
struct EncodedRun {
    var text: JSONText
    var isHexadecimal: Bool
}

/// The stretches of a text that may be base64 or hexadecimal, found in one pass.
struct EncodedRuns: Sequence, IteratorProtocol {
    private let text: JSONText
    private var at = 0
    static let shortest = 16

    init(_ text: JSONText) { self.text = text }

    mutating func next() -> EncodedRun? {
        while at < text.count {
            let begin = at
            var hexadecimal = true
            var (upper, lower, digit, slash) = (false, false, false, 0)
            while at < text.count {
                let byte = text.start[at]
                if ASCII.isUpper(byte) {
                    upper = true
                } else if ASCII.isLower(byte) {
                    lower = true
                } else if ASCII.isDigit(byte) {
                    digit = true
                } else if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: "_")
                {
                    slash += 1
                } else {
                    break
                }
                if ASCII.hexDigit(byte) == nil { hexadecimal = false }
                at += 1
            }
            let length = at - begin
            while at < text.count, text.start[at] == UInt8(ascii: "="), at - begin - length < 2 { at += 1 }
            guard length >= Self.shortest else {
                if at == begin { at += 1 }
                continue
            }
            let run = text.slice(begin..<at)
            if hexadecimal, length.isMultiple(of: 2), length >= 24 { return EncodedRun(text: run, isHexadecimal: true) }
            // Paths, words and numbers are not base64: it mixes upper and lower case and seldom has slashes.
            if upper, lower, digit || length % 4 == 0, slash * 8 <= length {
                return EncodedRun(text: run, isHexadecimal: false)
            }
        }
        return nil
    }
}

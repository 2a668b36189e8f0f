internal import JSONView

/// A value of Sigma: `*` stands for any text, `?` for one character, `\` before one of them takes its meaning away.
///
/// Letters are compared without regard to case unless it is `cased`. Texts are looked at in place.
struct SigmaPattern: Sendable, Hashable {
    /// A piece of a value.
    enum Part: Sendable, Hashable {
        case text([UInt8])
        /// `*`
        case any
        /// `?`
        case one
    }

    private enum Shape: Sendable, Hashable {
        case anything
        case exact([UInt8])
        case prefix([UInt8])
        case suffix([UInt8])
        case contains([UInt8])
        case parts([Part])
    }

    let isCased: Bool
    private let shape: Shape
    /// Whether letters beyond ASCII must be folded, which needs a copy of the text.
    private let foldsUnicode: Bool

    init(_ parts: [Part], isCased: Bool = false) {
        self.isCased = isCased
        let isASCII = parts.allSatisfy { part in
            if case .text(let bytes) = part { bytes.allSatisfy { $0 < 0x80 } } else { true }
        }
        foldsUnicode = !isCased && !isASCII
        shape = Self.shape(of: parts.map { isCased ? $0 : Self.folded($0) })
    }

    /// Reads a value in Sigma's own syntax.
    init(_ text: String, isCased: Bool = false) { self.init(Self.parts(of: text), isCased: isCased) }

    /// Whether every value fits.
    var matchesAnything: Bool { shape == .anything }

    /// The text that a value must be, in lower case unless it is cased; nil where it has wildcards.
    var exactText: [UInt8]? { if case .exact(let bytes) = shape { bytes } else { nil } }

    /// Whether letters beyond ASCII are folded.
    var isPlain: Bool { !foldsUnicode }

    /// Takes a value in Sigma's syntax apart.
    static func parts(of text: String) -> [Part] {
        var parts: [Part] = []
        var literal: [UInt8] = []
        var isEscaped = false
        func flush() {
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = []
        }
        for byte in text.utf8 {
            if isEscaped {
                isEscaped = false
                if byte != UInt8(ascii: "*"), byte != UInt8(ascii: "?"), byte != UInt8(ascii: "\\") {
                    literal.append(UInt8(ascii: "\\"))
                }
                literal.append(byte)
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "*"):
                flush()
                parts.append(.any)
            case UInt8(ascii: "?"):
                flush()
                parts.append(.one)
            default: literal.append(byte)
            }
        }
        if isEscaped { literal.append(UInt8(ascii: "\\")) }
        flush()
        return parts
    }

    /// Writes pieces in Sigma's syntax; nil where they are no text.
    static func text(of parts: [Part]) -> String? {
        var bytes: [UInt8] = []
        for part in parts {
            switch part {
            case .any: bytes.append(UInt8(ascii: "*"))
            case .one: bytes.append(UInt8(ascii: "?"))
            case .text(let literal):
                for byte in literal {
                    if byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "\\") {
                        bytes.append(UInt8(ascii: "\\"))
                    }
                    bytes.append(byte)
                }
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func folded(_ part: Part) -> Part {
        guard case .text(let bytes) = part else { return part }
        if bytes.allSatisfy({ $0 < 0x80 }) { return .text(bytes.map(ASCII.lowercased)) }
        return .text(Array(String(decoding: bytes, as: UTF8.self).lowercased().utf8))
    }

    private static func shape(of parts: [Part]) -> Shape {
        var merged: [Part] = []
        for part in parts {
            switch (merged.last, part) {
            case (.any?, .any): continue
            case (.text(let before)?, .text(let bytes)): merged[merged.count - 1] = .text(before + bytes)
            default: merged.append(part)
            }
        }
        switch merged.count {
        case 0: return .exact([])
        case 1:
            if case .any = merged[0] { return .anything }
            if case .text(let bytes) = merged[0] { return .exact(bytes) }
        case 2:
            if case .text(let bytes) = merged[0], case .any = merged[1] { return .prefix(bytes) }
            if case .any = merged[0], case .text(let bytes) = merged[1] { return .suffix(bytes) }
        case 3:
            if case .any = merged[0], case .text(let bytes) = merged[1], case .any = merged[2] {
                return .contains(bytes)
            }
        default: break
        }
        return .parts(merged)
    }

    /// Whether the whole of a text is as the value says.
    func matches(_ text: JSONText) -> Bool {
        guard foldsUnicode else { return match(text) }
        return String(text).lowercased().withText { match($0) }
    }

    private func match(_ text: JSONText) -> Bool {
        switch shape {
        case .anything: return true
        case .exact(let bytes): return text.count == bytes.count && stands(bytes, in: text, at: 0)
        case .prefix(let bytes): return text.count >= bytes.count && stands(bytes, in: text, at: 0)
        case .suffix(let bytes):
            return text.count >= bytes.count && stands(bytes, in: text, at: text.count - bytes.count)
        case .contains(let bytes): return find(bytes, in: text, from: 0) != nil
        case .parts(let parts): return match(parts, text)
        }
    }

    /// Tries the parts from left to right; after a failure the last `*` takes one character more.
    private func match(_ parts: [Part], _ text: JSONText) -> Bool {
        var (part, at) = (0, 0)
        var retry: (part: Int, at: Int)?
        while true {
            if part == parts.count {
                if at == text.count { return true }
            } else {
                switch parts[part] {
                case .any:
                    if part + 1 == parts.count { return true }
                    retry = (part + 1, at)
                    part += 1
                    continue
                case .one:
                    if at < text.count {
                        at = Self.next(after: at, in: text)
                        part += 1
                        continue
                    }
                case .text(let bytes):
                    if at + bytes.count <= text.count, stands(bytes, in: text, at: at) {
                        at += bytes.count
                        part += 1
                        continue
                    }
                }
            }
            guard let (from, start) = retry, start < text.count else { return false }
            var next = Self.next(after: start, in: text)
            if case .text(let bytes) = parts[from] {
                guard let found = find(bytes, in: text, from: next) else { return false }
                next = found
            }
            retry = (from, next)
            (part, at) = (from, next)
        }
    }

    /// The place behind the character at a place.
    private static func next(after place: Int, in text: JSONText) -> Int {
        var at = place + 1
        while at < text.count, text.start[at] & 0xC0 == 0x80 { at += 1 }
        return at
    }

    private func stands(_ bytes: [UInt8], in text: JSONText, at place: Int) -> Bool {
        for offset in 0..<bytes.count {
            let byte = text.start[place + offset]
            if byte == bytes[offset] { continue }
            guard !isCased, ASCII.lowercased(byte) == bytes[offset] else { return false }
        }
        return true
    }

    private func find(_ bytes: [UInt8], in text: JSONText, from start: Int) -> Int? {
        guard start + bytes.count <= text.count else { return nil }
        for at in start...(text.count - bytes.count) where stands(bytes, in: text, at: at) { return at }
        return nil
    }
}

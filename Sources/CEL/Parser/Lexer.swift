/// Cuts an expression into tokens.
struct Lexer {
    private let bytes: [UInt8]
    private var at = 0
    private(set) var faults: [(offset: Int, message: String)] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// All tokens; the last is `end`.
    mutating func tokens() -> [Token] {
        var tokens: [Token] = []
        tokens.reserveCapacity(bytes.count / 3 + 1)
        while true {
            skipSpace()
            guard at < bytes.count else { break }
            let start = at
            if let kind = next() {
                tokens.append(Token(kind: kind, start: start, end: at))
            } else if faults.count >= 20 {
                break
            }
        }
        tokens.append(Token(kind: .end, start: bytes.count, end: bytes.count))
        return tokens
    }

    private func peek(_ ahead: Int = 0) -> UInt8 { at + ahead < bytes.count ? bytes[at + ahead] : 0 }

    private mutating func skipSpace() {
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x0C: at += 1
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
                while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
            default: return
            }
        }
    }

    private mutating func fault(_ offset: Int, _ message: String) -> Token.Kind? {
        faults.append((offset, message))
        return nil
    }

    private mutating func take(_ length: Int, _ kind: Token.Kind) -> Token.Kind {
        at += length
        return kind
    }

    private mutating func next() -> Token.Kind? {
        let byte = bytes[at]
        if byte.isLetter || byte == UInt8(ascii: "_") { return wordOrString() }
        if byte.isDigit || (byte == UInt8(ascii: ".") && peek(1).isDigit) { return number() }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return string(isRaw: false, isBytes: false)
        case UInt8(ascii: "`"): return escapedIdent()
        case UInt8(ascii: "."): return take(1, .dot)
        case UInt8(ascii: ","): return take(1, .comma)
        case UInt8(ascii: ":"): return take(1, .colon)
        case UInt8(ascii: "?"): return take(1, .question)
        case UInt8(ascii: "("): return take(1, .leftParen)
        case UInt8(ascii: ")"): return take(1, .rightParen)
        case UInt8(ascii: "["): return take(1, .leftBracket)
        case UInt8(ascii: "]"): return take(1, .rightBracket)
        case UInt8(ascii: "{"): return take(1, .leftBrace)
        case UInt8(ascii: "}"): return take(1, .rightBrace)
        case UInt8(ascii: "+"): return take(1, .plus)
        case UInt8(ascii: "-"): return take(1, .minus)
        case UInt8(ascii: "*"): return take(1, .star)
        case UInt8(ascii: "/"): return take(1, .slash)
        case UInt8(ascii: "%"): return take(1, .percent)
        case UInt8(ascii: "!"): return peek(1) == UInt8(ascii: "=") ? take(2, .notEqual) : take(1, .bang)
        case UInt8(ascii: "<"): return peek(1) == UInt8(ascii: "=") ? take(2, .lessEqual) : take(1, .less)
        case UInt8(ascii: ">"): return peek(1) == UInt8(ascii: "=") ? take(2, .greaterEqual) : take(1, .greater)
        case UInt8(ascii: "=") where peek(1) == UInt8(ascii: "="): return take(2, .equal)
        case UInt8(ascii: "&") where peek(1) == UInt8(ascii: "&"): return take(2, .and)
        case UInt8(ascii: "|") where peek(1) == UInt8(ascii: "|"): return take(2, .or)
        default:
            let start = at
            at += 1
            while at < bytes.count, bytes[at] & 0xC0 == 0x80 { at += 1 }
            let shown = String(decoding: bytes[start..<at], as: UTF8.self)
            return fault(start, "Syntax error: token recognition error at: '\(shown)'")
        }
    }

    private mutating func wordOrString() -> Token.Kind? {
        // A string may have one of the prefixes r, b, rb, br in either case.
        var (isRaw, isBytes, length) = (false, false, 0)
        prefix: while length < 2 {
            switch peek(length) {
            case UInt8(ascii: "r"), UInt8(ascii: "R"):
                if isRaw { break prefix }
                isRaw = true
            case UInt8(ascii: "b"), UInt8(ascii: "B"):
                if isBytes { break prefix }
                isBytes = true
            default: break prefix
            }
            length += 1
        }
        if length > 0, peek(length) == UInt8(ascii: "\"") || peek(length) == UInt8(ascii: "'") {
            at += length
            return string(isRaw: isRaw, isBytes: isBytes)
        }
        let start = at
        while at < bytes.count, bytes[at].isLetter || bytes[at].isDigit || bytes[at] == UInt8(ascii: "_") { at += 1 }
        switch String(decoding: bytes[start..<at], as: UTF8.self) {
        case "true": return .true
        case "false": return .false
        case "null": return .null
        case "in": return .in
        default: return .ident
        }
    }

    private mutating func escapedIdent() -> Token.Kind? {
        let start = at
        at += 1
        while at < bytes.count, bytes[at] != UInt8(ascii: "`") {
            let byte = bytes[at]
            guard byte.isLetter || byte.isDigit || "_.-/ ".utf8.contains(byte) else { break }
            at += 1
        }
        guard peek() == UInt8(ascii: "`"), at > start + 1 else {
            at = max(at, start + 1)
            return fault(start, "Syntax error: token recognition error at: '`'")
        }
        at += 1
        return .escapedIdent
    }

    private mutating func number() -> Token.Kind? {
        if peek() == UInt8(ascii: "0"), peek(1) == UInt8(ascii: "x"), peek(2).hexValue != nil {
            at += 2
            while peek().hexValue != nil { at += 1 }
            return unsignedSuffix()
        }
        var isDouble = false
        while peek().isDigit { at += 1 }
        if peek() == UInt8(ascii: "."), peek(1).isDigit {
            isDouble = true
            at += 1
            while peek().isDigit { at += 1 }
        }
        if peek() | 0x20 == UInt8(ascii: "e") {
            let signed = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 2 : 1
            if peek(signed).isDigit {
                isDouble = true
                at += signed
                while peek().isDigit { at += 1 }
            }
        }
        return isDouble ? .double : unsignedSuffix()
    }

    private mutating func unsignedSuffix() -> Token.Kind {
        guard peek() | 0x20 == UInt8(ascii: "u") else { return .int }
        at += 1
        return .uint
    }

    private mutating func string(isRaw: Bool, isBytes: Bool) -> Token.Kind? {
        let start = at
        let quote = bytes[at]
        let isTriple = peek(1) == quote && peek(2) == quote
        at += isTriple ? 3 : 1
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\\"), !isRaw {
                at += 2
            } else if byte == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
                at += isTriple ? 3 : 1
                return isBytes ? .bytes : .string
            } else if !isTriple, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                break
            } else {
                at += 1
            }
        }
        at = min(at, bytes.count)
        let shown = String(decoding: bytes[start..<at].prefix(40), as: UTF8.self)
        return fault(start, "Syntax error: token recognition error at: '\(shown)'")
    }
}

extension UInt8 {
    var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

    /// The value of a hexadecimal digit.
    var hexValue: UInt8? {
        if isDigit { return self &- UInt8(ascii: "0") }
        let letter = (self | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter &+ 10 : nil
    }
}

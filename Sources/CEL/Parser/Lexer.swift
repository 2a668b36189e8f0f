/// Cuts an expression into tokens.
struct Lexer {
    private let bytes: [UInt8]
    private var at = 0
    /// What begins no token.
    private(set) var holes: [Range<Int>] = []

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
            } else if holes.count >= 20 {
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

    private mutating func take(_ length: Int, _ kind: Token.Kind) -> Token.Kind {
        at += length
        return kind
    }

    private mutating func next() -> Token.Kind? {
        let byte = bytes[at]
        if byte.isLetter || byte == UInt8(ascii: "_") { return wordOrString() }
        if byte.isDigit || (byte == UInt8(ascii: ".") && peek(1).isDigit) { return number() }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return string()
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
        default: return unknown(at, upTo: at + ("=&|".utf8.contains(byte) ? 1 : 0))
        }
    }

    /// What begins no token, up to and with the character at which that shows, is passed over.
    private mutating func unknown(_ start: Int, upTo last: Int) -> Token.Kind? {
        at = min(last + 1, bytes.count)
        while at < bytes.count, bytes[at] & 0xC0 == 0x80 { at += 1 }
        holes.append(start..<at)
        return nil
    }

    private mutating func wordOrString() -> Token.Kind? {
        // A string may have one of the prefixes b, r, br in either case.
        var (isRaw, isBytes, length) = (false, false, 0)
        if peek() | 0x20 == UInt8(ascii: "b") { (isBytes, length) = (true, 1) }
        if peek(length) | 0x20 == UInt8(ascii: "r") { (isRaw, length) = (true, length + 1) }
        if length > 0, peek(length) == UInt8(ascii: "\"") || peek(length) == UInt8(ascii: "'"),
            case .end(let end) = scanString(from: at + length, isRaw: isRaw)
        {
            at = end
            return isBytes ? .bytes : .string
        }
        // Where no string follows, the prefix is a name.
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
        while peek().isLetter || peek().isDigit || "_.-/ ".utf8.contains(peek()) { at += 1 }
        guard peek() == UInt8(ascii: "`"), at > start + 1 else { return unknown(start, upTo: at) }
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

    private mutating func string() -> Token.Kind? {
        switch scanString(from: at, isRaw: false) {
        case .end(let end):
            at = end
            return .string
        case .fault(let place): return unknown(at, upTo: place)
        }
    }

    private enum StringScan {
        /// The string ends before a byte.
        case end(Int)
        /// A byte shows that there is no string.
        case fault(Int)
    }

    /// Looks for the end of a string that begins with the quote at a place.
    private func scanString(from quote: Int, isRaw: Bool) -> StringScan {
        let mark = bytes[quote]
        func isMark(_ place: Int) -> Bool { place < bytes.count && bytes[place] == mark }
        guard isMark(quote + 1), isMark(quote + 2) else { return scanString(from: quote, isRaw: isRaw, marks: 1) }
        let long = scanString(from: quote, isRaw: isRaw, marks: 3)
        // Three quotes that nothing closes are an empty string and the beginning of another.
        if case .fault = long { return .end(quote + 2) }
        return long
    }

    private func scanString(from quote: Int, isRaw: Bool, marks: Int) -> StringScan {
        var place = quote + marks
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\\"), !isRaw {
                let (length, isSound) = StringLiteral.escapeLength(bytes[place...])
                guard isSound else { return .fault(place + length) }
                place += length
            } else if byte == bytes[quote], bytes[place...].prefix(marks).allSatisfy({ $0 == byte }),
                place + marks <= bytes.count
            {
                return .end(place + marks)
            } else if marks == 1, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                return .fault(place)
            } else {
                place += 1
            }
        }
        return .fault(bytes.count)
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

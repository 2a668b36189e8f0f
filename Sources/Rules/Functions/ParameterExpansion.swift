internal import JSONView

/// What a shell makes of `${NAME…}` where the name's value is known: a part of it, another spelling, or a default.
///
/// Patterns are taken as the letters that they are; one with wildcards is left as it is written.
enum ParameterExpansion {
    /// The value of an expansion whose braces hold `name` and `operation`; nil where it is not known.
    static func value(_ known: [UInt8]?, _ operation: JSONText) -> [UInt8]? {
        guard let first = operation.bytes.first else { return known }
        // `:-default`, `-default`, `:=default`, `=default`.
        let rest = first == UInt8(ascii: ":") ? operation.dropFirst(1) : operation
        if let sign = rest.bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "=") {
            if let known, !known.isEmpty { return known }
            return plain(rest.dropFirst(1))
        }
        guard let known else { return nil }
        switch first {
        case UInt8(ascii: ":"): return part(of: known, rest)
        case UInt8(ascii: ","), UInt8(ascii: "^"): return cased(known, operation, isUpper: first == UInt8(ascii: "^"))
        case UInt8(ascii: "#"):
            guard let pattern = plain(operation.dropFirst(operation.hasPrefix("##") ? 2 : 1)) else { return nil }
            return known.starts(with: pattern) ? Array(known.dropFirst(pattern.count)) : known
        case UInt8(ascii: "%"):
            guard let pattern = plain(operation.dropFirst(operation.hasPrefix("%%") ? 2 : 1)) else { return nil }
            return known.suffix(pattern.count).elementsEqual(pattern) ? Array(known.dropLast(pattern.count)) : known
        case UInt8(ascii: "/"): return replaced(known, operation)
        default: return nil
        }
    }

    /// `:2:4`, `: -2`.
    private static func part(of known: [UInt8], _ operation: JSONText) -> [UInt8]? {
        let parts = String(operation).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let offset = number(parts[0]) else { return nil }
        let begin = offset < 0 ? max(known.count + offset, 0) : min(offset, known.count)
        guard parts.count == 2 else { return Array(known[begin...]) }
        guard let length = number(parts[1]) else { return nil }
        let end = length < 0 ? known.count + length : min(begin + length, known.count)
        return begin <= end ? Array(known[begin..<end]) : []
    }

    private static func number(_ text: Substring) -> Int? {
        let digits = text.filter { $0 != " " }
        guard digits.utf8.count <= 6 else { return nil }
        return Int(digits)
    }

    private static func cased(_ known: [UInt8], _ operation: JSONText, isUpper: Bool) -> [UInt8]? {
        guard operation.count <= 2 else { return nil }
        let isAll = operation.count == 2
        return known.enumerated().map { position, byte in
            guard isAll || position == 0 else { return byte }
            if isUpper { return ASCII.isLower(byte) ? byte & ~0x20 : byte }
            return ASCII.isLetter(byte) ? byte | 0x20 : byte
        }
    }

    /// `/a/b` replaces the first, `//a/b` each; without the second part what is found goes.
    private static func replaced(_ known: [UInt8], _ operation: JSONText) -> [UInt8]? {
        let isEach = operation.hasPrefix("//")
        let parts = String(operation.dropFirst(isEach ? 2 : 1)).split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let pattern = parts.first.map({ Array($0.utf8) }), !pattern.isEmpty, pattern.allSatisfy(isPlain),
            known.count <= 4096
        else { return nil }
        let replacement = parts.count > 1 ? Array(parts[1].utf8) : []
        guard replacement.count <= 64 else { return nil }
        return replacing(pattern, with: replacement, in: known, isEach: isEach)
    }

    /// A text with another in the place of what is found in it.
    static func replacing(
        _ pattern: [UInt8], with replacement: [UInt8], in text: [UInt8], isEach: Bool = true
    ) -> [UInt8] {
        var made: [UInt8] = []
        var position = 0
        var isDone = pattern.isEmpty
        while position < text.count, made.count < 16 << 10 {
            if !isDone, text[position] == pattern[0], text[position...].starts(with: pattern) {
                made += replacement
                position += pattern.count
                isDone = !isEach
            } else {
                made.append(text[position])
                position += 1
            }
        }
        return made
    }

    private static func plain(_ text: JSONText) -> [UInt8]? {
        text.bytes.allSatisfy(isPlain) ? Array(text.bytes) : nil
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        !"*?[]$`\\(){}'\"".utf8.contains(byte)
    }
}

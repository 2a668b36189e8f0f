/// A `Content-Type` as Go's `mime.ParseMediaType` reads it, as far as it decides what the engine does with a body.
package enum GoMediaType: Sendable, Equatable {
    /// There is no header, or an empty one.
    case absent
    /// A type in lower case; parameters are sound.
    case type(String)
    /// The parameters are faulty: Go names the type and an error; the engine takes no JSON of such a call.
    case faulty(String)
    /// No type at all.
    case invalid

    /// Whether the engine takes a body of this type for JSON, and shows it to plugins.
    package var isJSON: Bool { self == .type("application/json") }

    /// Whether Go reads form fields out of the body, which then count before those of the query.
    package var isForm: Bool {
        self == .type("application/x-www-form-urlencoded") || self == .faulty("application/x-www-form-urlencoded")
    }

    /// Reads a header's value.
    package init(_ value: String?) {
        guard let value, !value.isEmpty else {
            self = .absent
            return
        }
        let bytes = Array(value.utf8)
        let end = bytes.firstIndex(of: UInt8(ascii: ";")) ?? bytes.count
        let name = Self.trimmed(bytes[..<end]).map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        guard Self.isType(name) else {
            self = .invalid
            return
        }
        let type = String(decoding: name, as: UTF8.self)
        self = Self.parametersAreSound(bytes[end...]) ? .type(type) : .faulty(type)
    }

    /// `token` or `token/token`.
    private static func isType(_ name: [UInt8]) -> Bool {
        let parts = name.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        return (1...2).contains(parts.count) && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isToken) }
    }

    private static func parametersAreSound(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        var seen = Set<[UInt8]>()
        while !rest.isEmpty {
            rest = rest.drop(while: isSpace)
            if rest.isEmpty { return true }
            guard let (name, after) = parameter(rest) else {
                // A semicolon at the end is forgiven.
                return trimmed(rest).elementsEqual([UInt8(ascii: ";")])
            }
            guard seen.insert(name).inserted else { return false }
            rest = after
        }
        return true
    }

    /// `; name=value` or `; name="value"`.
    private static func parameter(_ text: ArraySlice<UInt8>) -> (name: [UInt8], rest: ArraySlice<UInt8>)? {
        var rest = text.drop(while: isSpace)
        guard rest.first == UInt8(ascii: ";") else { return nil }
        rest = rest.dropFirst().drop(while: isSpace)
        let name = rest.prefix(while: isToken)
        guard !name.isEmpty else { return nil }
        rest = rest[name.endIndex...].drop(while: isSpace)
        guard rest.first == UInt8(ascii: "=") else { return nil }
        rest = rest.dropFirst().drop(while: isSpace)
        let folded = name.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        guard rest.first == UInt8(ascii: "\"") else {
            let value = rest.prefix(while: isToken)
            return value.isEmpty ? nil : (folded, rest[value.endIndex...])
        }
        rest = rest.dropFirst()
        while let byte = rest.first {
            rest = rest.dropFirst()
            if byte == UInt8(ascii: "\"") { return (folded, rest) }
            if byte == UInt8(ascii: "\\"), let next = rest.first, isSpecial(next) { rest = rest.dropFirst() }
            if byte == 0x0D || byte == 0x0A { return nil }
        }
        return nil
    }

    private static func isToken(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F && !isSpecial(byte) }

    private static func isSpecial(_ byte: UInt8) -> Bool { #"()<>@,;:\"/[]?="#.utf8.contains(byte) }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text = text.dropLast() }
        return text
    }
}

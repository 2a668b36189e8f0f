/// Says what is wrong with an address or a range, in the words of Go's `netip`.
enum NetworkFault {
    static func address(_ text: String) -> String { "ParseAddr(\"\(text)\"): \(reason(text))" }

    /// What is wrong with a range whose address may be right.
    static func range(_ text: String, isVersion4: Bool = false) -> String {
        let head = "netip.ParsePrefix(\"\(text)\"): "
        guard let slash = text.lastIndex(of: "/") else { return head + "no '/'" }
        let (address, bits) = (String(text[..<slash]), text[text.index(after: slash)...])
        if (try? NetworkAddress.parse(address)) == nil { return head + self.address(address) }
        let isNumber =
            (1...3).contains(bits.utf8.count) && bits.utf8.allSatisfy(\.isDigit)
            && (bits == "0" || !bits.hasPrefix("0"))
        return head + (isNumber ? "prefix length out of range" : "bad bits after slash: \"\(bits)\"")
    }

    private static func reason(_ text: String) -> String {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "."): return version4(text[...])
            case UInt8(ascii: ":"): return version6(text)
            case UInt8(ascii: "%"): return "missing IPv6 address"
            default: continue
            }
        }
        return "unable to parse IP"
    }

    private static func version4(_ text: Substring) -> String {
        let fields = text.split(separator: ".", omittingEmptySubsequences: false)
        for (position, field) in fields.enumerated() {
            if position == 4 { return "IPv4 address too long" }
            if field.isEmpty {
                let rest = fields[position...].joined(separator: ".")
                let shown = position > 0 && rest.isEmpty ? "." : rest
                return "IPv4 field must have at least one digit (at \"\(shown)\")"
            }
            guard field.utf8.allSatisfy(\.isDigit) else {
                let rest = text.drop { $0.isASCII && ($0.isNumber || $0 == ".") }
                return "unexpected character (at \"\(rest)\")"
            }
            if field.utf8.count > 1, field.hasPrefix("0") { return "IPv4 field has octet with leading zero" }
            if UInt8(field) == nil { return "IPv4 field has value >255" }
        }
        return "IPv4 address too short"
    }

    private static func version6(_ text: String) -> String {
        var rest = text[...]
        var hasGap = false
        if rest.hasPrefix("::") {
            hasGap = true
            rest = rest.dropFirst(2)
            if rest.isEmpty { return "unable to parse IP" }
        }
        var groups = 0
        while groups < 8 {
            let digits = rest.prefix { $0.isHexDigit && $0.isASCII }
            if digits.utf8.count > 4 { return "each group must have 4 or fewer digits (at \"\(rest)\")" }
            if digits.isEmpty { return "each colon-separated field must have at least one digit (at \"\(rest)\")" }
            let behind = rest.dropFirst(digits.count)
            if behind.hasPrefix(".") {
                if !hasGap, groups != 6 {
                    return "embedded IPv4 address must replace the final 2 fields of the address (at \"\(rest)\")"
                }
                return version4(rest)
            }
            groups += 1
            rest = behind
            if rest.isEmpty { break }
            guard rest.hasPrefix(":") else { return "unexpected character, want colon (at \"\(rest)\")" }
            if rest == ":" { return "colon must be followed by more characters (at \":\")" }
            rest = rest.dropFirst()
            if rest.hasPrefix(":") {
                if hasGap { return "multiple :: in address (at \"\(rest)\")" }
                hasGap = true
                rest = rest.dropFirst()
                if rest.isEmpty { break }
            }
        }
        if !rest.isEmpty { return "trailing garbage after address (at \"\(rest)\")" }
        return hasGap ? "the :: must expand to at least one field of zeros" : "address string too short"
    }
}

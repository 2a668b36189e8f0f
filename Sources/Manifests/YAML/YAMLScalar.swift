/// What a plain YAML scalar means.
enum YAMLScalar {
    /// Which version of YAML's words a tool reads.
    enum Dialect: Sendable {
        /// YAML 1.1, as kubectl and the API server read manifests: `yes`, `on` and `y` are true.
        case kubernetes
        /// YAML 1.2's words, as Compose reads its files: `yes` is a text until a field wants a boolean.
        case compose
    }

    static func content(_ text: String, _ dialect: Dialect) -> PlacedValue.Content {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        if dialect == .kubernetes, let bool = words[text] { return .bool(bool) }
        if let number = number(text) { return number }
        return .text(text)
    }

    private static let words: [String: Bool] = {
        var words: [String: Bool] = [:]
        for word in ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"] { words[word] = true }
        for word in ["n", "N", "no", "No", "NO", "off", "Off", "OFF"] { words[word] = false }
        return words
    }()

    static func number(_ text: String) -> PlacedValue.Content? {
        guard let first = text.utf8.first, text.utf8.count < 64 else { return nil }
        let isSigned = first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
        let digits = String(isSigned ? text.dropFirst() : Substring(text)).replacing("_", with: "")
        guard let lead = digits.utf8.first, (0x30...0x39).contains(lead) || lead == UInt8(ascii: ".") else {
            return nil
        }
        if let magnitude = integer(digits) { return .int(first == UInt8(ascii: "-") ? -magnitude : magnitude) }
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || "eE.+-".utf8.contains($0) }),
            let double = Double(digits), double.isFinite
        else { return nil }
        return .double(first == UInt8(ascii: "-") ? -double : double)
    }

    private static func integer(_ digits: String) -> Int64? {
        let radixes: [(String, Int)] = [("0x", 16), ("0b", 2), ("0o", 8)]
        for (prefix, radix) in radixes where digits.hasPrefix(prefix) {
            let rest = digits.dropFirst(2)
            return rest.first == "-" || rest.first == "+" ? nil : Int64(rest, radix: radix)
        }
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        // A leading zero means octal in YAML 1.1, which is how file modes are written.
        if digits.count > 1, digits.hasPrefix("0"), let octal = Int64(digits, radix: 8) { return octal }
        return Int64(digits)
    }
}

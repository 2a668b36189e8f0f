internal import JSONView
internal import Yams

/// YAML as the JSON that Kubernetes makes of it.
enum YAMLJSON {
    /// Writes a node as JSON; the node was bounded when it was read.
    static func text(of node: Node) -> [UInt8] {
        var writer = JSONWriter()
        write(node, to: &writer)
        return writer.bytes
    }

    private static func write(_ node: Node, to writer: inout JSONWriter) {
        switch node {
        case .mapping(let mapping):
            writer.object { writer in
                for (key, value) in mapping {
                    writer.key(key.scalar?.string ?? "")
                    write(value, to: &writer)
                }
            }
        case .sequence(let sequence):
            writer.array { writer in for element in sequence { write(element, to: &writer) } }
        case .scalar(let scalar): write(scalar, to: &writer)
        default: writer.null()
        }
    }

    private static func write(_ scalar: Node.Scalar, to writer: inout JSONWriter) {
        guard scalar.style == .plain || scalar.style == .any else { return writer.value(scalar.string) }
        switch scalar.string {
        case "", "~", "null", "Null", "NULL": writer.null()
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": writer.value(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": writer.value(false)
        default:
            if scalar.tag.description == "tag:yaml.org,2002:str" {
                writer.value(scalar.string)
            } else if let number = integer(scalar.string) {
                writer.value(number)
            } else if let number = decimal(scalar.string) {
                writer.value(number)
            } else {
                writer.value(scalar.string)
            }
        }
    }

    private static func integer(_ text: String) -> Int64? {
        let digits = text.replacing("_", with: "")
        guard let first = digits.utf8.first else { return nil }
        guard first == UInt8(ascii: "+") || first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
            return nil
        }
        let isNegative = first == UInt8(ascii: "-")
        let bare = first == UInt8(ascii: "-") || first == UInt8(ascii: "+") ? digits.dropFirst() : digits[...]
        func value(_ digits: Substring, _ radix: Int) -> Int64? {
            Int64((isNegative ? "-" : "") + digits, radix: radix)
        }
        if bare.hasPrefix("0x") { return value(bare.dropFirst(2), 16) }
        if bare.hasPrefix("0o") { return value(bare.dropFirst(2), 8) }
        if bare.hasPrefix("0b") { return value(bare.dropFirst(2), 2) }
        if bare.count > 1, bare.hasPrefix("0"), let octal = value(bare.dropFirst(), 8) { return octal }
        return bare.utf8.allSatisfy { (0x30...0x39).contains($0) } ? value(bare, 10) : nil
    }

    private static func decimal(_ text: String) -> Double? {
        guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first),
            text.utf8.contains(where: { (0x30...0x39).contains($0) }),
            text.utf8.allSatisfy({ "+-.eE0123456789".utf8.contains($0) })
        else { return nil }
        return Double(text.hasPrefix("+") ? String(text.dropFirst()) : text)
    }
}

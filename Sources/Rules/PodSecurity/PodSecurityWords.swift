/// How the API server puts names and numbers of things into its messages.
enum PodSecurityWords {
    /// `"a", "b"`.
    static func quoted(_ items: some Sequence<String>) -> String {
        let joined = items.joined(separator: "\", \"")
        return "\"\(joined)\""
    }

    /// Each once, in the order of their bytes.
    static func set(_ items: some Sequence<String>) -> [String] {
        Set(items).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    static func plural(_ one: String, _ many: String, _ count: Int) -> String { count == 1 ? one : many }

    /// `container "a"`, `containers "a", "b"`.
    static func containers(_ containers: [PodSecurityContainer]) -> String {
        "\(plural("container", "containers", containers.count)) \(quoted(containers.map(\.name)))"
    }

    /// `pod and container "a"`: who set something.
    static func setters(pod: Bool, _ containers: [PodSecurityContainer], also: [String] = []) -> String {
        ((pod ? ["pod"] : []) + (containers.isEmpty ? [] : [Self.containers(containers)]) + also)
            .joined(separator: " and ")
    }

    /// A text as Go's `%q` writes it.
    static func goQuoted(_ text: String) -> String {
        var written = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": written += "\\\""
            case "\\": written += "\\\\"
            case "\n": written += "\\n"
            case "\r": written += "\\r"
            case "\t": written += "\\t"
            case "\u{7}": written += "\\a"
            case "\u{8}": written += "\\b"
            case "\u{B}": written += "\\v"
            case "\u{C}": written += "\\f"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: written += "\\x" + hex(scalar.value, 2)
            case _ where isPrintable(scalar): written.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x1_0000: written += "\\u" + hex(scalar.value, 4)
            default: written += "\\U" + hex(scalar.value, 8)
            }
        }
        return written + "\""
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == " " { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return false
        default: return true
        }
    }

    private static func hex(_ value: UInt32, _ width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

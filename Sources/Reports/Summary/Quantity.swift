/// Numbers for a person.
enum Quantity {
    /// A number with its thousands apart, as in `1,234,567`.
    static func number(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = ""
        for (at, digit) in digits.enumerated() {
            if at > 0, (digits.count - at) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return value < 0 ? "-" + text : text
    }

    /// A number of things, as in `1 line` and `2 lines`.
    static func count(_ value: Int, _ one: String, _ many: String) -> String {
        "\(number(value)) \(value == 1 ? one : many)"
    }

    /// An amount of bytes, as in `312.4 MB`.
    static func bytes(_ value: Int) -> String {
        var amount = Double(value)
        var unit = "B"
        for next in ["kB", "MB", "GB", "TB", "PB"] where amount >= 1000 {
            amount /= 1000
            unit = next
        }
        return unit == "B" ? "\(value) B" : "\(decimals(amount, 1)) \(unit)"
    }

    /// A duration, as in `0.42 s` and `3 min 5 s` and `2 h 4 min`.
    static func duration(_ value: Duration) -> String {
        let seconds = max(0, value.components.seconds)
        switch seconds {
        case ..<60: return "\(decimals(max(0, value.seconds), 2)) s"
        case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
        default: return "\(seconds / 3600) h \(seconds / 60 % 60) min"
        }
    }

    private static func decimals(_ value: Double, _ places: Int) -> String {
        let scale = places == 1 ? 10.0 : 100.0
        let scaled = Int((value * scale).rounded())
        let fraction = String(scaled % Int(scale))
        return "\(scaled / Int(scale)).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
    }
}

/// The short form of published ports, as docker's `-p` and Compose's `ports` have it:
/// `[[address:]host[-end]:]container[-end][/protocol]`.
enum PortSyntax {
    /// One published port.
    struct Published: Equatable {
        var container: String
        var hostIP: String
        /// Empty where the engine chooses.
        var host: String
    }

    /// How many ports of a range are looked at one by one.
    static let rangeLimit = 256

    /// Reads the form; nil where it is none.
    static func published(_ text: String) -> [Published]? {
        let slash = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let transport = slash.count == 2 ? String(slash[1]).lowercased() : "tcp"
        guard let (address, host, container) = parts(slash[0]), let inner = range(container), !inner.isEmpty else {
            return nil
        }
        guard !host.isEmpty else {
            return inner.map { Published(container: "\($0)/\(transport)", hostIP: address, host: "") }
        }
        guard let outer = range(host) else { return nil }
        if inner.count == 1, outer.count > 1 {
            return [Published(container: "\(inner.lowerBound)/\(transport)", hostIP: address, host: String(host))]
        }
        guard outer.count == inner.count else { return nil }
        return zip(outer, inner).prefix(rangeLimit).map {
            Published(container: "\($1)/\(transport)", hostIP: address, host: "\($0)")
        }
    }

    private static func parts(_ text: Substring) -> (address: String, host: Substring, container: Substring)? {
        // Addresses of IPv6 stand in brackets.
        if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
            let rest = text[text.index(after: close)...].split(
                separator: ":", omittingEmptySubsequences: false)
            guard rest.count == 3, rest[0].isEmpty else { return nil }
            return (String(text[text.index(after: text.startIndex)..<close]), rest[1], rest[2])
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return ("", "", parts[0])
        case 2: return ("", parts[0], parts[1])
        case 3: return (String(parts[0]), parts[1], parts[2])
        // An unbracketed IPv6 address.
        case 4...: return (parts.dropLast(2).joined(separator: ":"), parts[parts.count - 2], parts[parts.count - 1])
        default: return nil
        }
    }

    private static func range(_ text: Substring) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let first = ends.first ?? nil, (0...65_535).contains(first) else { return nil }
        guard ends.count == 2 else { return ends.count == 1 ? first...first : nil }
        guard let last = ends[1], last >= first, last <= 65_535 else { return nil }
        return first...last
    }
}

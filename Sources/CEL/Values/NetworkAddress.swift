/// An IP address as a value.
package final class NetworkAddress: OpaqueValue, Sendable {
    static let typeName = "net.IP"

    /// 4 or 16 bytes.
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var typeName: String { Self.typeName }

    var isVersion4: Bool { bytes.count == 4 }

    /// An address of version 4 written as one of version 6 is the same address.
    private var unmapped: [UInt8] { isMapped ? Array(bytes.suffix(4)) : bytes }

    private var isMapped: Bool {
        bytes.count == 16 && bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    }

    package func isEqual(to other: any OpaqueValue) -> Bool { (other as? NetworkAddress)?.unmapped == unmapped }

    /// Why a text is no address or range; the reasons are Go's.
    package enum Fault: Error { case malformed(String), zone, mapped }

    /// Reads an address; zones and dotted addresses inside version 6 are refused.
    package static func parse(_ text: String) throws(Fault) -> NetworkAddress {
        if text.contains("%") { throw .zone }
        if !text.contains(":") {
            guard let bytes = version4(text) else { throw .malformed(NetworkFault.address(text)) }
            return NetworkAddress(bytes)
        }
        guard let bytes = version6(text) else { throw .malformed(NetworkFault.address(text)) }
        let address = NetworkAddress(bytes)
        if address.isMapped, text.contains(".") { throw .mapped }
        return address
    }

    private static func version4(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(\.isDigit),
                part == "0" || !part.hasPrefix("0"),
                let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func version6(_ text: String) -> [UInt8]? {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        guard let head = groups(String(halves[0]), isLast: halves.count == 1) else { return nil }
        guard halves.count == 2 else { return head.count == 16 ? head : nil }
        guard let tail = groups(String(halves[1]), isLast: true), head.count + tail.count <= 14 else { return nil }
        return head + Array(repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func groups(_ text: String, isLast: Bool) -> [UInt8]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (position, part) in parts.enumerated() {
            if isLast, position == parts.count - 1, part.contains(".") {
                guard let dotted = version4(String(part)) else { return nil }
                bytes += dotted
                continue
            }
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ $0.hexValue != nil }),
                let group = UInt16(part, radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
            if bytes.count > 16 { return nil }
        }
        return bytes
    }

    /// The address in its canonical form.
    package var text: String {
        if isVersion4 { return bytes.map(String.init).joined(separator: ".") }
        if isMapped { return "::ffff:" + bytes.suffix(4).map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        // The longest run of two or more zero groups, the first of equals, is left out.
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start >= 2, end - start > best.count { best = start..<end }
            start = max(end, start + 1)
        }
        let shown = groups.map { String($0, radix: 16) }
        if best.isEmpty { return shown.joined(separator: ":") }
        return shown[..<best.lowerBound].joined(separator: ":") + "::"
            + shown[best.upperBound...].joined(separator: ":")
    }

    // MARK: What an address is for

    var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

    var isLoopback: Bool {
        isVersion4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    var isMulticast: Bool { isVersion4 ? bytes[0] & 0xF0 == 0xE0 : bytes[0] == 0xFF }

    var isLinkLocalMulticast: Bool {
        isVersion4 ? bytes.prefix(3) == [224, 0, 0] : bytes[0] == 0xFF && bytes[1] & 0x0F == 2
    }

    var isLinkLocalUnicast: Bool {
        isVersion4 ? bytes.prefix(2) == [169, 254] : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
    }

    var isGlobalUnicast: Bool {
        if isVersion4, bytes.allSatisfy({ $0 == 255 }) { return false }
        return !isUnspecified && !isLoopback && !isMulticast && !isLinkLocalUnicast
    }
}

/// A range of IP addresses as a value.
package final class NetworkRange: OpaqueValue, Sendable {
    static let typeName = "net.CIDR"

    let address: NetworkAddress
    let prefix: Int

    init(_ address: NetworkAddress, prefix: Int) {
        self.address = address
        self.prefix = prefix
    }

    package var typeName: String { Self.typeName }

    package var text: String { "\(address.text)/\(prefix)" }

    package func isEqual(to other: any OpaqueValue) -> Bool {
        guard let other = other as? NetworkRange else { return false }
        return other.prefix == prefix && other.address.isEqual(to: address)
    }

    /// Reads an address and the length of its prefix.
    package static func parse(_ text: String) throws(NetworkAddress.Fault) -> NetworkRange {
        if text.contains("%") { throw .zone }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .malformed(NetworkFault.range(text)) }
        let address: NetworkAddress
        do throws(NetworkAddress.Fault) {
            address = try NetworkAddress.parse(String(parts[0]))
        } catch {
            guard case .malformed = error else { throw error }
            throw .malformed(NetworkFault.range(text))
        }
        guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(\.isDigit),
            parts[1] == "0" || !parts[1].hasPrefix("0"), let prefix = Int(parts[1]), prefix <= address.bytes.count * 8
        else { throw .malformed(NetworkFault.range(text, isVersion4: address.isVersion4)) }
        return NetworkRange(address, prefix: prefix)
    }

    /// The range with all bits behind the prefix zero.
    var masked: NetworkRange {
        let bytes = address.bytes.enumerated().map { position, byte -> UInt8 in
            let kept = min(8, max(0, prefix - position * 8))
            return kept == 0 ? 0 : byte & ~UInt8(truncatingIfNeeded: 0xFF >> kept)
        }
        return NetworkRange(NetworkAddress(bytes), prefix: prefix)
    }

    package func contains(_ other: NetworkAddress) -> Bool {
        other.bytes.count == address.bytes.count
            && NetworkRange(other, prefix: prefix).masked.address.bytes == masked.address.bytes
    }

    func contains(_ other: NetworkRange) -> Bool { other.prefix >= prefix && contains(other.address) }
}

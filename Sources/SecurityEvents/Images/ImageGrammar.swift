import JSONView

/// The productions of the OCI distribution project's grammar of references.
enum ImageGrammar {
    /// 64 hexadecimal digits or a digest alone: an image's identifier as a digest's text.
    static func identifier(_ text: JSONText) throws(ImageReferenceError) -> JSONText? {
        if ContainerIdentifier.isFull(text) { return text }
        guard text.hasPrefix("sha256:"), ContainerIdentifier.isFull(text.dropFirst(7)) else { return nil }
        return text
    }

    /// Splits a name from the tag behind it, which stands behind the last slash.
    static func split(_ text: JSONText) -> (name: JSONText, tag: JSONText?) {
        let slash = text.bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        guard let colon = text.dropFirst(slash).firstIndex(of: UInt8(ascii: ":")) else { return (text, nil) }
        return (text.prefix(slash + colon), text.dropFirst(slash + colon + 1))
    }

    /// Splits a registry off a name: the first part is one when it has a point, a colon, upper case, or is `localhost`.
    static func registry(of name: JSONText) -> (registry: JSONText?, path: JSONText) {
        guard let slash = name.firstIndex(of: UInt8(ascii: "/")) else { return (nil, name) }
        let first = name.prefix(slash)
        let isRegistry =
            first == "localhost"
            || first.bytes.contains {
                $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":")
                    || ($0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z"))
            }
        return isRegistry ? (first, name.dropFirst(slash + 1)) : (nil, name)
    }

    static func check(_ registry: JSONText?, _ path: JSONText) throws(ImageReferenceError) {
        if let registry {
            guard isRegistry(registry.bytes) else { throw .invalidRegistry }
        }
        guard !path.bytes.contains(where: { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }) else {
            throw .upperCaseRepository
        }
        guard path.count + (registry.map { $0.count + 1 } ?? 0) <= 255 else { throw .tooLong }
        guard isPath(path.bytes) else { throw .invalidRepository }
    }

    /// `[\w][\w.-]{0,127}`.
    static func tag(_ tag: JSONText) throws(ImageReferenceError) -> JSONText {
        guard tag.count >= 1, tag.count <= 128, isWord(tag.bytes[0]) else { throw .invalidTag }
        let isSound = tag.bytes.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
        guard isSound else { throw .invalidTag }
        return tag
    }

    /// An algorithm, a colon and hexadecimal digits, of the right number for the algorithms that are known.
    static func digest(_ digest: JSONText) throws(ImageReferenceError) -> JSONText {
        guard let colon = digest.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { throw .invalidDigest }
        let algorithm = digest.prefix(colon)
        let digits = digest.dropFirst(colon + 1)
        guard isAlgorithm(algorithm.bytes), digits.bytes.allSatisfy({ hexadecimalDigit($0) != nil }) else {
            throw .invalidDigest
        }
        let lengths: [(StaticString, Int)] = [("sha256", 64), ("sha384", 96), ("sha512", 128)]
        if let known = lengths.first(where: { algorithm == $0.0 }) {
            guard digits.count == known.1, ContainerIdentifier.isHexadecimal(digits) else { throw .invalidDigest }
        }
        guard digits.count >= 32 else { throw .invalidDigest }
        return digest
    }

    private static func isAlgorithm(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var begins = true
        for byte in bytes {
            let isSeparator = "+.-_".utf8.contains(byte)
            if isSeparator, begins { return false }
            if begins, !isLetter(byte) { return false }
            guard isSeparator || isLetter(byte) || isDigit(byte) else { return false }
            begins = isSeparator
        }
        return !begins
    }

    /// Host name components, an address in brackets, and a port.
    private static func isRegistry(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var host = Slice(base: bytes, bounds: bytes.indices)
        if host.first == UInt8(ascii: "[") {
            guard let close = host.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = host[(host.startIndex + 1)..<close]
            guard !address.isEmpty, address.allSatisfy({ hexadecimalDigit($0) != nil || $0 == UInt8(ascii: ":") })
            else {
                return false
            }
            let rest = host[(close + 1)...]
            return rest.isEmpty || isPort(rest)
        }
        if let colon = host.firstIndex(of: UInt8(ascii: ":")) {
            guard isPort(host[colon...]) else { return false }
            host = host[..<colon]
        }
        // Parts of letters, digits and hyphens with a point between them, of which none begins or ends with a hyphen.
        var before = UInt8(ascii: ".")
        for byte in host {
            switch byte {
            case UInt8(ascii: "."): guard before != UInt8(ascii: "."), before != UInt8(ascii: "-") else { return false }
            case UInt8(ascii: "-"): guard before != UInt8(ascii: ".") else { return false }
            default: guard isLetter(byte) || isDigit(byte) else { return false }
            }
            before = byte
        }
        return before != UInt8(ascii: ".") && before != UInt8(ascii: "-")
    }

    private static func isPort(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        text.first == UInt8(ascii: ":") && text.count > 1 && text.dropFirst().allSatisfy(isDigit)
    }

    /// Components of lower-case letters and digits, with one `.`, one or two `_`, or any number of `-` between them.
    private static func isPath(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var separator = 0
        var separatorByte: UInt8 = 0
        var begins = true
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                (begins, separator) = (false, 0)
            case UInt8(ascii: "/"):
                guard !begins, separator == 0 else { return false }
                begins = true
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                guard !begins, separator == 0 || separatorByte == byte else { return false }
                separator += 1
                separatorByte = byte
                if byte == UInt8(ascii: "."), separator > 1 { return false }
                if byte == UInt8(ascii: "_"), separator > 2 { return false }
            default: return false
            }
        }
        return !begins && separator == 0
    }

    private static func isWord(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    }
}

internal import JSONView

/// Finds the web addresses that stand in a text.
enum Addresses {
    /// How many are taken out of one text.
    static let countLimit = 64
    private static let schemes: [StaticString] = ["https", "http", "ftps", "ftp", "tftp"]

    /// The addresses as they are written, in their order.
    static func all(in text: JSONText) -> [JSONText] {
        var found: [JSONText] = []
        let text = text.prefix(ShellScript.sizeLimit)
        var at = 0
        while at + 3 < text.count, found.count < countLimit {
            guard text.start[at] == UInt8(ascii: ":"), text.start[at + 1] == UInt8(ascii: "/"),
                text.start[at + 2] == UInt8(ascii: "/")
            else {
                at += 1
                continue
            }
            var begin = at
            while begin > 0, ASCII.isAlphanumeric(text.start[begin - 1]), at - begin < 6 { begin -= 1 }
            var end = at + 3
            while end < text.count, !ends(text.start[end]) { end += 1 }
            let scheme = text.slice(begin..<at)
            if schemes.contains(where: { scheme == $0 }) { found.append(text.slice(begin..<end)) }
            at = end
        }
        return found
    }

    /// Whether a host, with a port or without, is an IPv4 address and none of a private or special network.
    static func isPublicNumber(_ host: JSONText) -> Bool {
        var numbers: [Int] = []
        var number: Int?
        for byte in host.bytes {
            if ASCII.isDigit(byte) {
                number = (number ?? 0) * 10 + Int(byte - 48)
                if number.map({ $0 > 255 }) ?? false { return false }
            } else if byte == UInt8(ascii: "."), let done = number, numbers.count < 3 {
                numbers.append(done)
                number = nil
            } else if byte == UInt8(ascii: ":") {
                break
            } else {
                return false
            }
        }
        guard let number, numbers.count == 3 else { return false }
        numbers.append(number)
        let (first, second) = (numbers[0], numbers[1])
        return ![0, 10, 127].contains(first) && first < 224 && (first, second) != (192, 168)
            && (first, second) != (169, 254) && !(first == 172 && (16...31).contains(second))
            && !(first == 100 && (64...127).contains(second))
    }

    private static func ends(_ byte: UInt8) -> Bool {
        ASCII.isSpace(byte) || byte < 0x20
            || [
                UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "|"), UInt8(ascii: ";"), UInt8(ascii: ")"),
                UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "`"), UInt8(ascii: ","), UInt8(ascii: "]"),
            ].contains(byte)
    }
}

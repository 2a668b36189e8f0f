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

    private static func ends(_ byte: UInt8) -> Bool {
        ASCII.isSpace(byte) || byte < 0x20
            || [
                UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "|"), UInt8(ascii: ";"), UInt8(ascii: ")"),
                UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "`"), UInt8(ascii: ","), UInt8(ascii: "]"),
            ].contains(byte)
    }
}

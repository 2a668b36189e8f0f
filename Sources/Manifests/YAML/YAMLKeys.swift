/// Finds keys that are more than a text in a document with aliases.
///
/// The YAML parser compares keys by all that is in them, which a few nested aliases make last for years; no manifest has
/// such keys.
enum YAMLKeys {
    /// The line, from 1, of the first such key; nil where there is none.
    static func lineOfComplexKey(in text: String) -> Int? {
        var scanner = Scanner(text)
        return scanner.run()
    }

    private struct Scanner {
        private let bytes: [UInt8]
        private var at = 0
        private var line = 1
        private var hasAlias = false
        private var found: Int?
        /// The open brackets: whether each may begin a flow collection, rather than stand within a text: `${…}`, `--listen=[$(IP)]:80`.
        private var open: [Bool] = []

        init(_ text: String) { bytes = Array(text.utf8) }

        mutating func run() -> Int? {
            while at < bytes.count {
                step()
                at += 1
            }
            return hasAlias ? found : nil
        }

        private var before: UInt8 { at > 0 ? bytes[at - 1] : UInt8(ascii: "\n") }
        private var after: UInt8 { at + 1 < bytes.count ? bytes[at + 1] : UInt8(ascii: "\n") }

        private mutating func step() {
            switch bytes[at] {
            case UInt8(ascii: "\n"): line += 1
            case UInt8(ascii: "#") where Self.isSpace(before):
                while at + 1 < bytes.count, after != UInt8(ascii: "\n") { at += 1 }
            case UInt8(ascii: "\""), UInt8(ascii: "'"): skipQuoted()
            case UInt8(ascii: "["), UInt8(ascii: "{"): open.append(begins)
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                if open.popLast() == true, endsKey { note() }
            case UInt8(ascii: "?") where begins && Self.isSpace(after): note()
            case UInt8(ascii: "*") where begins && Self.isName(after):
                hasAlias = true
                var end = at + 1
                while end < bytes.count, Self.isName(bytes[end]) { end += 1 }
                if next(from: end) == UInt8(ascii: ":") { note() }
            default: break
            }
        }

        /// Whether a colon comes that ends a key; outside of brackets a space must stand behind it.
        private var endsKey: Bool {
            guard let colon = bytes[(at + 1)...].firstIndex(where: { $0 != 0x20 && $0 != 0x09 }),
                bytes[colon] == UInt8(ascii: ":")
            else { return false }
            return !open.isEmpty || colon + 1 == bytes.count || Self.isSpace(bytes[colon + 1])
        }

        private mutating func note() { found = found ?? line }

        /// Whether a value or key may begin here.
        private var begins: Bool { Self.isSpace(before) || "[{,".utf8.contains(before) }

        private mutating func skipQuoted() {
            // In JSON a value may stand right behind its colon.
            guard begins || before == UInt8(ascii: ":") else { return }
            let quote = bytes[at]
            var end = at + 1
            var lines = 0
            while end < bytes.count, bytes[end] != quote {
                if bytes[end] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") { end += 1 }
                if end < bytes.count, bytes[end] == UInt8(ascii: "\n") { lines += 1 }
                end += 1
            }
            // An apostrophe that nothing closes is part of a text.
            guard end < bytes.count else { return }
            at = end
            line += lines
        }

        /// The next byte that is no space.
        private func next(from start: Int) -> UInt8? {
            bytes[min(start, bytes.count)...].first { $0 != 0x20 && $0 != 0x09 }
        }

        private static func isSpace(_ byte: UInt8) -> Bool {
            byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
        }

        private static func isName(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
            default: byte >= 0x80
            }
        }
    }
}

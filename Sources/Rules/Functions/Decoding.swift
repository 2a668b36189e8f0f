import CZlib
internal import JSONView

/// Turns encoded text into bytes.
enum Decoding {
    /// Reads base64 of either alphabet, padded or not; nil where it is none.
    static func base64(_ text: JSONText) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4 + 3)
        var (word, bits): (UInt32, Int) = (0, 0)
        for byte in text.bytes {
            let digit: UInt32
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = UInt32(byte) - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = UInt32(byte) - 71
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt32(byte) + 4
            case UInt8(ascii: "+"), UInt8(ascii: "-"): digit = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): digit = 63
            case UInt8(ascii: "="): continue
            default: return nil
            }
            word = (word << 6 | digit) & 0xFF_FFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
            }
        }
        return bytes
    }

    /// Reads pairs of hexadecimal digits; nil where the text is none.
    static func hexadecimal(_ text: JSONText) -> [UInt8]? {
        guard text.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        for at in stride(from: 0, to: text.count, by: 2) {
            guard let high = ASCII.hexDigit(text.start[at]), let low = ASCII.hexDigit(text.start[at + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}

/// Resolves the escapes that `echo -e`, `printf` and `$'…'` understand: `\xHH`, `\NNN`, `\0NNN`.
///
/// Octal ones count where they stand for a letter, a digit or a sign: `\033[1m` is only a colour.
enum Escapes {
    /// How many bytes of a text are escaped.
    static func count(_ text: JSONText) -> Int {
        guard text.contains("\\") else { return 0 }
        var (found, at) = (0, 0)
        let text = text.prefix(Payloads.textLimit)
        while at < text.count {
            if let escape = escape(in: text, at: at) {
                found += 1
                at += escape.length
            } else {
                at += 1
            }
        }
        return found
    }

    /// The text with its escapes resolved; nil where there are too few to hide anything.
    static func resolved(_ text: JSONText) -> [UInt8]? {
        count(text) >= 4 ? plain(text) : nil
    }

    /// A few bytes with their escapes resolved, however few there are.
    static func decoded(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "\\")) else { return bytes }
        return bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return [] }
            return plain(JSONText(start: start, count: buffer.count))
        }
    }

    private static func plain(_ text: JSONText) -> [UInt8] {
        var bytes: [UInt8] = []
        var at = 0
        while at < text.count {
            if let escape = escape(in: text, at: at) {
                bytes.append(escape.byte)
                at += escape.length
            } else {
                bytes.append(text.start[at])
                at += 1
            }
        }
        return bytes
    }

    private static func escape(in text: JSONText, at: Int) -> (byte: UInt8, length: Int)? {
        guard text.start[at] == UInt8(ascii: "\\"), at + 3 < text.count else { return nil }
        if text.start[at + 1] == UInt8(ascii: "x") {
            guard let high = ASCII.hexDigit(text.start[at + 2]), let low = ASCII.hexDigit(text.start[at + 3]) else {
                return nil
            }
            return (high << 4 | low, 4)
        }
        if text.start[at + 1] == UInt8(ascii: "0"), let byte = octal(text, at + 2) { return (byte, 5) }
        return octal(text, at + 1).map { ($0, 4) }
    }

    /// Three octal digits that stand for something that can be read.
    private static func octal(_ text: JSONText, _ at: Int) -> UInt8? {
        guard at + 2 < text.count else { return nil }
        var value: UInt16 = 0
        for position in at..<(at + 3) {
            let digit = text.start[position] &- UInt8(ascii: "0")
            guard digit < 8 else { return nil }
            value = value << 3 | UInt16(digit)
        }
        guard (32..<127).contains(value) || value == 9 || value == 10 else { return nil }
        return UInt8(truncatingIfNeeded: value)
    }
}

/// Opens zlib and gzip streams up to a size.
enum Inflation {
    static func inflate(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        var stream = z_stream()
        // 32: the header says whether it is zlib or gzip.
        guard inflateInit2_(&stream, 47, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var input = bytes
        let capacity = max(1, min(limit, 1 << 20))
        let opened = [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(capacity)
                // A stream that is cut still gives what it has.
                _ = CZlib.inflate(&stream, Z_SYNC_FLUSH)
                count = capacity - Int(stream.avail_out)
            }
        }
        return opened.isEmpty ? nil : opened
    }
}

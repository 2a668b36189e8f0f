import JSONView

/// A body of the engine's API as the engine reads it.
///
/// A body that is spelled as every ordinary client spells it is used as it stands. Any other is written again with the
/// engine's names and with what the engine makes of repeated members, so that plain look-ups find what will be run.
struct GoBody {
    var document: JSONDocument
    var irregularities: Irregularities
    /// The body with the names that were sent; the same as ``document`` where those are the engine's.
    var sent: JSONDocument

    /// Reads the first JSON value of a body.
    ///
    /// - Parameters:
    ///   - bytes: the body as it was sent.
    ///   - structure: what the engine decodes it into.
    ///   - parser: makes the documents.
    /// - Returns: the body with the engine's names.
    /// - Throws: why the engine could not read it either, or we cannot.
    static func read(
        _ bytes: [UInt8], as structure: GoStruct, with parser: JSONParser
    ) throws(JSONError) -> GoBody {
        var irregularities = Irregularities()
        let document = try parse(bytes, &irregularities, parser)
        return try canonical(document, as: structure, with: parser, irregularities)
    }

    /// Gives a body that is parsed already the engine's names.
    ///
    /// - Throws: when what was written again is too large.
    static func canonical(
        _ document: JSONDocument, as structure: GoStruct, with parser: JSONParser,
        _ irregularities: Irregularities = Irregularities()
    ) throws(JSONError) -> GoBody {
        var irregularities = irregularities
        GoCanonicalCheck.run(document.root, structure, &irregularities)
        guard !irregularities.isDisjoint(with: [.foldedKeys, .duplicateKeys]) else {
            return GoBody(document: document, irregularities: irregularities, sent: document)
        }
        var written = CompactJSON()
        GoCanonicalWriter.write([document.root], .structure(structure), into: &written)
        return GoBody(
            document: try parser.parse(written.bytes), irregularities: irregularities, sent: document)
    }

    private static func parse(
        _ bytes: [UInt8], _ irregularities: inout Irregularities, _ parser: JSONParser
    ) throws(JSONError) -> JSONDocument {
        var text = bytes
        // Three repairs at most: bytes, escapes, what stands behind the first value.
        for _ in 0..<3 {
            do throws(JSONError) {
                return try parser.parse(text)
            } catch {
                switch error.reason {
                case .trailingData:
                    // Decoders of engines before 2023 stop behind the first value.
                    irregularities.insert(.trailingData)
                    text.removeSubrange(min(error.offset, text.count)...)
                case .invalidUTF8:
                    irregularities.insert(.invalidText)
                    text = Array(String(decoding: text, as: UTF8.self).utf8)
                case .invalidEscape where repairSurrogates(&text):
                    irregularities.insert(.invalidText)
                default: throw error
                }
            }
        }
        return try parser.parse(text)
    }

    /// Puts U+FFFD where half of a surrogate pair stands alone, as Go does; says whether there was one.
    private static func repairSurrogates(_ text: inout [UInt8]) -> Bool {
        var found = false
        var at = 0
        while at < text.count {
            guard text[at] == UInt8(ascii: "\\") else {
                at += 1
                continue
            }
            guard let unit = escapedUnit(text, at) else {
                at += 2
                continue
            }
            if unit & 0xFC00 == 0xD800, let low = escapedUnit(text, at + 6), low & 0xFC00 == 0xDC00 {
                at += 12
                continue
            }
            if unit & 0xF800 == 0xD800 {
                text.replaceSubrange(at..<at + 6, with: #"\ufffd"#.utf8)
                found = true
            }
            at += 6
        }
        return found
    }

    private static func escapedUnit(_ text: [UInt8], _ at: Int) -> UInt16? {
        guard at + 6 <= text.count, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var unit: UInt16 = 0
        for position in at + 2..<at + 6 {
            guard let digit = hexadecimalDigit(text[position]) else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }
}

/// The value of a hexadecimal digit.
func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}

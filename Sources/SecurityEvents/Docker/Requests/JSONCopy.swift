import JSONView

/// Copies values of documents and bytes as compact JSON, without strings in between.
enum JSONCopy {
    /// Appends a value; depth is bounded by the parser that made it.
    static func write(_ value: JSONValue, into output: inout [UInt8]) {
        switch value.kind {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool: output.append(contentsOf: value.bool == true ? "true".utf8 : "false".utf8)
        case .int64: output.append(contentsOf: String(value.int64 ?? 0).utf8)
        case .uint64: output.append(contentsOf: String(value.uint64 ?? 0).utf8)
        case .double: output.append(contentsOf: (value.double ?? 0).description.utf8)
        case .bigNumber:
            if let text = value.bigNumberText { output.append(contentsOf: text.bytes) }
        case .string:
            if let text = value.text { write(text.bytes, into: &output) }
        case .array:
            output.append(UInt8(ascii: "["))
            var isFirst = true
            for element in value.elements {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                write(element, into: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object:
            output.append(UInt8(ascii: "{"))
            var isFirst = true
            for (key, member) in value.members {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                write(key.bytes, into: &output)
                output.append(UInt8(ascii: ":"))
                write(member, into: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// Appends a string with what must be escaped.
    static func write(_ text: some Sequence<UInt8>, into output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            case 0..<0x20:
                output.append(contentsOf: #"\u00"#.utf8)
                output.append(digit(byte >> 4))
                output.append(digit(byte & 15))
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}

internal import CEL
internal import JSONView

/// What a field was found to be in an event.
enum FalcoReading {
    /// Nothing: every comparison is false.
    case none
    case value(JSONValue)
    /// A text that was put together out of values.
    case text(String, from: [JSONValue])
    case number(Int64, from: [JSONValue])
    case values([JSONValue])
    case texts([String], from: [JSONValue])

    /// Where in the event it was read.
    var origins: [JSONValue] {
        switch self {
        case .none: []
        case .value(let value): [value]
        case .values(let values): values
        case .text(_, let origins), .number(_, let origins), .texts(_, let origins): origins
        }
    }

    /// The value as conditions see it: of a field with one value null where there is none, of a list no elements.
    func value(isList: Bool) -> Value {
        switch self {
        case .none: isList ? .list(SchemaValue.emptyList) : .null
        case .value(let value): isList ? .list(ListValue([Self.text(value)])) : Self.text(value)
        case .text(let text, _): isList ? .list(ListValue([.string(text)])) : .string(text)
        case .number(let number, _): .int(number)
        case .values(let values):
            values.isEmpty ? .list(SchemaValue.emptyList) : .list(ListValue(values.map(Self.text)))
        case .texts(let texts, _):
            texts.isEmpty ? .list(SchemaValue.emptyList) : .list(ListValue(texts.map { .string($0) }))
        }
    }

    /// A JSON value as Falco's plugins give it: texts as they are, everything else as JSON.
    static func text(_ value: JSONValue) -> Value {
        value.text.map { .text($0) } ?? .string(FalcoJSON.compact(value))
    }
}

/// Writes JSON as Falco's plugins do: compact, members in their order.
enum FalcoJSON {
    /// More is not written: no object that the API server takes is as large.
    static let limit = 4 << 20

    static func compact(_ value: JSONValue) -> String {
        var bytes: [UInt8] = []
        write(value, into: &bytes, depth: 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ value: JSONValue, into bytes: inout [UInt8], depth: Int) {
        guard depth < 128, bytes.count < limit else { return }
        switch value.kind {
        case .null: bytes += "null".utf8
        case .bool: bytes += (value.bool == true ? "true" : "false").utf8
        case .int64: bytes += "\(value.int64 ?? 0)".utf8
        case .uint64: bytes += "\(value.uint64 ?? 0)".utf8
        case .double: bytes += "\(value.double ?? 0)".utf8
        case .bigNumber: if let text = value.bigNumberText { bytes += text.bytes }
        case .string: quote(value.text ?? .none, into: &bytes)
        case .array:
            bytes.append(UInt8(ascii: "["))
            for (position, element) in value.elements.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                write(element, into: &bytes, depth: depth + 1)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object:
            bytes.append(UInt8(ascii: "{"))
            for (position, member) in value.members.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                quote(member.key, into: &bytes)
                bytes.append(UInt8(ascii: ":"))
                write(member.value, into: &bytes, depth: depth + 1)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func quote(_ text: JSONText, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\r"): bytes += "\\r".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case 0..<32: bytes += "\\u00\(byte < 16 ? "0" : "1")\(String(byte & 15, radix: 16))".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

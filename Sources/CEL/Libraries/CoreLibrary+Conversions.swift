import JSONView

extension Library {
    static let conversions: [Overload] =
        [
            Overload("to_dyn", "dyn", [.typeParam("A")], .dyn, "The value, its type forgotten.") { $0[0] },
            Overload("type", "type", [.typeParam("A")], .type(.typeParam("A")), "The type of a value.") {
                $0.evaluation.type($0.evaluation.typeOf($0[0]))
            },
        ] + toBool + toInt + toUint + toDouble + toString + toBytes + toTime

    private static func conversion(
        _ name: String, _ from: CELType, _ to: CELType, _ body: @escaping Overload.Body
    ) -> Overload {
        Overload("\(from)_to_\(to)", name, [from], to, "The value as \(to).", body)
    }

    private static let toBool: [Overload] = [
        conversion("bool", .bool, .bool) { $0[0] },
        conversion("bool", .string, .bool) { arguments in
            switch String(arguments.string(0)) {
            case "1", "t", "T", "true", "TRUE", "True": .bool(true)
            case "0", "f", "F", "false", "FALSE", "False": .bool(false)
            default: arguments.error("type conversion error from 'string' to 'bool'")
            }
        },
    ]

    private static let toInt: [Overload] = [
        conversion("int", .int, .int) { $0[0] },
        conversion("int", .uint, .int) { arguments in
            guard case .uint(let value) = arguments[0], let int = Int64(exactly: value) else {
                return .error(.passUnretained(CommonErrors.integerOverflow))
            }
            return .int(int)
        },
        conversion("int", .double, .int) { arguments in
            guard case .double(let value) = arguments[0], value > -0x1p63, value < 0x1p63 else {
                return .error(.passUnretained(CommonErrors.integerOverflow))
            }
            return .int(Int64(value))
        },
        conversion("int", .string, .int) { arguments in
            Int64(String(arguments.string(0))).map { .int($0) }
                ?? arguments.error("type conversion error from 'string' to 'int'")
        },
        conversion("int", .timestamp, .int) { arguments in
            guard case .timestamp(let seconds, _) = arguments[0] else { return .int(0) }
            return .int(seconds)
        },
        conversion("int", .duration, .int) { arguments in
            guard case .duration(let nanoseconds) = arguments[0] else { return .int(0) }
            return .int(nanoseconds)
        },
    ]

    private static let toUint: [Overload] = [
        conversion("uint", .uint, .uint) { $0[0] },
        conversion("uint", .int, .uint) { arguments in
            UInt64(exactly: arguments.integer(0)).map { .uint($0) }
                ?? .error(.passUnretained(CommonErrors.unsignedOverflow))
        },
        conversion("uint", .double, .uint) { arguments in
            guard case .double(let value) = arguments[0], value >= 0, value < 0x1p64 else {
                return .error(.passUnretained(CommonErrors.unsignedOverflow))
            }
            return .uint(UInt64(value))
        },
        conversion("uint", .string, .uint) { arguments in
            GoNumber.unsigned(String(arguments.string(0))).map { .uint($0) }
                ?? arguments.error("type conversion error from 'string' to 'uint'")
        },
    ]

    private static let toDouble: [Overload] = [
        conversion("double", .double, .double) { $0[0] },
        conversion("double", .int, .double) { .double(Double($0.integer(0))) },
        conversion("double", .uint, .double) { arguments in
            guard case .uint(let value) = arguments[0] else { return .double(0) }
            return .double(Double(value))
        },
        conversion("double", .string, .double) { arguments in
            GoNumber.double(String(arguments.string(0))).map { .double($0) }
                ?? arguments.error("type conversion error from 'string' to 'double'")
        },
    ]

    private static let toString: [Overload] =
        [
            conversion("string", .string, .string) { $0[0] },
            conversion("string", .bytes, .string) { arguments in
                let bytes = arguments.string(0)
                guard String(validating: bytes.bytes, as: UTF8.self) != nil else {
                    return arguments.error("invalid UTF-8 in bytes, cannot convert to string")
                }
                return .string(bytes)
            },
        ]
        + [CELType.bool, .int, .uint, .double, .timestamp, .duration].map { type in
            conversion("string", type, .string) { $0.evaluation.string($0.evaluation.display($0[0])) }
        }

    private static let toBytes: [Overload] = [
        conversion("bytes", .bytes, .bytes) { $0[0] },
        conversion("bytes", .string, .bytes) { .bytes($0.string(0)) },
    ]

    private static let toTime: [Overload] = [
        conversion("timestamp", .timestamp, .timestamp) { $0[0] },
        conversion("timestamp", .string, .timestamp) { arguments in
            guard let parsed = TimeFormat.parseTimestamp(String(arguments.string(0))) else {
                return arguments.error("type conversion error from 'string' to 'google.protobuf.Timestamp'")
            }
            return .timestamp(seconds: parsed.seconds, nanoseconds: parsed.nanoseconds)
        },
        conversion("timestamp", .int, .timestamp) { arguments in
            guard let made = Timestamp(seconds: arguments.integer(0)) else {
                return arguments.error("timestamp overflow")
            }
            return .timestamp(seconds: made.seconds, nanoseconds: 0)
        },
        conversion("duration", .duration, .duration) { $0[0] },
        conversion("duration", .string, .duration) { arguments in
            guard let parsed = TimeFormat.parseDuration(String(arguments.string(0))) else {
                return arguments.error("type conversion error from 'string' to 'google.protobuf.Duration'")
            }
            return .duration(parsed)
        },
        conversion("duration", .int, .duration) { .duration($0.integer(0)) },
    ]
}

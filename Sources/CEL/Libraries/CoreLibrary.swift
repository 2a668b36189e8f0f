extension Library {
    /// The core language: operators, conversions, texts, moments and lengths of time.
    public static let core = Library(
        "core", overloads: operators + sizes + texts + conversions + moments, macros: Macro.standard,
        types: [
            "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes,
            "list": .list(.dyn), "map": .map(.dyn, .dyn), "null_type": .null, "type": .typeType,
            "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
            "google.protobuf.Any": .any, "google.protobuf.NullValue": .int,
        ],
        constants: [NamedConstant("google.protobuf.NullValue.NULL_VALUE", .literal(.int(0)))])

    private static let a = CELType.typeParam("A")
    private static let b = CELType.typeParam("B")

    // MARK: Operators. Their instructions are the interpreter's own.

    private static let operators: [Overload] = logical + comparisons + arithmetic + indexing

    private static let logical: [Overload] = [
        Overload("logical_not", Operator.not, [.bool], .bool, "Whether a condition does not hold."),
        Overload("logical_and", Operator.and, [.bool, .bool], .bool, "Whether both conditions hold."),
        Overload("logical_or", Operator.or, [.bool, .bool], .bool, "Whether one of two conditions holds."),
        Overload("conditional", Operator.conditional, [.bool, a, a], a, "One value or the other."),
        Overload("not_strictly_false", Operator.notStrictlyFalse, [.bool], .bool, "Anything but false."),
    ]

    private static let comparisons: [Overload] = {
        let names = [
            (Operator.less, "less"), (Operator.lessEqual, "less_equals"), (Operator.greater, "greater"),
            (Operator.greaterEqual, "greater_equals"),
        ]
        let types: [CELType] = [.bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration]
        let numbers: [CELType] = [.int, .uint, .double]
        var overloads = [
            Overload("equals", Operator.equal, [a, a], .bool, "Whether two values are equal."),
            Overload("not_equals", Operator.notEqual, [a, a], .bool, "Whether two values differ."),
        ]
        for (function, name) in names {
            for type in types { overloads.append(Overload("\(name)_\(type)", function, [type, type], .bool)) }
            for one in numbers {
                for other in numbers where one != other {
                    overloads.append(Overload("\(name)_\(one)_\(other)", function, [one, other], .bool))
                }
            }
        }
        return overloads
    }()

    private static let arithmetic: [Overload] = {
        var overloads: [Overload] = []
        let names = [
            (Operator.add, "add"), (Operator.subtract, "subtract"), (Operator.multiply, "multiply"),
            (Operator.divide, "divide"),
        ]
        for (function, name) in names {
            for type in [CELType.int, .uint, .double] {
                overloads.append(Overload("\(name)_\(type)", function, [type, type], type))
            }
        }
        return overloads + [
            Overload("modulo_int64", Operator.modulo, [.int, .int], .int),
            Overload("modulo_uint64", Operator.modulo, [.uint, .uint], .uint),
            Overload("negate_int64", Operator.negate, [.int], .int),
            Overload("negate_double", Operator.negate, [.double], .double),
            Overload("add_string", Operator.add, [.string, .string], .string),
            Overload("add_bytes", Operator.add, [.bytes, .bytes], .bytes),
            Overload("add_list", Operator.add, [.list(a), .list(a)], .list(a)),
            Overload("add_duration_duration", Operator.add, [.duration, .duration], .duration),
            Overload("add_timestamp_duration", Operator.add, [.timestamp, .duration], .timestamp),
            Overload("add_duration_timestamp", Operator.add, [.duration, .timestamp], .timestamp),
            Overload("subtract_timestamp_timestamp", Operator.subtract, [.timestamp, .timestamp], .duration),
            Overload("subtract_timestamp_duration", Operator.subtract, [.timestamp, .duration], .timestamp),
            Overload("subtract_duration_duration", Operator.subtract, [.duration, .duration], .duration),
        ]
    }()

    private static let indexing: [Overload] = [
        Overload("index_list", Operator.index, [.list(a), .int], a, "The element at a position."),
        Overload("index_map", Operator.index, [.map(a, b), a], b, "The value under a key."),
        Overload("in_list", Operator.in, [a, .list(a)], .bool, "Whether a list has an element."),
        Overload("in_map", Operator.in, [a, .map(a, b)], .bool, "Whether a map has a key."),
    ]

    private static let sizes: [Overload] = [
        ("string", CELType.string), ("bytes", .bytes), ("list", .list(a)), ("map", .map(a, b)),
    ]
    .flatMap { name, type in
        [
            Overload("size_\(name)", "size", [type], .int, "How long a value is."),
            Overload.member("\(name)_size", "size", [type], .int, "How long a value is."),
        ]
    }

    private static let texts: [Overload] = [
        .member("starts_with_string", "startsWith", [.string, .string], .bool, "Whether a text begins with another."),
        .member("ends_with_string", "endsWith", [.string, .string], .bool, "Whether a text ends with another."),
        .member("contains_string", "contains", [.string, .string], .bool, "Whether a text stands in another."),
        .member(
            "matches_string", "matches", [.string, .string], .bool,
            "Whether a regular expression matches anywhere in a text.", matches),
        Overload(
            "matches", "matches", [.string, .string], .bool,
            "Whether a regular expression matches anywhere in a text.", matches),
    ]

    @Sendable
    private static func matches(_ arguments: Arguments) -> Cell {
        do {
            return .bool(try RegularExpression(arguments.string(1)).matches(arguments.string(0)))
        } catch {
            return arguments.error("error parsing regexp: \(error.message)")
        }
    }
}

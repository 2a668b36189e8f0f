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
            (Operator.less, "less", "Whether the first is less than the second."),
            (Operator.lessEqual, "less_equals", "Whether the first is no greater than the second."),
            (Operator.greater, "greater", "Whether the first is greater than the second."),
            (Operator.greaterEqual, "greater_equals", "Whether the first is no less than the second."),
        ]
        let types: [CELType] = [.bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration]
        let numbers: [CELType] = [.int, .uint, .double]
        var overloads = [
            Overload("equals", Operator.equal, [a, a], .bool, "Whether two values are equal."),
            Overload("not_equals", Operator.notEqual, [a, a], .bool, "Whether two values differ."),
        ]
        for (function, name, documentation) in names {
            for type in types {
                overloads.append(Overload("\(name)_\(type)", function, [type, type], .bool, documentation))
            }
            for one in numbers {
                for other in numbers where one != other {
                    overloads.append(Overload("\(name)_\(one)_\(other)", function, [one, other], .bool, documentation))
                }
            }
        }
        return overloads
    }()

    private static let arithmetic: [Overload] = {
        var overloads: [Overload] = []
        let names = [
            (Operator.add, "add", "The sum."), (Operator.subtract, "subtract", "The difference."),
            (Operator.multiply, "multiply", "The product."), (Operator.divide, "divide", "The quotient."),
        ]
        for (function, name, documentation) in names {
            for type in [CELType.int, .uint, .double] {
                overloads.append(Overload("\(name)_\(type)", function, [type, type], type, documentation))
            }
        }
        return overloads + [
            Overload("modulo_int64", Operator.modulo, [.int, .int], .int, "The remainder."),
            Overload("modulo_uint64", Operator.modulo, [.uint, .uint], .uint, "The remainder."),
            Overload("negate_int64", Operator.negate, [.int], .int, "The number with the other sign."),
            Overload("negate_double", Operator.negate, [.double], .double, "The number with the other sign."),
            Overload("add_string", Operator.add, [.string, .string], .string, "One text after the other."),
            Overload("add_bytes", Operator.add, [.bytes, .bytes], .bytes, "One sequence of bytes after the other."),
            Overload("add_list", Operator.add, [.list(a), .list(a)], .list(a), "One list after the other."),
            Overload("add_duration_duration", Operator.add, [.duration, .duration], .duration, "The sum."),
            Overload(
                "add_timestamp_duration", Operator.add, [.timestamp, .duration], .timestamp, "The moment so much later."
            ),
            Overload(
                "add_duration_timestamp", Operator.add, [.duration, .timestamp], .timestamp, "The moment so much later."
            ),
            Overload(
                "subtract_timestamp_timestamp", Operator.subtract, [.timestamp, .timestamp], .duration,
                "The time between two moments."),
            Overload(
                "subtract_timestamp_duration", Operator.subtract, [.timestamp, .duration], .timestamp,
                "The moment so much earlier."),
            Overload(
                "subtract_duration_duration", Operator.subtract, [.duration, .duration], .duration, "The difference."),
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
            "Whether a regular expression matches anywhere in a text.", matches
        ).withPattern(at: 1),
        Overload(
            "matches", "matches", [.string, .string], .bool,
            "Whether a regular expression matches anywhere in a text.", matches
        ).withPattern(at: 1),
    ]

    @Sendable
    private static func matches(_ arguments: Arguments) -> Cell {
        do {
            return .bool(try arguments.regex(1).matches(arguments.string(0)))
        } catch {
            return arguments.error("error parsing regexp: \(error.message)")
        }
    }
}

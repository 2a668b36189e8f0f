import JSONView

extension Library {
    /// Values that may be absent: `optional.of`, `?.`, `[?]`, `orValue`, `optMap`.
    public static let optionals = Library(
        "optionals", overloads: making + asking + indexing + ends, macros: [optMap, optFlatMap],
        types: ["optional_type": .optional(.dyn)])

    private static let t = CELType.typeParam("T")
    private static let k = CELType.typeParam("K")

    private static let making: [Overload] = [
        Overload("optional_of", "optional.of", [t], .optional(t), "A value that is present.") {
            $0.evaluation.optional($0[0])
        },
        Overload(
            "optional_ofNonZeroValue", "optional.ofNonZeroValue", [t], .optional(t),
            "A value that is present unless it is null, zero or empty."
        ) { arguments in
            arguments.evaluation.isZero(arguments[0]) ? .emptyOptional : arguments.evaluation.optional(arguments[0])
        },
        Overload("optional_none", "optional.none", [], .optional(t), "No value.") { _ in .emptyOptional },
        Overload(
            "optional_unwrap", "optional.unwrap", [.list(.optional(t))], .list(t), "The values that are present.",
            unwrap),
        .member(
            "optional_unwrapOpt", "unwrapOpt", [.list(.optional(t))], .list(t), "The values that are present.", unwrap),
    ]

    private static let asking: [Overload] = [
        .member("optional_hasValue", "hasValue", [.optional(t)], .bool, "Whether there is a value.") { arguments in
            if case .optional = arguments[0] { .bool(true) } else { .bool(false) }
        },
        .member("optional_value", "value", [.optional(t)], t, "The value; an error where there is none.") { arguments in
            guard case .optional(let box) = arguments[0] else { return arguments.error("optional.none() dereference") }
            return box.takeUnretainedValue().cell
        },
        .member(
            "optional_or_optional", "or", [.optional(t), .optional(t)], .optional(t), "The first that has a value."),
        .member(
            "optional_orValue_value", "orValue", [.optional(t), t], t, "The value, or another where there is none."),
    ]

    private static let indexing: [Overload] = [
        Overload(
            "optional_list_optindex_int", Operator.optionalIndex, [.list(t), .int], .optional(t),
            "What stands there, if anything does."),
        Overload(
            "optional_map_optindex_value", Operator.optionalIndex, [.map(k, t), k], .optional(t),
            "What stands there, if anything does."),
        Overload(
            "optional_list_index_optional", Operator.optionalIndex, [.optional(.list(t)), .int], .optional(t),
            "What stands there, if anything does."),
        Overload(
            "optional_map_index_optional", Operator.optionalIndex, [.optional(.map(k, t)), k], .optional(t),
            "What stands there, if anything does."),
        Overload(
            "optional_list_index_int", Operator.index, [.optional(.list(t)), .int], .optional(t),
            "What stands there, if anything does."),
        Overload(
            "optional_map_index_value", Operator.index, [.optional(.map(k, t)), k], .optional(t),
            "What stands there, if anything does."),
    ]

    private static let ends: [Overload] = [
        .member("list_first", "first", [.list(t)], .optional(t), "The first element.") { arguments in
            arguments.evaluation.element(arguments[0], at: 0).map { arguments.evaluation.optional($0) }
                ?? .emptyOptional
        },
        .member("list_last", "last", [.list(t)], .optional(t), "The last element.") { arguments in
            let last = (arguments.evaluation.listCount(arguments[0]) ?? 0) - 1
            return arguments.evaluation.element(arguments[0], at: last).map { arguments.evaluation.optional($0) }
                ?? .emptyOptional
        },
    ]

    @Sendable
    private static func unwrap(_ arguments: Arguments) -> Cell {
        arguments.evaluation.list(
            arguments.evaluation.elements(arguments[0]).compactMap { element -> Cell? in
                if case .optional(let box) = element { box.takeUnretainedValue().cell } else { nil }
            })
    }

    private static let optMap = Macro.member("optMap", 2) { nodes, target, arguments in
        guard let target else { return nil }
        let bound = try Macro.bind(&nodes, arguments[0], Self.value(&nodes, target), arguments[1])
        return Self.whenPresent(&nodes, target, nodes.call("optional.of", bound))
    }

    private static let optFlatMap = Macro.member("optFlatMap", 2) { nodes, target, arguments in
        guard let target else { return nil }
        return Self.whenPresent(
            &nodes, target, try Macro.bind(&nodes, arguments[0], Self.value(&nodes, target), arguments[1]))
    }

    private static func value(_ nodes: inout NodeFactory, _ target: Expression) -> Expression {
        nodes.make(.call(function: "value", target: target, arguments: []))
    }

    private static func whenPresent(
        _ nodes: inout NodeFactory, _ target: Expression, _ result: Expression
    ) -> Expression {
        let condition = nodes.make(.call(function: "hasValue", target: target, arguments: []))
        return nodes.call(Operator.conditional, condition, result, nodes.call("optional.none"))
    }
}

extension Evaluation {
    /// Whether a value is its type's zero.
    func isZero(_ cell: Cell) -> Bool {
        switch cell {
        case .null, .emptyOptional: true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .uint(let value): value == 0
        case .double(let value): value == 0
        case .string(let text), .bytes(let text): text.isEmpty
        case .duration(let value): value == 0
        // The zero of Go's time, which is what cel-go compares with.
        case .timestamp(let seconds, let nanoseconds): seconds == Timestamp.range.lowerBound && nanoseconds == 0
        default: (listCount(cell) ?? mapCount(cell)) == 0
        }
    }
}

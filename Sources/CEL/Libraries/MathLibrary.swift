extension Library {
    /// Numbers: `math.greatest`, `math.least`, rounding, signs and bits.
    public static let math = Library(
        "math", overloads: extremes + rounding + kinds + bits,
        macros: [extreme("greatest", "@max"), extreme("least", "@min")])

    private static let numbers: [CELType] = [.int, .uint, .double]

    /// `math.greatest(a, b, …)`: any number of arguments or one list.
    private static func extreme(_ name: String, _ function: String) -> Macro {
        .member(name, nil) { nodes, target, arguments in
            guard case .ident("math")? = target?.kind else { return nil }
            guard !arguments.isEmpty else {
                throw MacroFault(message: "math.\(name)() requires at least one argument", node: nil)
            }
            for argument in arguments {
                let isNumber: Bool
                switch argument.kind {
                case .literal(.int), .literal(.uint), .literal(.double): isNumber = true
                case .literal, .map, .structure: isNumber = false
                case .list(let elements, _): isNumber = arguments.count == 1 && !elements.isEmpty
                default: isNumber = true
                }
                guard isNumber else {
                    throw MacroFault(message: "math.\(name)() invalid single argument value", node: argument)
                }
            }
            if arguments.count <= 2 {
                return nodes.make(.call(function: "math.\(function)", target: nil, arguments: arguments))
            }
            return nodes.call("math.\(function)", nodes.make(.list(arguments, optional: [])))
        }
    }

    private static let extremes: [Overload] = ["@max", "@min"].flatMap { name in
        let function = "math.\(name)"
        let documentation = name == "@max" ? "The greatest of the numbers." : "The least of the numbers."
        let keepsFirst: @Sendable (Numbers.Order) -> Bool = { name == "@max" ? $0 != .less : $0 != .greater }
        let pick: @Sendable (Arguments, [Cell]) -> Cell = { arguments, cells in
            guard var best = cells.first else { return arguments.error("math.\(name) argument must not be empty") }
            for cell in cells.dropFirst() {
                guard let order = Numbers.order(best, cell) else { return arguments.evaluation.noSuchOverload() }
                if !keepsFirst(order) { best = cell }
            }
            return Numbers.order(best, best) == nil ? arguments.evaluation.noSuchOverload() : best
        }
        var overloads: [Overload] = []
        for one in numbers {
            overloads.append(Overload("math_\(name)_\(one)", function, [one], one, documentation) { $0[0] })
            for other in numbers {
                let result = one == other ? one : .dyn
                overloads.append(
                    Overload("math_\(name)_\(one)_\(other)", function, [one, other], result, documentation) {
                        pick($0, [$0[0], $0[1]])
                    })
            }
            overloads.append(
                Overload("math_\(name)_list_\(one)", function, [.list(one)], one, documentation) { arguments in
                    pick(arguments, arguments.evaluation.elements(arguments[0]))
                })
        }
        return overloads
    }

    private static func double(
        _ name: String, _ documentation: String, _ body: @escaping @Sendable (Double) -> Double
    ) -> Overload {
        Overload("math_\(name)_double", "math.\(name)", [.double], .double, documentation) { arguments in
            guard case .double(let value) = arguments[0] else { return arguments.evaluation.noSuchOverload() }
            return .double(body(value))
        }
    }

    private static let rounding: [Overload] =
        [
            double("ceil", "The next whole number up.") { $0.rounded(.up) },
            double("floor", "The next whole number down.") { $0.rounded(.down) },
            double("round", "The nearest whole number.") { $0.rounded(.toNearestOrAwayFromZero) },
            double("trunc", "The whole part.") { $0.rounded(.towardZero) },
            double("sqrt", "The square root.") { $0.squareRoot() },
            Overload("math_sqrt_int", "math.sqrt", [.int], .double, "The square root.") {
                .double(Double($0.integer(0)).squareRoot())
            },
            Overload("math_sqrt_uint", "math.sqrt", [.uint], .double, "The square root.") { arguments in
                guard case .uint(let value) = arguments[0] else { return arguments.evaluation.noSuchOverload() }
                return .double(Double(value).squareRoot())
            },
        ]
        + numbers.flatMap { type in
            [
                Overload("math_abs_\(type)", "math.abs", [type], type, "The distance from zero.") { arguments in
                    switch arguments[0] {
                    case .int(.min): .error(.passUnretained(CommonErrors.integerOverflow))
                    case .int(let value): .int(abs(value))
                    case .double(let value): .double(value.magnitude)
                    default: arguments[0]
                    }
                },
                Overload("math_sign_\(type)", "math.sign", [type], type, "-1, 0 or 1.") { arguments in
                    switch arguments[0] {
                    case .int(let value): .int(value.signum())
                    case .uint(let value): .uint(min(1, value))
                    case .double(let value): .double(value > 0 ? 1 : value < 0 ? -1 : value)
                    default: arguments.evaluation.noSuchOverload()
                    }
                },
            ]
        }

    private static func kind(
        _ name: String, _ documentation: String, _ body: @escaping @Sendable (Double) -> Bool
    ) -> Overload {
        Overload("math_\(name)_double", "math.\(name)", [.double], .bool, documentation) { arguments in
            guard case .double(let value) = arguments[0] else { return arguments.evaluation.noSuchOverload() }
            return .bool(body(value))
        }
    }

    private static let kinds: [Overload] = [
        kind("isNaN", "Whether a number is none.") { $0.isNaN },
        kind("isInf", "Whether a number is infinite.") { $0.isInfinite },
        kind("isFinite", "Whether a number is finite.") { $0.isFinite },
    ]

    private static func bits(
        _ name: String, _ documentation: String, _ body: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> [Overload] {
        [CELType.int, .uint].map { type in
            Overload("math_\(name)_\(type)_\(type)", "math.\(name)", [type, type], type, documentation) { arguments in
                switch (arguments[0], arguments[1]) {
                case (.int(let one), .int(let other)):
                    .int(Int64(bitPattern: body(UInt64(bitPattern: one), UInt64(bitPattern: other))))
                case (.uint(let one), .uint(let other)): .uint(body(one, other))
                default: arguments.evaluation.noSuchOverload()
                }
            }
        }
    }

    private static func shift(
        _ name: String, _ documentation: String, _ body: @escaping @Sendable (UInt64, Int64) -> UInt64
    ) -> [Overload] {
        [CELType.int, .uint].map { type in
            Overload("math_\(name)_\(type)_int", "math.\(name)", [type, .int], type, documentation) { arguments in
                let offset = arguments.integer(1)
                guard offset >= 0 else { return arguments.error("math.\(name)() negative offset: \(offset)") }
                switch arguments[0] {
                case .int(let value): return .int(Int64(bitPattern: body(UInt64(bitPattern: value), offset)))
                case .uint(let value): return .uint(body(value, offset))
                default: return arguments.evaluation.noSuchOverload()
                }
            }
        }
    }

    private static let bits: [Overload] =
        bits("bitAnd", "The bits set in both.", &) + bits("bitOr", "The bits set in one.", |)
        + bits("bitXor", "The bits set in one alone.", ^)
        + shift("bitShiftLeft", "The bits moved up.") { $1 >= 64 ? 0 : $0 << UInt64($1) }
        + shift("bitShiftRight", "The bits moved down, zeros from above.") { $1 >= 64 ? 0 : $0 >> UInt64($1) }
        + [
            Overload("math_bitNot_int_int", "math.bitNot", [.int], .int, "Each bit turned over.") {
                .int(~$0.integer(0))
            },
            Overload("math_bitNot_uint_uint", "math.bitNot", [.uint], .uint, "Each bit turned over.") { arguments in
                guard case .uint(let value) = arguments[0] else { return arguments.evaluation.noSuchOverload() }
                return .uint(~value)
            },
        ]
}

import JSONView

extension Library {
    /// Amounts with units: `quantity`, `isQuantity`, comparison, addition, conversion.
    public static let kubernetesQuantity = Library(
        "kubernetes.quantity", overloads: making + asking + comparing + adding,
        types: ["kubernetes.Quantity": QuantityValue.type])

    private static let type = QuantityValue.type

    private static let making: [Overload] = [
        Overload("string_to_quantity", "quantity", [.string], type, "The amount that a text is.") { arguments in
            let text = String(arguments.string(0))
            do throws(Quantity.Fault) {
                return arguments.evaluation.opaque(QuantityValue(try Quantity(parsing: text), text: text))
            } catch {
                return arguments.error(error.rawValue)
            }
        },
        Overload("is_quantity_string", "isQuantity", [.string], .bool, "Whether a text is an amount.") {
            .bool((try? Quantity(parsing: String($0.string(0)))) != nil)
        },
    ]

    private static let asking: [Overload] = [
        .member("quantity_sign", "sign", [type], .int, "-1, 0 or 1: the sign of an amount.") { arguments in
            with(arguments) { .int(Int64($0.compare(Quantity(0)))) }
        },
        .member("quantity_is_integer", "isInteger", [type], .bool, "Whether an amount is a whole number.") {
            with($0) { .bool($0.integer != nil) }
        },
        .member("quantity_get_int", "asInteger", [type], .int, "The amount as a whole number.") { arguments in
            with(arguments) { $0.integer.map { .int($0) } ?? arguments.error("cannot convert value to integer") }
        },
        .member("quantity_get_float", "asApproximateFloat", [type], .double, "The amount as a number.") {
            with($0) { .double($0.approximation) }
        },
    ]

    private static let comparing: [Overload] = [
        .member("quantity_is_greater_than", "isGreaterThan", [type, type], .bool, "Whether the first is greater.") {
            withTwo($0) { .bool($0.compare($1) > 0) }
        },
        .member("quantity_is_less_than", "isLessThan", [type, type], .bool, "Whether the first is less.") {
            withTwo($0) { .bool($0.compare($1) < 0) }
        },
        .member("quantity_compare_to", "compareTo", [type, type], .int, "-1, 0 or 1: how the first stands.") {
            withTwo($0) { .int(Int64($0.compare($1))) }
        },
    ]

    private static let adding: [Overload] = [
        .member("quantity_add", "add", [type, type], type, "The sum.") { arguments in
            withTwo(arguments) { sum(arguments, $0, $1) }
        },
        .member("quantity_add_int", "add", [type, .int], type, "The sum.") { arguments in
            with(arguments) { sum(arguments, $0, Quantity(arguments.integer(1))) }
        },
        .member("quantity_sub", "sub", [type, type], type, "The difference.") { arguments in
            withTwo(arguments) { sum(arguments, $0, $1.negated) }
        },
        .member("quantity_sub_int", "sub", [type, .int], type, "The difference.") { arguments in
            with(arguments) { sum(arguments, $0, Quantity(arguments.integer(1)).negated) }
        },
    ]

    private static func sum(_ arguments: Arguments, _ one: Quantity, _ other: Quantity) -> Cell {
        guard let sum = one.adding(other) else { return arguments.error("quantity overflow") }
        return arguments.evaluation.opaque(QuantityValue(sum))
    }

    private static func with(_ arguments: Arguments, _ use: (Quantity) -> Cell) -> Cell {
        guard let value = arguments.opaque(0) as? QuantityValue else { return arguments.evaluation.noSuchOverload() }
        return use(value.quantity)
    }

    private static func withTwo(_ arguments: Arguments, _ use: (Quantity, Quantity) -> Cell) -> Cell {
        guard let one = arguments.opaque(0) as? QuantityValue, let other = arguments.opaque(1) as? QuantityValue else {
            return arguments.evaluation.noSuchOverload()
        }
        return use(one.quantity, other.quantity)
    }
}

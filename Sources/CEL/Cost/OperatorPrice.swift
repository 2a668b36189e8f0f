import JSONView

/// Which rule prices an operator whose cost depends on its operands.
enum OperatorPrice: Int32 {
    case comparison, join, membership, affix, contains
}

extension Evaluation {
    /// Charges for an operator.
    func charge(_ rule: OperatorPrice, _ left: Cell, _ right: Cell) {
        switch rule {
        case .comparison: chargeComparison(left, right)
        case .join: charge(cost: costSize(left).adding(costSize(right)).multiplied(by: Prices.character))
        case .membership: charge(cost: costSize(right))
        case .affix: charge(cost: costSize(left).multiplied(by: Prices.character))
        case .contains:
            charge(
                cost: costSize(left).multiplied(by: Prices.character)
                    .multiplied(by: costSize(right).multiplied(by: Prices.character)))
        }
    }

    /// Charges for comparing two values: what the smaller one is long, or 1 for values of a library's own types.
    private func chargeComparison(_ left: Cell, _ right: Cell) {
        switch (left, right) {
        case (.string(let one), .string(let other)) where one.count <= 10 || other.count <= 10:
            // At most ten characters cost one, none cost none.
            charge(cost: one.isEmpty || other.isEmpty ? 0 : 1)
        case (.int, .int), (.bool, .bool), (.double, .double), (.opaque, _): charge(cost: 1)
        default: charge(cost: min(costSize(left), costSize(right)).multiplied(by: Prices.character))
        }
    }
}

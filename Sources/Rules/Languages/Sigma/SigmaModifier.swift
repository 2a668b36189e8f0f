/// What stands behind the bars of a field's name, as the specification spells it.
enum SigmaModifier: String, CaseIterable {
    case contains, startswith, endswith, all, cased, neq, re, i, m, s, cidr, exists, fieldref, expand
    case base64, base64offset, wide, utf16, utf16le, utf16be, windash
    case lt, lte, gt, gte
    case minute, hour, day, week, month, year

    /// The modifiers by the names that they have here or elsewhere.
    init?(name: String) {
        if let modifier = SigmaModifier(rawValue: name) {
            self = modifier
            return
        }
        switch name {
        case "ignorecase": self = .i
        case "multiline": self = .m
        case "dotall": self = .s
        default: return nil
        }
    }

    /// Whether the modifier makes something else than texts with wildcards of the values.
    var changesKind: Bool {
        switch self {
        case .re, .cidr, .exists, .fieldref, .lt, .lte, .gt, .gte, .minute, .hour, .day, .week, .month, .year: true
        default: false
        }
    }

    var timePart: SigmaTimePart? { SigmaTimePart(rawValue: rawValue) }

    var comparison: Aggregation.Bound.Comparison? {
        switch self {
        case .lt: .lt
        case .lte: .lte
        case .gt: .gt
        case .gte: .gte
        default: nil
        }
    }
}

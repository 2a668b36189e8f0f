/// Turns a checked condition into CEL over the record as it was read.
///
/// A field is a call that gives null where the event does not have it (a list field: no elements), and every comparison is
/// false of null, as in libsinsp: also `!=`. So no condition is ever without an answer.
struct FalcoLowering {
    let checker: FalcoChecker

    /// A condition, or what it always is.
    enum Lowered {
        case always(Bool)
        case condition(String)

        var text: String {
            switch self {
            case .always(let truth): "\(truth)"
            case .condition(let text): text
            }
        }
    }

    func lower(_ expression: FalcoExpression) throws(FalcoFault) -> Lowered {
        switch expression {
        case .and(let parts): return try join(parts, " && ", neutral: true)
        case .or(let parts): return try join(parts, " || ", neutral: false)
        case .not(let part):
            switch try lower(part) {
            case .always(let truth): return .always(!truth)
            case .condition(let text): return .condition("!" + text)
            }
        case .macro(let name, let place):
            throw FalcoFault(message: "the macro '\(name)' was not resolved", place: place)
        case .check(let check): return try lower(check)
        }
    }

    private func join(_ parts: [FalcoExpression], _ sign: String, neutral: Bool) throws(FalcoFault) -> Lowered {
        var conditions: [String] = []
        var isDecided = false
        for part in parts {
            switch try lower(part) {
            case .always(let truth): isDecided = isDecided || truth != neutral
            case .condition(let text): if !conditions.contains(text) { conditions.append(text) }
            }
        }
        if isDecided { return .always(!neutral) }
        if conditions.isEmpty { return .always(neutral) }
        return .condition(conditions.count == 1 ? conditions[0] : Self.balanced(conditions[...], sign))
    }

    /// Long chains as trees of little depth.
    private static func balanced(_ conditions: ArraySlice<String>, _ sign: String) -> String {
        if conditions.count <= 8 { return "(" + conditions.joined(separator: sign) + ")" }
        let middle = conditions.startIndex + conditions.count / 2
        return "(" + balanced(conditions[..<middle], sign) + sign + balanced(conditions[middle...], sign) + ")"
    }

    // MARK: Comparisons

    private func lower(_ check: FalcoCheck) throws(FalcoFault) -> Lowered {
        let kind = try checker.kind(of: check.left, onRight: false)
        if case .field(let name, _, _) = check.left, let known = Self.known(name, check) { return .always(known) }
        let left = try lower(check.left)
        switch check.right {
        case .none: return .condition(kind.isList ? "(size(\(left)) > 0)" : "(\(left) != null)")
        case .operand(let operand):
            let isList = try checker.kind(of: operand, onRight: true).isList
            return .condition(
                try compare(left, kind, check, with: try lower(operand), isList: isList, mayBeMissing: true))
        case .values(let constants):
            let literals = constants.map { Self.literal($0.text, kind.type) }
            if check.comparison == .pmatch {
                let parts = literals.map { "falco.pmatch(\(left), \($0))" }
                return parts.isEmpty ? .always(false) : .condition(Self.balanced(parts[...], " || "))
            }
            if check.comparison.takesList {
                if literals.isEmpty { return .always(false) }
                let list = "[" + literals.joined(separator: ", ") + "]"
                return .condition(
                    try compare(left, kind, check, with: list, isList: true, mayBeMissing: false))
            }
            guard let constant = constants.first, let literal = literals.first else { return .always(false) }
            switch check.comparison {
            case .regex: return .condition(Self.matches(left, "\\A(?:\(constant.text))\\z"))
            case .glob, .iglob:
                do {
                    let expression = try FalcoGlob.expression(
                        constant.text, ignoringCase: check.comparison == .iglob)
                    return .condition(Self.matches(left, expression))
                } catch { throw FalcoFault(message: error.message, place: constant.place) }
            default:
                return .condition(
                    try compare(left, kind, check, with: literal, isList: false, mayBeMissing: false))
            }
        }
    }

    /// A comparison whose right side may be a value, a list or a field.
    private func compare(
        _ left: String, _ kind: FalcoChecker.Kind, _ check: FalcoCheck, with right: String, isList: Bool,
        mayBeMissing: Bool
    ) throws(FalcoFault) -> String {
        let isThere = "\(left) != null"
        let bothAreThere = mayBeMissing ? "\(isThere) && \(right) != null" : isThere
        switch check.comparison {
        case .equal, .same: return mayBeMissing ? "(\(isThere) && \(left) == \(right))" : "(\(left) == \(right))"
        case .notEqual: return "(\(bothAreThere) && \(left) != \(right))"
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            if kind.type.isNumeric { return "(\(bothAreThere) && \(left) \(check.comparison.rawValue) \(right))" }
            let isStrict = check.comparison == .less || check.comparison == .greater
            let isTurned = check.comparison == .greater || check.comparison == .greaterOrEqual
            return "falco.\(isStrict ? "before" : "notAfter")(\(isTurned ? "\(right), \(left)" : "\(left), \(right)"))"
        case .contains, .icontains, .startswith, .endswith, .pmatch:
            guard check.comparison == .pmatch, isList else {
                return "falco.\(check.comparison.rawValue)(\(left), \(right))"
            }
            return "\(right).exists(p, falco.pmatch(\(left), p))"
        case .in, .intersects:
            let list = isList ? right : "[\(right)]"
            guard kind.isList else {
                return isList && !mayBeMissing ? "(\(left) in \(list))" : "(\(isThere) && \(left) in \(list))"
            }
            return check.comparison == .in
                ? "(size(\(left)) > 0 && \(left).all(v, v in \(list)))" : "\(left).exists(v, v in \(list))"
        case .exists, .bcontains, .bstartswith, .glob, .iglob, .regex:
            throw FalcoFault(
                message: "'\(check.comparison.rawValue)' cannot be asked of events that are read", place: check.place)
        }
    }

    private static func matches(_ left: String, _ expression: String) -> String {
        "(\(left) != null && \(left).matches(\(SearchLowering.literal(expression))))"
    }

    /// What is known of a comparison whatever the event: rules switch others on and off with the time of the event.
    private static func known(_ name: String, _ check: FalcoCheck) -> Bool? {
        guard name == "jevt.rawtime" || name == "json.rawtime" else { return nil }
        guard case .values(let constants) = check.right else { return check.comparison == .exists ? true : nil }
        guard constants.first?.text == "0" else { return nil }
        switch check.comparison {
        case .equal, .same: return false
        case .notEqual: return true
        default: return nil
        }
    }

    // MARK: Operands

    func lower(_ operand: FalcoOperand) throws(FalcoFault) -> String {
        switch operand {
        case .field(let name, let argument, let place):
            let field = try checker.field(name, argument, place)
            guard let argument else { return "\(field.name)(raw)" }
            if field.argument == .index { return "\(field.name)(raw, \(UInt32(argument) ?? 0))" }
            return "\(field.name)(raw, \(SearchLowering.literal(argument)))"
        case .constant(let constant): return SearchLowering.literal(constant.text)
        case .list(let elements, _):
            var lowered: [String] = []
            for element in elements { lowered.append(try lower(element)) }
            return "[" + lowered.joined(separator: ", ") + "]"
        case .transformed(.val, let arguments, let place):
            guard let argument = arguments.first else {
                throw FalcoFault(message: "val takes a field", place: place)
            }
            return try lower(argument)
        case .transformed(.concat, let arguments, let place):
            return "falco.join(\"\", \(try lower(.list(arguments, place: place))))"
        case .transformed(let transformer, let arguments, _):
            var lowered: [String] = []
            for argument in arguments { lowered.append(try lower(argument)) }
            return "falco.\(transformer.rawValue)(\(lowered.joined(separator: ", ")))"
        }
    }

    private static func literal(_ text: String, _ type: FalcoType) -> String {
        guard type.isNumeric else { return SearchLowering.literal(text) }
        if type == .double { return "\(Double(text) ?? 0)" }
        let number = FalcoNumber.integer(text) ?? 0
        return number == .min ? "(-9223372036854775807 - 1)" : number < 0 ? "(\(number))" : "\(number)"
    }
}

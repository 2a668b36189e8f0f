/// Checks that a condition's fields exist and that its operators and values fit them.
struct FalcoChecker {
    let source: FalcoSource
    /// Whether RE2 understands an expression.
    let isSound: (String) -> Bool
    private(set) var faults: [FalcoFault] = []

    init(source: FalcoSource, isSound: @escaping (String) -> Bool) {
        self.source = source
        self.isSound = isSound
    }

    /// What is known of an operand.
    struct Kind {
        var type: FalcoType
        var isList: Bool
    }

    mutating func check(_ expression: FalcoExpression) {
        switch expression {
        case .and(let parts), .or(let parts): for part in parts { check(part) }
        case .not(let part): check(part)
        case .macro: break
        case .check(let comparison):
            do { try check(comparison) } catch { faults.append(error) }
        }
    }

    private func check(_ check: FalcoCheck) throws(FalcoFault) {
        let left = try kind(of: check.left, onRight: false)
        guard left.type.accepts(check.comparison, isList: left.isList) else {
            throw FalcoFault(
                message: "'\(check.comparison.rawValue)' does not compare \(left.isList ? "lists" : left.type.word); "
                    + "here \(left.type.operators(isList: left.isList)) do", place: check.place)
        }
        switch check.right {
        case .none: break
        case .values(let constants):
            for constant in constants { try self.check(constant, for: left.type, check.comparison) }
        case .operand(let operand):
            let right = try kind(of: operand, onRight: true)
            guard right.type == left.type || left.type == .any else {
                throw FalcoFault(
                    message: "the left side is \(left.type.word), the right side \(right.type.word)",
                    place: operand.place)
            }
            guard !right.isList || check.comparison.takesList else {
                throw FalcoFault(
                    message: "'\(check.comparison.rawValue)' does not compare with a list; write in or intersects",
                    place: operand.place)
            }
            guard ![.glob, .iglob, .regex, .bcontains, .bstartswith].contains(check.comparison) else {
                throw FalcoFault(
                    message: "the pattern of '\(check.comparison.rawValue)' must be written out: it is compiled once",
                    place: operand.place)
            }
        }
    }

    private func check(
        _ constant: FalcoConstant, for type: FalcoType, _ comparison: FalcoOperator
    ) throws(FalcoFault) {
        func wants(_ what: String) -> FalcoFault {
            FalcoFault(message: "'\(constant.text)' is not \(what)", place: constant.place)
        }
        switch comparison {
        case .bcontains, .bstartswith:
            let bytes = Array(constant.text.utf8)
            guard !bytes.isEmpty, bytes.count.isMultiple(of: 2), bytes.allSatisfy({ ASCII.hexDigit($0) != nil }) else {
                throw wants("a run of hexadecimal digits, two for each byte")
            }
            return
        case .regex:
            guard isSound(constant.text) else { throw wants("a regular expression that RE2 understands") }
            return
        case .glob, .iglob:
            let expression: String
            do { expression = try FalcoGlob.expression(constant.text, ignoringCase: comparison == .iglob) } catch {
                throw FalcoFault(message: error.message, place: constant.place)
            }
            guard isSound(expression) else { throw wants("a pattern that can be understood") }
            return
        default: break
        }
        switch type {
        case .unsigned:
            guard let number = FalcoNumber.integer(constant.text), number >= 0 else { throw wants(type.word) }
        case .signed: guard FalcoNumber.integer(constant.text) != nil else { throw wants(type.word) }
        case .double: guard Double(constant.text) != nil else { throw wants(type.word) }
        case .bool: guard ["true", "false"].contains(constant.text) else { throw wants(type.word) }
        case .address: guard FalcoNumber.isAddress(constant.text) else { throw wants(type.word) }
        case .network:
            let parts = constant.text.split(separator: "/", omittingEmptySubsequences: false)
            let isAddress = parts.first.map { FalcoNumber.isAddress(String($0)) } ?? false
            guard isAddress, parts.count == 1 || parts.count == 2 && UInt8(parts[1]) != nil else {
                throw wants("a network such as 10.0.0.0/8")
            }
        case .string, .buffer, .any: break
        }
    }

    // MARK: Operands

    func kind(of operand: FalcoOperand, onRight: Bool) throws(FalcoFault) -> Kind {
        switch operand {
        case .field(let name, let argument, let place):
            let field = try self.field(name, argument, place)
            if onRight, field.standsAlone {
                throw FalcoFault(message: "'\(name)' may not stand on the right side", place: place)
            }
            // Of a list, one position is still a list of one.
            return Kind(type: field.type, isList: field.isList)
        case .transformed(let transformer, let arguments, let place):
            return try kind(of: transformer, arguments, place, onRight: onRight)
        case .constant: return Kind(type: .string, isList: false)
        case .list(let elements, _):
            for element in elements { _ = try kind(of: element, onRight: onRight) }
            return Kind(type: .string, isList: true)
        }
    }

    private func kind(
        of transformer: FalcoTransformer, _ arguments: [FalcoOperand], _ place: FalcoPlace, onRight: Bool
    ) throws(FalcoFault) -> Kind {
        switch transformer {
        case .join:
            guard arguments.count == 2, case .constant = arguments[0] else {
                throw FalcoFault(
                    message: "join takes a quoted separator and a list: join(\"-\", (proc.name, fd.name))", place: place
                )
            }
            guard try transformable(arguments[1], onRight: onRight).isList else {
                throw FalcoFault(
                    message: "the second argument of join is a list in parentheses", place: arguments[1].place)
            }
            return Kind(type: .string, isList: false)
        case .concat:
            for argument in arguments { _ = try transformable(argument, onRight: onRight) }
            return Kind(type: .string, isList: false)
        default: break
        }
        guard arguments.count == 1, let argument = arguments.first else {
            throw FalcoFault(
                message: "\(transformer.rawValue) takes one argument, not \(arguments.count)", place: place)
        }
        switch argument {
        case .constant, .list:
            throw FalcoFault(
                message: "\(transformer.rawValue) takes a field or another transformer", place: argument.place)
        case .field, .transformed: break
        }
        let inner =
            try transformer == .val
            ? kind(of: argument, onRight: onRight) : transformable(argument, onRight: onRight)
        switch transformer {
        case .val:
            guard case .field = argument else {
                throw FalcoFault(message: "val takes a field", place: argument.place)
            }
            return inner
        case .len where inner.isList || inner.type == .string || inner.type == .buffer:
            return Kind(type: .unsigned, isList: false)
        case .tolower where inner.type == .string, .toupper where inner.type == .string,
            .basename where inner.type == .string, .b64 where inner.type == .string || inner.type == .buffer:
            return inner
        default:
            throw FalcoFault(
                message: "\(transformer.rawValue) takes texts, and this is \(inner.type.word)", place: argument.place)
        }
    }

    private func transformable(_ operand: FalcoOperand, onRight: Bool) throws(FalcoFault) -> Kind {
        if case .field(let name, let argument, let place) = operand,
            try field(name, argument, place).standsAlone
        {
            throw FalcoFault(message: "'\(name)' may not stand in a transformer", place: place)
        }
        return try kind(of: operand, onRight: onRight)
    }

    // MARK: Fields

    /// The field of a name, with an argument that fits it.
    func field(_ name: String, _ argument: String?, _ place: FalcoPlace) throws(FalcoFault) -> FalcoField {
        guard let (field, part) = source.fields.find(name) else { throw unknown(name, place) }
        switch field.argument {
        case .none where argument != nil:
            throw FalcoFault(message: "'\(name)' takes no argument in brackets", place: place)
        case .index where argument.map({ UInt32($0) == nil }) ?? false:
            throw FalcoFault(message: "the argument of '\(name)' is a position, such as [0]", place: place)
        case .key where argument?.isEmpty ?? true, .part where (argument ?? part)?.isEmpty ?? true:
            throw FalcoFault(
                message: "'\(name)' needs an argument, as in \(field.name)[\(Self.example(field))]", place: place)
        default: return field
        }
    }

    private static func example(_ field: FalcoField) -> String {
        field.name.hasSuffix(".value") ? "/stage" : field.name == "ka.uri.param" ? "command" : "name"
    }

    private func unknown(_ name: String, _ place: FalcoPlace) -> FalcoFault {
        var message = "the source \(source.name) has no field '\(name)'"
        if let other = FalcoSource.all.first(where: { $0.fields.find(name) != nil }) {
            message += "; \(other.name) has it"
        } else {
            message += Spelling.hint(for: name, among: source.fields.names)
        }
        return FalcoFault(message: message, place: place, isUnknownField: true)
    }
}

/// Numbers and addresses as Falco's rules write them.
enum FalcoNumber {
    static func integer(_ text: String) -> Int64? {
        let lower = text.lowercased()
        if lower.hasPrefix("0x") { return Int64(lower.dropFirst(2), radix: 16) }
        if let number = Int64(text) { return number }
        // Larger than any signed number: only its order matters.
        if UInt64(text) != nil { return .max }
        guard let number = Double(text), number == number.rounded(), abs(number) < 9e18 else { return nil }
        return Int64(number)
    }

    static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 4 { return parts.allSatisfy { UInt8($0) != nil && !$0.hasPrefix("+") } }
        return text.contains(":") && text.utf8.allSatisfy { ASCII.hexDigit($0) != nil || $0 == UInt8(ascii: ":") }
    }
}

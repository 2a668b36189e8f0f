/// Reads conditions: the grammar of libsinsp's `filter/parser.h`.
struct FalcoConditionParser {
    private let text: FalcoText
    private var at = 0
    private var depth = 0

    /// Deeper nesting is refused.
    private static let depthLimit = 100

    private init(_ text: FalcoText) { self.text = text }

    /// Reads a whole condition.
    static func parse(_ text: FalcoText) throws(FalcoFault) -> FalcoExpression {
        var parser = FalcoConditionParser(text)
        parser.blanks()
        guard parser.at < parser.count else { throw parser.fault("the condition is empty") }
        let expression = try parser.or()
        parser.blanks()
        guard parser.at == parser.count else {
            throw parser.fault("unexpected \(parser.shown); 'and' or 'or' was expected")
        }
        return expression
    }

    /// Reads a field with its argument, as exceptions name one.
    static func field(_ text: FalcoText) throws(FalcoFault) -> FalcoOperand {
        var parser = FalcoConditionParser(text)
        parser.blanks()
        let place = parser.place
        guard let name = parser.fieldName() else { throw parser.fault("a field was expected") }
        let field = try parser.field(name, place)
        parser.blanks()
        guard parser.at == parser.count else { throw parser.fault("unexpected \(parser.shown) behind a field") }
        return field
    }

    // MARK: Conditions

    private mutating func or() throws(FalcoFault) -> FalcoExpression {
        try enter()
        defer { depth -= 1 }
        var parts = [try and()]
        while try connective("or") { parts.append(try and()) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func and() throws(FalcoFault) -> FalcoExpression {
        var parts = [try not()]
        while try connective("and") { parts.append(try not()) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    /// `and` or `or`, behind which a blank or a parenthesis must stand.
    private mutating func connective(_ word: String) throws(FalcoFault) -> Bool {
        blanks()
        guard take(word) else { return false }
        guard isBlank(peek) || peek == "(" else {
            throw fault("a blank or '(' must follow '\(word)', not \(shown)")
        }
        return true
    }

    private mutating func not() throws(FalcoFault) -> FalcoExpression {
        blanks()
        var isNegated = false
        while starts(with: "not"), isBlank(scalar(at + 3)) || scalar(at + 3) == "(" {
            isNegated.toggle()
            at += 3
            blanks()
        }
        let checked = try check()
        return isNegated ? .not(checked) : checked
    }

    private mutating func check() throws(FalcoFault) -> FalcoExpression {
        blanks()
        let place = place
        if take("(") {
            let inner = try or()
            blanks()
            guard take(")") else { throw fault("')' was expected, not \(shown)") }
            return inner
        }
        if let name = fieldName() { return try comparison(try field(name, place), place) }
        if let transformer = transformer() {
            guard transformer != .val else {
                throw FalcoFault(message: "val() stands on the right side of a comparison only", place: place)
            }
            return try comparison(try transformed(transformer, place), place)
        }
        if let name = identifier() {
            blanks()
            // A word and an operator: a field without its class was meant.
            if let scalar = peek, "=!<>".unicodeScalars.contains(scalar) {
                throw FalcoFault(message: "'\(name)' is no field: fields have a class, as in proc.name", place: place)
            }
            return .macro(name, place)
        }
        throw fault("'(', a field or a macro was expected, not \(shown)")
    }

    private mutating func comparison(_ left: FalcoOperand, _ place: FalcoPlace) throws(FalcoFault) -> FalcoExpression {
        blanks()
        let comparison = try anOperator()
        blanks()
        let right: FalcoRightSide
        if comparison == .exists {
            right = .none
        } else if let operand = try rightOperand() {
            right = .operand(operand)
        } else if comparison.takesList {
            right = .values(try listValues())
        } else if comparison.takesNumber {
            guard let number = number() else { throw fault("'\(comparison.rawValue)' needs a number, not \(shown)") }
            right = .values([number])
        } else {
            guard let value = try value() else { throw fault("a value was expected, not \(shown)") }
            right = .values([value])
        }
        return .check(FalcoCheck(left: left, comparison: comparison, right: right, place: place))
    }

    private mutating func anOperator() throws(FalcoFault) -> FalcoOperator {
        for sign in ["==", "=", "!=", "<=", "<", ">=", ">"] where take(sign) {
            if let found = FalcoOperator(rawValue: sign) { return found }
        }
        let begin = at
        guard let word = identifier() else { throw fault("an operator was expected, not \(shown)") }
        if let found = FalcoOperator(rawValue: word), found.isWord { return found }
        at = begin
        throw fault(
            "'\(word)' is no operator" + Spelling.hint(for: word, among: FalcoOperator.words.map(\.rawValue)))
    }

    // MARK: Operands

    private mutating func field(_ name: String, _ place: FalcoPlace) throws(FalcoFault) -> FalcoOperand {
        guard take("[") else { return .field(name: name, argument: nil, place: place) }
        let argument: String
        if let quoted = try quoted() {
            argument = quoted
        } else {
            let begin = at
            while let scalar = peek, !isBlank(scalar), !"[]\"'".unicodeScalars.contains(scalar) { at += 1 }
            guard at > begin else { throw fault("the argument of '\(name)' is empty") }
            argument = text.string(begin..<at)
        }
        guard take("]") else { throw fault("']' was expected behind the argument of '\(name)', not \(shown)") }
        return .field(name: name, argument: argument, place: place)
    }

    /// What stands behind `name(`.
    private mutating func transformed(
        _ transformer: FalcoTransformer, _ place: FalcoPlace
    ) throws(FalcoFault) -> FalcoOperand {
        try enter()
        defer { depth -= 1 }
        var arguments: [FalcoOperand] = []
        repeat {
            blanks()
            arguments.append(try argument(mayBeList: true))
            blanks()
        } while take(",")
        guard take(")") else { throw fault("')' was expected behind '\(transformer.rawValue)(', not \(shown)") }
        return .transformed(transformer, arguments, place: place)
    }

    private mutating func argument(mayBeList: Bool) throws(FalcoFault) -> FalcoOperand {
        let place = place
        if let number = number() { return .constant(number) }
        if let quoted = try quoted() {
            return .constant(FalcoConstant(text: quoted, isQuoted: true, place: place))
        }
        if let transformer = transformer() { return try transformed(transformer, place) }
        if let name = fieldName() { return try field(name, place) }
        guard mayBeList, take("(") else {
            throw fault("a field, a transformer, a quoted text or a number was expected, not \(shown)")
        }
        blanks()
        var elements: [FalcoOperand] = []
        if !take(")") {
            repeat {
                blanks()
                elements.append(try argument(mayBeList: false))
                blanks()
            } while take(",")
            guard take(")") else { throw fault("')' was expected behind a list, not \(shown)") }
        }
        return .list(elements, place: place)
    }

    private mutating func rightOperand() throws(FalcoFault) -> FalcoOperand? {
        let place = place
        guard let transformer = transformer() else { return nil }
        return try transformed(transformer, place)
    }

    // MARK: Values

    private mutating func listValues() throws(FalcoFault) -> [FalcoConstant] {
        let place = place
        guard take("(") else {
            guard let name = identifier() else { throw fault("a list in parentheses was expected, not \(shown)") }
            return [FalcoConstant(text: name, isQuoted: false, place: place)]
        }
        blanks()
        if take(")") { return [] }
        var values: [FalcoConstant] = []
        repeat {
            blanks()
            guard let value = try value() else { throw fault("a value was expected, not \(shown)") }
            values.append(value)
            blanks()
        } while take(",")
        guard take(")") else { throw fault("',' or ')' was expected in a list, not \(shown)") }
        return values
    }

    private mutating func value() throws(FalcoFault) -> FalcoConstant? {
        let place = place
        if let quoted = try quoted() { return FalcoConstant(text: quoted, isQuoted: true, place: place) }
        let begin = at
        while let scalar = peek, !isBlank(scalar), !"()\"'=,".unicodeScalars.contains(scalar) { at += 1 }
        guard at > begin else { return nil }
        return FalcoConstant(text: text.string(begin..<at), isQuoted: false, place: place)
    }

    private mutating func number() -> FalcoConstant? {
        let place = place
        let begin = at
        if peek == "0", scalar(at + 1) == "x" || scalar(at + 1) == "X", isHex(scalar(at + 2)) {
            at += 2
            while isHex(peek) { at += 1 }
        } else {
            if peek == "+" || peek == "-" { at += 1 }
            guard isDigit(peek) else {
                at = begin
                return nil
            }
            while isDigit(peek) { at += 1 }
            if peek == "." { at += 1 }
            while isDigit(peek) { at += 1 }
        }
        return FalcoConstant(text: text.string(begin..<at), isQuoted: false, place: place)
    }

    private mutating func quoted() throws(FalcoFault) -> String? {
        guard let quote = peek, quote == "\"" || quote == "'" else { return nil }
        let begin = at
        var end = at + 1
        // As Falco has it: a quote behind a backslash does not close, whatever stands before the backslash.
        while let scalar = scalar(end), scalar != quote || scalar == quote && self.scalar(end - 1) == "\\" { end += 1 }
        guard scalar(end) == quote else { throw fault("no \(quote) closes this text") }
        let unescaped = try FalcoEscapes.resolve(text, begin + 1..<end, quote: quote)
        at = end + 1
        return unescaped
    }

    // MARK: Names

    private mutating func identifier() -> String? {
        let begin = at
        guard let first = peek, isLetter(first) else { return nil }
        while let scalar = peek, isWord(scalar) { at += 1 }
        return text.string(begin..<at)
    }

    private mutating func fieldName() -> String? {
        let begin = at
        guard identifier() != nil else { return nil }
        var end = at
        while peek == ".", let next = scalar(at + 1), isLetter(next) {
            at += 1
            _ = identifier()
            end = at
        }
        guard text.scalars[begin..<end].contains(".") else {
            at = begin
            return nil
        }
        return text.string(begin..<end)
    }

    private mutating func transformer() -> FalcoTransformer? {
        let begin = at
        if let name = identifier(), let found = FalcoTransformer(rawValue: name), take("(") { return found }
        at = begin
        return nil
    }

    // MARK: Scalars

    private var count: Int { text.scalars.count }
    private var peek: Unicode.Scalar? { scalar(at) }
    private var place: FalcoPlace { FalcoPlace(text: text, offset: at) }

    private func scalar(_ position: Int) -> Unicode.Scalar? {
        text.scalars.indices.contains(position) ? text.scalars[position] : nil
    }

    private func starts(with word: String) -> Bool {
        var position = at
        for wanted in word.unicodeScalars {
            guard scalar(position) == wanted else { return false }
            position += 1
        }
        return true
    }

    private mutating func take(_ word: String) -> Bool {
        guard starts(with: word) else { return false }
        at += word.unicodeScalars.count
        return true
    }

    private mutating func blanks() { while isBlank(peek) { at += 1 } }

    private func isBlank(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar.value == 8
    }

    private func isLetter(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z" ~= scalar) || ("A"..."Z" ~= scalar) }
    private func isDigit(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { "0"..."9" ~= $0 } ?? false }
    private func isWord(_ scalar: Unicode.Scalar) -> Bool { isLetter(scalar) || isDigit(scalar) || scalar == "_" }

    private func isHex(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return isDigit(scalar) || ("a"..."f" ~= scalar) || ("A"..."F" ~= scalar)
    }

    private mutating func enter() throws(FalcoFault) {
        depth += 1
        guard depth <= Self.depthLimit else { throw fault("nested deeper than \(Self.depthLimit)") }
    }

    /// What stands at the cursor, for a message.
    private var shown: String {
        guard at < count else { return "the end" }
        let word = text.scalars[at...].prefix(24).prefix { !isBlank($0) }
        return "'\(text.string(at..<at + max(1, word.count)))'"
    }

    private func fault(_ message: String) -> FalcoFault {
        var offset = at
        // Of what is missing at the end, the place is behind the last word.
        if at == count { while offset > 0, isBlank(scalar(offset - 1)) { offset -= 1 } }
        return FalcoFault(message: message, place: FalcoPlace(text: text, offset: offset))
    }
}

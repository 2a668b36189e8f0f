internal import SecurityEvents

/// Puts macros and lists in the place of their names.
final class FalcoResolver {
    private let definitions: FalcoDefinitions
    private var parsed: [String: Result<FalcoExpression, FalcoFault>] = [:]
    /// How many comparisons the condition has come to: macros that name others twice double them each time.
    private var size = 0
    /// How many comparisons all conditions have come to.
    private var total = 0
    /// How many values lists have come to.
    private var values = 0
    /// How many times a near name was looked for, which takes long among many.
    private var hints = 0

    /// Values that are probably misspelt names of lists.
    private(set) var warnings: [Diagnostic] = []
    private var judged: [String: String?] = [:]

    private static let sizeLimit = 10_000
    private static let totalLimit = 500_000
    private static let hintLimit = 200
    private static let valueLimit = 100_000

    init(_ definitions: FalcoDefinitions) { self.definitions = definitions }

    /// Resolves the condition of a rule, which sees all macros.
    func resolve(_ expression: FalcoExpression) throws(FalcoFault) -> FalcoExpression {
        size = 0
        values = 0
        return try resolve(expression, before: .max, path: [])
    }

    private func resolve(
        _ expression: FalcoExpression, before visibility: Int, path: [String]
    ) throws(FalcoFault) -> FalcoExpression {
        switch expression {
        case .and(let parts): return .and(try all(parts, visibility, path))
        case .or(let parts): return .or(try all(parts, visibility, path))
        case .not(let part): return .not(try resolve(part, before: visibility, path: path))
        case .macro(let name, let place): return try macro(name, place, visibility, path)
        case .check(var check):
            size += 1
            guard size <= Self.sizeLimit else {
                throw FalcoFault(
                    message: "with its macros the condition has more than \(Self.sizeLimit) comparisons",
                    place: check.place)
            }
            total += 1
            guard total <= Self.totalLimit else {
                throw FalcoFault(
                    message: "all conditions together have more than \(Self.totalLimit) comparisons", place: check.place
                )
            }
            if case .values(let constants) = check.right { check.right = .values(try resolve(constants, of: check)) }
            return .check(check)
        }
    }

    private func all(
        _ parts: [FalcoExpression], _ visibility: Int, _ path: [String]
    ) throws(FalcoFault) -> [FalcoExpression] {
        var resolved: [FalcoExpression] = []
        for part in parts { resolved.append(try resolve(part, before: visibility, path: path)) }
        return resolved
    }

    // MARK: Macros

    private func macro(
        _ name: String, _ place: FalcoPlace, _ visibility: Int, _ path: [String]
    ) throws(FalcoFault) -> FalcoExpression {
        guard let macro = definitions.macros[name] else {
            if definitions.faulty.contains(name) {
                throw FalcoFault(message: "the macro '\(name)' was left out for its fault", place: place)
            }
            if definitions.lists[name] != nil {
                throw FalcoFault(
                    message: "'\(name)' is a list, not a macro; write FIELD in (\(name))", place: place)
            }
            throw FalcoFault(
                message: "there is no macro '\(name)'" + hint(for: name),
                place: place)
        }
        guard !path.contains(name) else {
            throw FalcoFault(message: "the macro '\(name)' names itself, through others or directly", place: place)
        }
        guard macro.index < visibility else {
            throw FalcoFault(
                message: "the macro '\(name)' is defined later; a macro sees only those before it", place: place)
        }
        guard path.count < 100 else { throw FalcoFault(message: "macros nest deeper than 100", place: place) }
        return try resolve(try parse(macro), before: macro.visibility, path: path + [name])
    }

    private func hint(for name: String) -> String {
        hints += 1
        return hints <= Self.hintLimit ? Spelling.hint(for: name, among: definitions.macros.keys) : ""
    }

    private func parse(_ macro: FalcoMacro) throws(FalcoFault) -> FalcoExpression {
        let result: Result<FalcoExpression, FalcoFault>
        if let known = parsed[macro.name] {
            result = known
        } else {
            do { result = .success(try FalcoConditionParser.parse(FalcoText(macro.condition))) } catch {
                result = .failure(error)
            }
            parsed[macro.name] = result
        }
        switch result {
        case .success(let expression): return expression
        case .failure(let fault): throw fault
        }
    }

    // MARK: Lists

    private func resolve(_ constants: [FalcoConstant], of check: FalcoCheck) throws(FalcoFault) -> [FalcoConstant] {
        if check.comparison.takesList {
            var resolved: [FalcoConstant] = []
            for constant in constants { try add(constant, before: .max, path: [], to: &resolved) }
            return resolved
        }
        // A list of one value stands for that value, because Falco puts its text there.
        guard let constant = constants.first, !constant.isQuoted, definitions.lists[constant.text] != nil else {
            return constants
        }
        var resolved: [FalcoConstant] = []
        try add(constant, before: .max, path: [], to: &resolved)
        guard resolved.count == 1 else {
            throw FalcoFault(
                message: "'\(constant.text)' is a list of \(resolved.count); compare with 'in (\(constant.text))'",
                place: constant.place)
        }
        return [FalcoConstant(text: resolved[0].text, isQuoted: resolved[0].isQuoted, place: constant.place)]
    }

    private func add(
        _ constant: FalcoConstant, before visibility: Int, path: [String], to resolved: inout [FalcoConstant]
    ) throws(FalcoFault) {
        values += 1
        guard values <= Self.valueLimit else {
            throw FalcoFault(
                message: "with its lists the condition has more than \(Self.valueLimit) values", place: constant.place)
        }
        guard !constant.isQuoted, let list = definitions.lists[constant.text], list.index < visibility,
            !path.contains(list.name)
        else {
            resolved.append(constant)
            if path.isEmpty { warnOfMisspelling(constant) }
            return
        }
        for item in list.items {
            // A fault about a value is shown where the list's item stands.
            try add(item, before: list.visibility, path: path + [list.name], to: &resolved)
        }
    }

    /// A name of no list stands for itself, in Falco without a word.
    private func warnOfMisspelling(_ constant: FalcoConstant) {
        guard !constant.isQuoted, constant.text.contains("_"), constant.text.utf8.count >= 6,
            definitions.lists[constant.text] == nil, judged.count < Self.hintLimit || judged[constant.text] != nil
        else { return }
        let near = judged[constant.text] ?? Spelling.nearest(to: constant.text, among: definitions.lists.keys)
        judged[constant.text] = .some(near)
        guard let near else { return }
        let warning = constant.place.diagnostic(
            "there is no list '\(constant.text)', so it is compared as a text; did you mean '\(near)'?", .warning)
        if !warnings.contains(warning) { warnings.append(warning) }
    }
}

/// Gives each node of a tree a type, each name a meaning, and reports all faults it finds.
struct Checker {
    private let tree: Parser.Result
    private let tables: EnvironmentTables
    private let resolver: NameResolver
    private var scopes: [[String: CELType]] = []
    private var substitution = Substitution()
    private var freshParameters = 0
    /// Above 0 within calls whose literals may be mixed.
    private var mixedLiterals = 0
    private var types: [CELType?]
    private var references: [Reference?]
    private var issues: [(offset: Int, issue: CompileIssue)] = []

    private init(_ tree: Parser.Result, _ tables: EnvironmentTables) {
        self.tree = tree
        self.tables = tables
        resolver = NameResolver(tables: tables)
        types = Array(repeating: nil, count: tree.offsets.count)
        references = Array(repeating: nil, count: tree.offsets.count)
    }

    /// Checks a parsed tree.
    static func check(_ tree: Parser.Result, _ tables: EnvironmentTables) throws(CompileErrors) -> CheckedExpression {
        var checker = Checker(tree, tables)
        _ = checker.check(tree.root)
        guard checker.issues.isEmpty else {
            throw CompileErrors(issues: checker.issues.sorted { $0.offset < $1.offset }.map(\.issue))
        }
        let substitution = checker.substitution
        return CheckedExpression(
            tree: tree, tables: tables,
            types: checker.types.map { type in type.map { substitution.apply($0, freeToDyn: true) } },
            references: checker.references)
    }

    // MARK: Bookkeeping

    private mutating func report(_ node: Expression, _ message: String) { report(node.id, message) }

    private mutating func report(_ id: Int, _ message: String) {
        guard issues.count < tables.limits.issues else { return }
        let offset = tree.offsets[id]
        issues.append((offset, CompileIssue(tree.source, at: offset, message)))
    }

    private mutating func set(_ node: Expression, _ type: CELType) -> CELType {
        types[node.id] = type
        return type
    }

    private func known(_ type: CELType) -> CELType { substitution.apply(type) }

    /// Checks a node; its type, as far as it is known.
    ///
    /// Not `known(check(node))`: for that the checker would be copied before it changes, with all types it has found.
    private mutating func knownType(_ node: Expression) -> CELType {
        let type = check(node)
        return known(type)
    }

    private mutating func fresh() -> CELType {
        freshParameters += 1
        return .typeParam("_var\(freshParameters)")
    }

    private func local(_ name: String) -> CELType? {
        for scope in scopes.reversed() {
            if let type = scope[name] { return type }
        }
        return nil
    }

    /// Whether a qualified name begins with a comprehension's variable and so cannot mean anything of the environment.
    private func isShadowed(_ node: Expression) -> Bool { node.leadingIdent.flatMap(local) != nil }

    // MARK: Nodes

    private mutating func check(_ node: Expression) -> CELType {
        switch node.kind {
        case .literal(let literal): return set(node, literal.type)
        case .ident(let name): return set(node, ident(node, name))
        case .select(let operand, let field, let testOnly): return set(node, select(node, operand, field, testOnly))
        case .call(let function, let target, let arguments):
            return set(node, call(node, function, target, arguments))
        case .list(let elements, let optional): return set(node, list(elements, optional))
        case .map(let entries): return set(node, map(entries))
        case .structure(let name, let fields): return set(node, structure(node, name, fields))
        case .comprehension(let loop): return set(node, comprehension(loop))
        }
    }

    private mutating func ident(_ node: Expression, _ name: String) -> CELType {
        if let type = local(name) {
            references[node.id] = .local(name)
            return type
        }
        if let (reference, type) = resolver.ident(name) {
            references[node.id] = reference
            return type
        }
        report(node, "undeclared reference to '\(name)' (in container '\(tables.container)')")
        return .error
    }

    private mutating func select(
        _ node: Expression, _ operand: Expression, _ field: String, _ testOnly: Bool
    ) -> CELType {
        if !testOnly, !isShadowed(node), let name = node.qualifiedName, let (reference, type) = resolver.ident(name) {
            references[node.id] = reference
            return type
        }
        let type = fieldType(node.id, of: knownType(operand), field)
        return testOnly ? .bool : known(type)
    }

    /// The type of a field of a value; through an optional the field is optional too.
    private mutating func fieldType(_ id: Int, of type: CELType, _ field: String, isOptional: Bool = false) -> CELType {
        let target = type.optionalWrapped ?? type
        let found: CELType
        switch target {
        case .error, .dyn, .any: found = .dyn
        case .object(let object):
            if let index = object.index(of: field) {
                found = object.fields[index].type
            } else {
                let hint = object.nearestField(to: field).map { " (did you mean '\($0)'?)" } ?? ""
                report(id, "undefined field '\(field)'\(hint)")
                found = .error
            }
        case .map(let key, let value):
            if !substitution.isAssignable(.string, to: key) {
                report(id, "type '\(type)' does not support field selection")
            }
            found = value
        case .typeParam:
            _ = substitution.isAssignable(.dyn, to: target)
            found = .dyn
        default:
            report(id, "type '\(type)' does not support field selection")
            found = .error
        }
        return type.optionalWrapped != nil || isOptional ? .optional(found.optionalWrapped ?? found) : found
    }

    // MARK: Calls

    private mutating func call(
        _ node: Expression, _ function: String, _ target: Expression?, _ arguments: [Expression]
    ) -> CELType {
        if function == Operator.optionalSelect { return optionalSelect(node, arguments) }
        // The arguments of `format` may be of any types.
        if function == "format" { mixedLiterals += 1 }
        let argumentTypes = arguments.map { knownType($0) }
        if function == "format" { mixedLiterals -= 1 }
        if let target {
            if !isShadowed(target), let prefix = target.qualifiedName,
                let (name, overloads) = resolver.function("\(prefix).\(function)"),
                overloads.contains(where: { !$0.isMember })
            {
                return resolve(node, name, overloads, nil, argumentTypes, isQualified: true)
            }
            let targetType = knownType(target)
            if let overloads = tables.functions[function] {
                return resolve(node, function, overloads, targetType, argumentTypes)
            }
        } else if let (name, overloads) = resolver.function(function) {
            return resolve(node, name, overloads, nil, argumentTypes)
        }
        guard issues.count < tables.limits.issues else { return .error }
        let hint = Spelling.nearest(to: function, among: tables.functions.keys).map {
            " (did you mean '\($0)'?)"
        }
        report(node, "undeclared reference to '\(function)' (in container '\(tables.container)')\(hint ?? "")")
        return .error
    }

    private mutating func optionalSelect(_ node: Expression, _ arguments: [Expression]) -> CELType {
        guard arguments.count == 2, case .literal(.string(let field)) = arguments[1].kind else {
            report(node, "unsupported optional field selection")
            return .error
        }
        _ = check(arguments[1])
        return fieldType(node.id, of: knownType(arguments[0]), field, isOptional: true)
    }

    private mutating func resolve(
        _ node: Expression, _ function: String, _ overloads: [Overload], _ target: CELType?, _ arguments: [CELType],
        isQualified: Bool = false
    ) -> CELType {
        let types = (target.map { [$0] } ?? []) + arguments
        var result: CELType?
        var matching: [Overload] = []
        for overload in overloads where overload.isMember == (target != nil) && overload.parameters.count == types.count
        {
            var renaming = Substitution()
            for name in overload.typeParameterNames { renaming.bind(name, to: fresh()) }
            let parameters = overload.parameters.map { renaming.apply($0) }
            guard substitution.areAssignable(types, to: parameters) else { continue }
            matching.append(overload)
            let type = known(renaming.apply(overload.result))
            if let earlier = result, !earlier.isDynamic, earlier != type {
                result = .dyn
            } else if result == nil {
                result = type
            }
        }
        guard let result else {
            let shown = arguments.map { known($0).description }.joined(separator: ", ")
            let applied = target.map { "\(known($0)).(\(shown))" } ?? "(\(shown))"
            if !types.contains(.error) {
                report(node, "found no matching overload for '\(function)' applied to '\(applied)'")
            }
            return .error
        }
        references[node.id] = .call(function: function, overloads: matching, isQualified: isQualified)
        if tables.options.contains(.literalValidation) { validateLiterals(node, function) }
        return result
    }

    /// Reports constant arguments with which the call can only fail.
    private mutating func validateLiterals(_ node: Expression, _ function: String) {
        guard case .call(_, let target, let arguments) = node.kind else { return }
        let argument = target == nil && function != "matches" ? arguments.first : arguments.last
        guard let argument, case .literal(let literal) = argument.kind else { return }
        let isSound =
            switch (function, literal) {
            case ("duration", .string(let text)): TimeFormat.parseDuration(text) != nil
            case ("timestamp", .string(let text)): TimeFormat.parseTimestamp(text) != nil
            case ("timestamp", .int(let seconds)): Timestamp(seconds: seconds) != nil
            case ("matches", .string(let pattern)): RegularExpression.isSound(pattern)
            default: true
            }
        if !isSound {
            report(argument, "invalid \(function) argument")
        }
    }

    // MARK: Literals with parts

    private mutating func list(_ elements: [Expression], _ optional: Set<Int>) -> CELType {
        var joined: CELType?
        for (position, element) in elements.enumerated() {
            var type = check(element)
            if optional.contains(position) { type = unwrapped(element.id, type) }
            joined = join(joined, type, element.id)
        }
        return .list(joined ?? fresh())
    }

    private mutating func map(_ entries: [Expression.MapEntry]) -> CELType {
        var keys: CELType?
        var values: CELType?
        for entry in entries {
            keys = join(keys, check(entry.key), entry.key.id)
            var type = check(entry.value)
            if entry.isOptional { type = unwrapped(entry.value.id, type) }
            values = join(values, type, entry.value.id)
        }
        return .map(keys ?? fresh(), values ?? fresh())
    }

    private mutating func unwrapped(_ id: Int, _ type: CELType) -> CELType {
        let type = known(type)
        if let wrapped = type.optionalWrapped { return wrapped }
        if !type.isDynamicOrError { report(id, "expected type 'optional_type(\(type))' but found '\(type)'") }
        return type
    }

    private mutating func join(_ previous: CELType?, _ current: CELType, _ id: Int) -> CELType {
        guard let previous else { return current }
        let (one, other) = (known(previous), known(current))
        if substitution.isAssignable(one, to: other) { return Substitution.mostGeneral(known(one), known(other)) }
        guard tables.options.contains(.homogeneousLiterals), mixedLiterals == 0 else { return .dyn }
        report(id, "expected type '\(one)' but found '\(other)'")
        return .error
    }

    private mutating func structure(
        _ node: Expression, _ name: String, _ fields: [Expression.StructureField]
    ) -> CELType {
        guard let type = resolver.structure(name) else {
            for field in fields { _ = check(field.value) }
            report(node, "undeclared reference to '\(name)' (in container '\(tables.container)')")
            return .error
        }
        references[node.id] = .structure(type)
        for field in fields {
            var given = check(field.value)
            if field.isOptional { given = unwrapped(field.id, given) }
            guard let wanted = type.fields[field.name] else {
                report(field.id, "undefined field '\(field.name)'")
                continue
            }
            if !substitution.isAssignable(given, to: wanted) {
                report(
                    field.id,
                    "expected type of field '\(field.name)' is '\(wanted)' but provided type is '\(known(given))'")
            }
        }
        return type.celType
    }

    private mutating func comprehension(_ loop: Comprehension) -> CELType {
        let range = knownType(loop.range)
        var initial = check(loop.initial)
        var first: CELType
        var second: CELType = .dyn
        switch range {
        case .list(let element): (first, second) = loop.secondVariable == nil ? (element, .dyn) : (.int, element)
        case .map(let key, let value): (first, second) = (key, value)
        case .dyn, .any, .error, .typeParam:
            _ = substitution.isAssignable(.dyn, to: range)
            first = .dyn
        default:
            report(
                loop.range,
                "expression of type '\(range)' cannot be range of a comprehension (must be list, map, or dynamic)")
            first = .error
        }
        if case .bind = loop.shape { first = .dyn }
        // The accumulator's type may grow while the step is checked: `[]` becomes a list of what is added.
        initial = known(initial)
        scopes.append([loop.accumulator: initial])
        var variables = [loop.variable: known(first)]
        if let name = loop.secondVariable { variables[name] = known(second) }
        if case .bind = loop.shape { variables = [:] }
        scopes.append(variables)
        expect(loop.condition, .bool)
        let step = check(loop.step)
        if !substitution.isAssignable(step, to: initial) {
            report(loop.step, "expected type '\(known(initial))' but found '\(known(step))'")
        }
        scopes.removeLast()
        let result = check(loop.result)
        scopes.removeLast()
        return known(result)
    }

    private mutating func expect(_ node: Expression, _ wanted: CELType) {
        let found = check(node)
        if !substitution.isAssignable(found, to: wanted) {
            report(node, "expected type '\(wanted)' but found '\(known(found))'")
        }
    }
}

extension Literal {
    /// The type of the literal.
    var type: CELType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        }
    }
}

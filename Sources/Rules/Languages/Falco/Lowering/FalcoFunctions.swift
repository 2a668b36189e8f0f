package import CEL
package import JSONView

/// Falco's fields, operators and transformers as functions.
package enum FalcoFunctions {
    /// The library.
    package static let library = Library("falco", overloads: operators + transformers + display + fields)

    // MARK: Fields

    /// A function for each field of the audit log: `ka.verb(raw)`, `jevt.value(raw, "/stage")`.
    private static let fields: [Overload] = (AuditFields.all + GenericFields.all + GenericFields.json).flatMap {
        field in
        var overloads: [Overload] = []
        if field.argument != .key { overloads.append(overload(field, nil)) }
        switch field.argument {
        case .none: break
        case .index: overloads.append(overload(field, .int))
        case .key, .allowed, .part: overloads.append(overload(field, .string))
        }
        return overloads
    }

    private static func overload(_ field: FalcoField, _ argument: CELType?) -> Overload {
        let read = field.read ?? { _, _ in .none }
        let id = "falco_\(field.name)" + (argument.map { "_\($0)" } ?? "")
        let parameters: [CELType] = [.dyn] + (argument.map { [$0] } ?? [])
        let result: CELType = field.isList ? .list(.string) : .dyn
        let documentation = "Falco's field \(field.name) of an audit event."
        // A key is taken apart when the rule is planned.
        return Overload(
            id: id, function: field.name, parameters: parameters, result: result, documentation: documentation
        ) { constants in
            let given: FalcoArgument?
            switch constants.dropFirst().first {
            case .some(.some(.int(let position))): given = .index(Int(clamping: position))
            case .some(.some(.string(let text))): given = FalcoArgument(text, of: field)
            case .none: given = nil
            default: return nil
            }
            if let path = field.path {
                return { $0.json(0).flatMap { path.audited($0) }.map { FalcoReading.text($0) } ?? .null }
            }
            return { arguments in
                guard let raw = arguments.json(0) else { return field.isList ? .list(SchemaValue.emptyList) : .null }
                return read(raw, given).value(isList: field.isList)
            }
        }
    }

    private static let byName = Dictionary(
        (AuditFields.all + GenericFields.all + GenericFields.json).map { ($0.name, $0) }
    ) { first, _ in first }

    /// Where in a record a call of a field's function looks.
    package struct Look {
        fileprivate let read: @Sendable (JSONValue, FalcoArgument?) -> FalcoReading
        fileprivate let argument: FalcoArgument?

        /// The values in a record that were looked at.
        package func origins(in raw: JSONValue) -> [JSONValue] { read(raw, argument).origins }
    }

    /// Whether an expression is a call of a field's function.
    package static func isField(_ call: Expression) -> Bool { Self.call(call).map { byName[$0.name] != nil } ?? false }

    /// What a call of a field's function looks at; nil where it is no such call.
    package static func look(of call: Expression) -> Look? {
        guard let (name, arguments) = Self.call(call), let field = byName[name], let read = field.read else {
            return nil
        }
        var argument: FalcoArgument?
        if arguments.count > 1 {
            switch arguments[1].kind {
            case .literal(.int(let position)): argument = .index(Int(clamping: position))
            case .literal(.string(let key)): argument = FalcoArgument(key, of: field)
            default: return nil
            }
        }
        return Look(read: read, argument: argument)
    }

    /// The name and arguments of a call whose name has dots.
    private static func call(_ node: Expression) -> (name: String, arguments: [Expression])? {
        guard case .call(let function, let target, let arguments) = node.kind else { return nil }
        guard let target else { return (function, arguments) }
        return path(target).map { ($0 + "." + function, arguments) }
    }

    private static func path(_ node: Expression) -> String? {
        switch node.kind {
        case .ident(let name): name
        case .select(let operand, let field, testOnly: false): path(operand).map { $0 + "." + field }
        default: nil
        }
    }

    // MARK: Operators

    private static func comparison(
        _ name: String, _ documentation: String, _ compare: @escaping @Sendable (JSONText, JSONText) -> Bool
    ) -> Overload {
        Overload(
            id: "falco_\(name)_dyn_dyn", function: "falco.\(name)", parameters: [.dyn, .dyn], result: .bool,
            documentation: documentation + "; false where one is missing."
        ) { arguments in
            guard let left = arguments.text(0), let right = arguments.text(1) else { return .bool(false) }
            return .bool(compare(left, right))
        }
    }

    private static let operators: [Overload] = [
        comparison("contains", "Whether a text stands in another") { $0.contains($1) },
        comparison("icontains", "Whether a text stands in another, in any case") { text, part in
            guard part.count <= text.count else { return false }
            return part.isEmpty
                || (0...text.count - part.count).contains { begin in
                    (0..<part.count).allSatisfy {
                        ASCII.lowercased(text.start[begin + $0]) == ASCII.lowercased(part.start[$0])
                    }
                }
        },
        comparison("startswith", "Whether a text begins with another") { $0.hasPrefix($1) },
        comparison("endswith", "Whether a text ends with another") { text, end in
            text.count >= end.count && text.dropFirst(text.count - end.count) == end
        },
        comparison("pmatch", "Whether a path is another or lies below it") { FalcoPath.lies($0, atOrBelow: $1) },
        comparison("before", "Whether a text sorts before another, byte by byte") {
            $0.bytes.lexicographicallyPrecedes($1.bytes)
        },
        comparison("notAfter", "Whether a text sorts before another or is the same") {
            !$1.bytes.lexicographicallyPrecedes($0.bytes)
        },
    ]

    // MARK: Transformers

    private static func transformer(
        _ name: String, _ documentation: String, _ transform: @escaping @Sendable (JSONText) -> [UInt8]?
    ) -> Overload {
        Overload(
            id: "falco_\(name)_dyn", function: "falco.\(name)", parameters: [.dyn], result: .dyn,
            documentation: documentation
        ) { arguments in
            if let text = arguments.text(0) {
                return transform(text).map { .string(String(decoding: $0, as: UTF8.self)) } ?? .null
            }
            guard case .list(let list) = arguments.value(0) else { return .null }
            var transformed: [Value] = []
            for element in list.elements {
                guard let bytes = bytes(of: element, transform) else { continue }
                transformed.append(.string(String(decoding: bytes, as: UTF8.self)))
            }
            return .list(ListValue(transformed))
        }
    }

    private static func bytes(of value: Value, _ transform: (JSONText) -> [UInt8]?) -> [UInt8]? {
        switch value {
        case .text(let text): transform(text)
        case .string(let text): text.withText { transform($0) }
        default: nil
        }
    }

    private static let transformers: [Overload] = [
        transformer("tolower", "The text with its ASCII letters in lower case.") { $0.bytes.map(ASCII.lowercased) },
        transformer("toupper", "The text with its ASCII letters in upper case.") { text in
            text.bytes.map { ASCII.isLower($0) ? $0 & 0xDF : $0 }
        },
        transformer("b64", "What a text of base64 stands for; null where it is none.") { Decoding.base64($0) },
        transformer("basename", "What stands behind the last slash.") { text in
            Array(text.bytes[((text.bytes.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...])
        },
        Overload(
            id: "falco_len_dyn", function: "falco.len", parameters: [.dyn], result: .dyn,
            documentation: "How many bytes a text or elements a list has; null where it is missing."
        ) { arguments in
            if let text = arguments.text(0) { return .int(Int64(text.count)) }
            guard case .list(let list) = arguments.value(0), !list.elements.isEmpty else { return .null }
            return .int(Int64(list.elements.count))
        },
        Overload(
            id: "falco_join_string_list", function: "falco.join", parameters: [.string, .list(.dyn)], result: .dyn,
            documentation: "Texts joined by a separator; null where one is missing."
        ) { arguments in
            guard let separator = arguments.text(0), case .list(let list) = arguments.value(1) else { return .null }
            var parts: [String] = []
            for element in list.elements {
                guard let text = FalcoDisplay.text(of: element) else { return .null }
                parts.append(text)
            }
            return .string(parts.joined(separator: String(separator)))
        },
    ]

    // MARK: Display

    private static let display: [Overload] = [
        Overload(
            id: "falco_show_dyn", function: "falco.show", parameters: [.dyn], result: .string,
            documentation: "A value as Falco's outputs show it: <NA> where it is missing, lists in parentheses."
        ) { .string(FalcoDisplay.text(of: $0.value(0)) ?? FalcoDisplay.missing) },
        Overload(
            id: "falco_show_dyn_int", function: "falco.show", parameters: [.dyn, .int], result: .string,
            documentation: "The same, cut or filled up to a number of characters."
        ) { arguments in
            let text = FalcoDisplay.text(of: arguments.value(0)) ?? FalcoDisplay.missing
            let width = Int(max(0, min(arguments.int(1) ?? 0, 1000)))
            return .string(
                String(text.prefix(width)) + String(repeating: " ", count: max(0, width - text.count)))
        },
    ]
}

/// Values as Falco's outputs show them.
enum FalcoDisplay {
    static let missing = "<NA>"

    /// The text of a value; nil where there is none.
    static func text(of value: Value) -> String? {
        switch value {
        case .text(let text): String(text)
        case .string(let text): text
        case .int(let number): "\(number)"
        case .bool(let truth): "\(truth)"
        case .json(let json): json.string ?? FalcoJSON.compact(json)
        case .list(let list):
            list.elements.isEmpty
                ? nil : "(" + list.elements.map { text(of: $0) ?? missing }.joined(separator: ",") + ")"
        default: nil
        }
    }
}

/// Paths as `pmatch` compares them.
enum FalcoPath {
    /// Whether a path is another or lies below it, part by part; slashes at the end and doubled ones do not count.
    static func lies(_ path: JSONText, atOrBelow other: JSONText) -> Bool {
        let wanted = other.split(UInt8(ascii: "/")).filter { !$0.isEmpty }
        let parts = path.split(UInt8(ascii: "/")).filter { !$0.isEmpty }
        return parts.count >= wanted.count && zip(parts, wanted).allSatisfy { $0 == $1 }
    }
}

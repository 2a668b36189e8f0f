import JSONView

extension Library {
    /// More functions of texts: `split`, `join`, `replace`, `substring`, `format` and others.
    public static let strings = Library("strings", overloads: searching + cutting + changing + joining + formatting)

    private static let searching: [Overload] = [
        .member("string_char_at_int", "charAt", [.string, .int], .string, "The character at a position.") { arguments in
            let scalars = arguments.scalars(0)
            let position = arguments.integer(1)
            guard position >= 0, position <= scalars.count else { return outOfRange(arguments, position) }
            return position == scalars.count
                ? .string(.empty) : arguments.evaluation.string(String(scalars[Int(position)]))
        },
        .member("string_index_of_string", "indexOf", [.string, .string], .int, "The first place of a part, or -1.") {
            indexOf($0, from: 0)
        },
        .member(
            "string_index_of_string_int", "indexOf", [.string, .string, .int], .int,
            "The first place of a part from a position on, or -1."
        ) {
            indexOf($0, from: $0.integer(2))
        },
        .member(
            "string_last_index_of_string", "lastIndexOf", [.string, .string], .int, "The last place of a part, or -1."
        ) {
            lastIndexOf($0, from: nil)
        },
        .member(
            "string_last_index_of_string_int", "lastIndexOf", [.string, .string, .int], .int,
            "The last place of a part up to a position, or -1."
        ) {
            lastIndexOf($0, from: $0.integer(2))
        },
    ]

    private static let cutting: [Overload] = [
        .member("string_substring_int", "substring", [.string, .int], .string, "The text from a position on.") {
            arguments in
            substring(arguments, arguments.integer(1), nil)
        },
        .member(
            "string_substring_int_int", "substring", [.string, .int, .int], .string, "The text between two positions."
        ) {
            arguments in substring(arguments, arguments.integer(1), arguments.integer(2))
        },
        .member("string_trim", "trim", [.string], .string, "The text without white space at its ends.") { arguments in
            let scalars = arguments.scalars(0)
            guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
                let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
            else { return .string(.empty) }
            return arguments.evaluation.string(scalars[first...last])
        },
        .member("string_split_string", "split", [.string, .string], .list(.string), "The parts between separators.") {
            split($0, limit: -1)
        },
        .member(
            "string_split_string_int", "split", [.string, .string, .int], .list(.string),
            "At most so many parts between separators."
        ) {
            split($0, limit: $0.integer(2))
        },
    ]

    private static let changing: [Overload] = [
        .member("string_lower_ascii", "lowerAscii", [.string], .string, "The text with A to Z in lower case.") {
            arguments in
            .string(arguments.evaluation.mapping(arguments.string(0)) { (65...90).contains($0) ? $0 + 32 : $0 })
        },
        .member("string_upper_ascii", "upperAscii", [.string], .string, "The text with a to z in upper case.") {
            arguments in
            .string(arguments.evaluation.mapping(arguments.string(0)) { (97...122).contains($0) ? $0 - 32 : $0 })
        },
        .member("string_reverse", "reverse", [.string], .string, "The text backwards.") {
            $0.evaluation.string($0.scalars(0).reversed())
        },
        .member(
            "string_replace_string_string", "replace", [.string, .string, .string], .string,
            "The text with a part replaced wherever it stands."
        ) {
            replace($0, limit: -1)
        },
        .member(
            "string_replace_string_string_int", "replace", [.string, .string, .string, .int], .string,
            "The text with a part replaced in its first places."
        ) {
            replace($0, limit: $0.integer(3))
        },
        Overload("strings_quote", "strings.quote", [.string], .string, "The text as a literal.") { arguments in
            arguments.evaluation.string(quote(String(arguments.string(0))))
        },
    ]

    private static let joining: [Overload] = [
        .member("list_join", "join", [.list(.string)], .string, "The texts one after the other.") {
            join($0, separator: .empty)
        },
        .member(
            "list_join_string", "join", [.list(.string), .string], .string, "The texts with a separator between them."
        ) {
            join($0, separator: $0.string(1))
        },
    ]

    private static let formatting: [Overload] = [format(writesPowers: false)]

    static func format(writesPowers: Bool) -> Overload {
        .member(
            "string_format", "format", [.string, .list(.dyn)], .string, "The text with its clauses replaced by values."
        ) { arguments in
            var formatter = StringFormatter(arguments.evaluation, writesPowers: writesPowers)
            do throws(StringFormatter.Fault) {
                return arguments.evaluation.string(
                    try formatter.format(String(arguments.string(0)), arguments.evaluation.elements(arguments[1])))
            } catch {
                return arguments.error(error.message)
            }
        }
    }

    // MARK: Bodies

    private static func outOfRange(_ arguments: Arguments, _ position: Int64) -> Cell {
        arguments.error("index out of range: \(position)")
    }

    private static func indexOf(_ arguments: Arguments, from: Int64) -> Cell {
        let (text, part) = (arguments.string(0), arguments.string(1))
        if part.isEmpty { return .int(from) }
        guard from >= 0, from < max(1, text.scalarCount) else { return outOfRange(arguments, from) }
        guard let found = text.firstIndex(of: part, from: text.offset(ofScalar: Int(from))) else { return .int(-1) }
        return .int(Int64(text.prefix(found).scalarCount))
    }

    private static func lastIndexOf(_ arguments: Arguments, from: Int64?) -> Cell {
        let (text, part) = (arguments.string(0), arguments.string(1))
        let count = text.scalarCount
        if let from, from < 0 || from >= max(1, count) { return outOfRange(arguments, from) }
        if part.isEmpty { return .int(from ?? Int64(count)) }
        guard arguments.evaluation.hasRoom(text.count + part.count) else { return arguments.evaluation.spent() }
        // A match that begins at the position at the latest ends a length of the part behind it.
        let end = from.map { text.offset(ofScalar: Int($0)) + part.count } ?? text.count
        guard let found = text.prefix(end).lastIndex(of: part) else { return .int(-1) }
        return .int(Int64(text.prefix(found).scalarCount))
    }

    private static func substring(_ arguments: Arguments, _ start: Int64, _ end: Int64?) -> Cell {
        let scalars = arguments.scalars(0)
        let end = end ?? Int64(scalars.count)
        if start < 0 || start > scalars.count { return outOfRange(arguments, start) }
        if end < 0 || end > scalars.count { return outOfRange(arguments, end) }
        if start > end { return arguments.error("invalid substring range. start: \(start), end: \(end)") }
        return arguments.evaluation.string(scalars[Int(start)..<Int(end)])
    }

    private static func split(_ arguments: Arguments, limit: Int64) -> Cell {
        let (text, separator) = (arguments.string(0), arguments.string(1))
        var parts: [Cell] = []
        if limit == 0 { return arguments.evaluation.list(parts) }
        if separator.isEmpty {
            let scalars = arguments.scalars(0)
            for (position, scalar) in scalars.enumerated() {
                guard arguments.evaluation.hasRoom(parts.count &* 32) else { return arguments.evaluation.spent() }
                if limit > 0, parts.count == limit - 1 {
                    parts.append(arguments.evaluation.string(scalars[position...]))
                    break
                }
                parts.append(arguments.evaluation.string(String(scalar)))
            }
            return arguments.evaluation.list(parts)
        }
        var at = 0
        while limit < 0 || parts.count < limit - 1, let found = text.firstIndex(of: separator, from: at) {
            guard arguments.evaluation.hasRoom(parts.count &* 32) else { return arguments.evaluation.spent() }
            parts.append(.string(text.part(at..<found)))
            at = found + separator.count
        }
        parts.append(.string(text.dropFirst(at)))
        return arguments.evaluation.list(parts)
    }

    private static func replace(_ arguments: Arguments, limit: Int64) -> Cell {
        let (text, old, new) = (arguments.string(0), arguments.string(1), arguments.string(2))
        var output: [UInt8] = []
        var (at, count) = (0, Int64(0))
        if old.isEmpty {
            // As in Go, an empty part stands before each character and at the end.
            let scalars = arguments.scalars(0)
            for (position, scalar) in scalars.enumerated() {
                if limit < 0 || Int64(position) < limit { output.append(contentsOf: new.bytes) }
                output.append(contentsOf: Array(String(scalar).utf8))
                if output.count > arguments.evaluation.state.pointee.limits.memory { return tooLong(arguments) }
            }
            if limit < 0 || Int64(scalars.count) < limit { output.append(contentsOf: new.bytes) }
            return .string(arguments.evaluation.text(output))
        }
        while limit < 0 || count < limit, let found = text.firstIndex(of: old, from: at) {
            output.append(contentsOf: text.part(at..<found).bytes)
            output.append(contentsOf: new.bytes)
            if output.count > arguments.evaluation.state.pointee.limits.memory { return tooLong(arguments) }
            at = found + old.count
            count += 1
        }
        output.append(contentsOf: text.dropFirst(at).bytes)
        return .string(arguments.evaluation.text(output))
    }

    private static func tooLong(_ arguments: Arguments) -> Cell {
        arguments.evaluation.halt("memory limit exceeded")
        return arguments.error("memory limit exceeded")
    }

    private static func join(_ arguments: Arguments, separator: JSONText) -> Cell {
        var output: [UInt8] = []
        for (position, element) in arguments.evaluation.elements(arguments[0]).enumerated() {
            guard case .string(let text) = element else { return arguments.evaluation.noSuchOverload() }
            if position > 0 { output.append(contentsOf: separator.bytes) }
            output.append(contentsOf: text.bytes)
            if output.count > arguments.evaluation.state.pointee.limits.memory { return tooLong(arguments) }
        }
        return .string(arguments.evaluation.text(output))
    }

    private static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{07}": quoted += "\\a"
            case "\u{08}": quoted += "\\b"
            case "\u{0C}": quoted += "\\f"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0B}": quoted += "\\v"
            case "\\": quoted += "\\\\"
            case "\"": quoted += "\\\""
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension Evaluation {
    func string(_ scalars: some Sequence<Unicode.Scalar>) -> Cell {
        var text = String.UnicodeScalarView()
        for scalar in scalars { text.append(scalar) }
        return string(String(text))
    }

    /// A text with each byte replaced by another.
    func mapping(_ text: JSONText, _ change: (UInt8) -> UInt8) -> JSONText {
        let start = allocate(text.count)
        for at in 0..<text.count { start[at] = change(text.start[at]) }
        return JSONText(start: start, count: text.count)
    }
}

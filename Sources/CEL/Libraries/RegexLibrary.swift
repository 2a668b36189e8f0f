import JSONView

extension Library {
    /// `regex.replace`, `regex.extract` and `regex.extractAll`.
    public static let regex = Library(
        "regex",
        overloads: [
            Overload(
                "regex_extract", "regex.extract", [.string, .string], .optional(.string),
                "The first match, or its group."
            ) {
                arguments in
                guard let regex = compile(arguments) else { return invalid(arguments) }
                guard regex.groups <= 1 else { return tooManyGroups(arguments) }
                guard let match = regex.find(arguments.string(0)), let range = match[regex.groups] else {
                    return .emptyOptional
                }
                return arguments.evaluation.optional(.string(arguments.string(0).part(range)))
            },
            Overload(
                "regex_extractAll", "regex.extractAll", [.string, .string], .list(.string),
                "All matches, or their groups."
            ) {
                arguments in
                guard let regex = compile(arguments) else { return invalid(arguments) }
                guard regex.groups <= 1 else { return tooManyGroups(arguments) }
                let text = arguments.string(0)
                guard let matches = arguments.matches(regex, in: text) else { return arguments.evaluation.spent() }
                return arguments.evaluation.list(
                    matches.compactMap { $0[regex.groups].map { .string(text.part($0)) } })
            },
            Overload(
                "regex_replace", "regex.replace", [.string, .string, .string], .string,
                "The text with all matches replaced."
            ) {
                replace($0, limit: -1)
            },
            Overload(
                "regex_replace_count", "regex.replace", [.string, .string, .string, .int], .string,
                "The text with the first matches replaced."
            ) {
                replace($0, limit: $0.integer(3))
            },
        ].map { $0.withPattern(at: 1) })

    private static func compile(_ arguments: Arguments) -> RegularExpression? {
        try? arguments.regex(1)
    }

    private static func invalid(_ arguments: Arguments) -> Cell {
        arguments.error("given regex is invalid: \(String(arguments.string(1)))")
    }

    private static func tooManyGroups(_ arguments: Arguments) -> Cell {
        arguments.error("regular expression has more than one capturing group: \"\(String(arguments.string(1)))\"")
    }

    private static func replace(_ arguments: Arguments, limit: Int64) -> Cell {
        guard let regex = compile(arguments) else { return invalid(arguments) }
        let (text, template) = (arguments.string(0), Array(arguments.string(2).bytes))
        var output: [UInt8] = []
        var at = 0
        guard let matches = arguments.matches(regex, in: text, limit: limit) else {
            return arguments.evaluation.spent()
        }
        for match in matches {
            guard let whole = match[0] else { continue }
            output.append(contentsOf: text.part(at..<whole.lowerBound).bytes)
            var rest = template[...]
            while let byte = rest.popFirst() {
                guard byte == UInt8(ascii: "\\") else {
                    output.append(byte)
                    continue
                }
                guard let digit = rest.popFirst() else { return arguments.error("invalid replacement string") }
                if digit == UInt8(ascii: "\\") {
                    output.append(digit)
                } else if digit.isDigit, Int(digit &- UInt8(ascii: "0")) < match.count {
                    if let group = match[Int(digit &- UInt8(ascii: "0"))] {
                        output.append(contentsOf: text.part(group).bytes)
                    }
                } else {
                    return arguments.error("invalid replacement string: no such group")
                }
            }
            at = whole.upperBound
            if output.count > arguments.evaluation.state.pointee.limits.memory {
                return arguments.error("memory limit exceeded")
            }
        }
        output.append(contentsOf: text.dropFirst(at).bytes)
        return .string(arguments.evaluation.text(output))
    }
}

import JSONView

extension Library {
    /// Kubernetes' searches by regular expression: `find`, `findAll`.
    public static let kubernetesRegex = Library(
        "kubernetes.regex", overloads: searches.map { $0.withPattern(at: 1) })

    private static let searches: [Overload] = [
        .member("string_find_string", "find", [.string, .string], .string, "The first match, or nothing.") {
            arguments in
            search(arguments) { regex, text in
                guard let match = regex.find(text)?[0] else { return .string(.empty) }
                return .string(text.part(match))
            }
        },
        .member("string_find_all_string", "findAll", [.string, .string], .list(.string), "All matches.") {
            findAll($0, limit: -1)
        },
        .member(
            "string_find_all_string_int", "findAll", [.string, .string, .int], .list(.string),
            "At most so many matches; all of them when the number is negative."
        ) {
            findAll($0, limit: $0.integer(2))
        },
    ]

    private static func findAll(_ arguments: Arguments, limit: Int64) -> Cell {
        search(arguments) { regex, text in
            guard let matches = arguments.matches(regex, in: text, limit: limit) else {
                return arguments.evaluation.spent()
            }
            return arguments.evaluation.list(matches.compactMap { $0[0].map { Cell.string(text.part($0)) } })
        }
    }

    private static func search(_ arguments: Arguments, _ use: (RegularExpression, JSONText) -> Cell) -> Cell {
        do {
            return use(try arguments.regex(1), arguments.string(0))
        } catch {
            return arguments.error("Illegal regex: \(error.goMessage)")
        }
    }
}

extension RegularExpression.Fault {
    /// The fault as Go's regular expressions word it: what is wrong, then the part in back quotes.
    var goMessage: String {
        guard let colon = message.firstRange(of: ": ") else { return "error parsing regexp: \(message)" }
        return "error parsing regexp: \(message[..<colon.lowerBound]): `\(message[colon.upperBound...])`"
    }
}

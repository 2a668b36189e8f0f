internal import JSONView

/// A JSON pointer (RFC 6901), whose first slash may be left out, as steps into a record.
struct FalcoPointer: Sendable, Equatable {
    private struct Step: Sendable, Equatable {
        let text: String
        /// The position in an array; nil where the step is no number.
        let position: Int?
    }

    private let steps: [Step]

    init(_ text: String) {
        let rest = text.hasPrefix("/") ? text.dropFirst() : text[...]
        steps = rest.split(separator: "/", omittingEmptySubsequences: false).map { step in
            let key = step.replacing("~1", with: "/").replacing("~0", with: "~")
            return Step(text: String(key), position: Int(key))
        }
    }

    /// The value that it leads to; nil where there is none.
    func value(in raw: JSONValue) -> JSONValue? {
        var found = raw
        for step in steps {
            let next =
                found.kind == .array
                ? step.position.flatMap { found[$0] } : step.text.withText { found.member($0) }
            guard let next else { return nil }
            found = next
        }
        return found
    }
}

internal import CEL
internal import JSONView

/// The name of a field, as steps into a record: `requestObject.spec.containers.securityContext.privileged`.
///
/// A step into a list goes into each of its elements, unless it is a number. A key that has dots itself is found too.
struct SigmaPath: Sendable {
    /// `joined[from][count]`: the key of so many and one more steps together.
    private let joined: [[JSONKey]]
    private let numbers: [Int?]

    private static let longestKey = 6

    init(_ name: String) {
        let steps = name.replacing("[", with: ".").replacing("]", with: "")
            .split(separator: ".", omittingEmptySubsequences: true).map(String.init)
        joined = steps.indices.map { from in
            (from..<min(steps.count, from + Self.longestKey)).map { last in
                JSONKey(steps[from...last].joined(separator: "."))
            }
        }
        numbers = steps.map { Int($0) }
    }

    /// What stands in a record at the field: one value, a list where there are several, null where there is none.
    func value(in record: JSONValue) -> Value {
        var found = Found()
        look(record, at: 0, &found)
        if !found.others.isEmpty { return .list(ListValue(found.others)) }
        return found.first.map { .json($0) } ?? .null
    }

    private struct Found {
        var first: JSONValue?
        /// All values, where there is more than one.
        var others: [Value] = []

        /// How many values were found.
        var count: Int { others.isEmpty ? (first == nil ? 0 : 1) : others.count }

        mutating func add(_ value: JSONValue) {
            if value.isNull { return }
            guard let first else {
                self.first = value
                return
            }
            if others.isEmpty { others.append(.json(first)) }
            others.append(.json(value))
        }
    }

    private func look(_ value: JSONValue, at step: Int, _ found: inout Found) {
        guard step < joined.count else {
            found.add(value)
            return
        }
        switch value.kind {
        case .object:
            for count in joined[step].indices {
                guard let member = value.member(joined[step][count]) else { continue }
                let known = found.count
                look(member, at: step + count + 1, &found)
                // A longer key may stand beside the first one that fits.
                if found.count > known { return }
            }
        case .array:
            if let position = numbers[step] {
                if let element = value[position] { look(element, at: step + 1, &found) }
            } else {
                for element in value.elements { look(element, at: step, &found) }
            }
        default: break
        }
    }
}

internal import CEL
internal import JSONView

/// A field's value as Sigma compares it: by its text, whatever type it has, and of a list any element.
enum SigmaOperand {
    /// Whether one of the texts of an argument is as asked.
    static func any(_ arguments: Arguments, _ position: Int, _ matches: (JSONText) -> Bool) -> Bool {
        if let text = arguments.text(position) { return matches(text) }
        if let int = arguments.int(position) { return withDigits(of: int, matches) }
        if let bool = arguments.bool(position) { return matches(bool ? JSONText("true") : JSONText("false")) }
        if let json = arguments.json(position) { return any(json, matches) }
        return any(arguments.value(position), matches)
    }

    static func any(_ value: Value, _ matches: (JSONText) -> Bool) -> Bool {
        switch value {
        case .text(let text): matches(text)
        case .string(let text): text.withText(matches)
        case .json(let json): any(json, matches)
        case .list(let list): list.elements.contains { any($0, matches) }
        case .bool(let bool): matches(bool ? JSONText("true") : JSONText("false"))
        case .int(let int): withDigits(of: int, matches)
        case .uint(let uint): "\(uint)".withText(matches)
        case .double(let double): written(double).withText(matches)
        default: false
        }
    }

    static func any(_ value: JSONValue, _ matches: (JSONText) -> Bool) -> Bool {
        switch value.kind {
        case .string: return value.text.map(matches) ?? false
        case .bool: return matches(value.bool == true ? JSONText("true") : JSONText("false"))
        case .int64: return value.int64.map { withDigits(of: $0, matches) } ?? false
        case .uint64: return value.uint64.map { "\($0)".withText(matches) } ?? false
        case .double: return value.double.map { written($0).withText(matches) } ?? false
        case .bigNumber: return value.bigNumberText.map(matches) ?? false
        case .array:
            for element in value.elements where any(element, matches) { return true }
            return false
        case .object, .null: return false
        }
    }

    /// Whether there is anything: no null, and no list without elements.
    static func exists(_ arguments: Arguments, _ position: Int) -> Bool {
        if arguments.text(position) != nil || arguments.int(position) != nil || arguments.bool(position) != nil {
            return true
        }
        if let json = arguments.json(position) { return exists(json) }
        switch arguments.value(position) {
        case .null: return false
        case .list(let list): return !list.elements.isEmpty
        case .map(let map): return !map.entries.isEmpty
        default: return true
        }
    }

    private static func exists(_ json: JSONValue) -> Bool {
        switch json.kind {
        case .null: return false
        case .array:
            for element in json.elements where exists(element) { return true }
            return false
        default: return true
        }
    }

    /// Whether one of the numbers of an argument is as asked; a text counts when it is a number.
    static func anyNumber(_ arguments: Arguments, _ position: Int, _ matches: (Double) -> Bool) -> Bool {
        any(arguments, position) { text in Double(String(text)).map(matches) ?? false }
    }

    /// A number as JSON writers write it: `1`, not `1.0`.
    private static func written(_ double: Double) -> String {
        Int64(exactly: double).map { "\($0)" } ?? "\(double)"
    }

    /// Lends the digits of a number, made on the stack.
    private static func withDigits(of int: Int64, _ body: (JSONText) -> Bool) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { room in
            var left = int.magnitude
            var at = 20
            repeat {
                at -= 1
                room[at] = UInt8(ascii: "0") + UInt8(left % 10)
                left /= 10
            } while left > 0
            if int < 0 {
                at -= 1
                room[at] = UInt8(ascii: "-")
            }
            guard let base = room.baseAddress else { return false }
            return body(JSONText(start: base + at, count: 20 - at))
        }
    }
}

public import JSONView

/// The arguments of a call; valid until the call returns.
public struct Arguments {
    let evaluation: Evaluation
    let cells: UnsafePointer<Cell>
    /// How many there are.
    public let count: Int
    /// The regular expression among them, where it is constant; the program keeps it.
    var compiled: Unmanaged<RegularExpression>?

    init(evaluation: Evaluation, cells: UnsafePointer<Cell>, count: Int) {
        self.evaluation = evaluation
        self.cells = cells
        self.count = count
    }

    @inline(__always)
    subscript(position: Int) -> Cell { cells[position] }

    /// An argument as a value.
    public func value(_ position: Int) -> Value { evaluation.exporting(cells[position]) }

    /// A string argument, in place; nil when it is no string.
    public func text(_ position: Int) -> JSONText? {
        if case .string(let text) = cells[position] { text } else { nil }
    }

    /// An integer argument.
    public func int(_ position: Int) -> Int64? {
        if case .int(let value) = cells[position] { value } else { nil }
    }

    /// A boolean argument.
    public func bool(_ position: Int) -> Bool? {
        if case .bool(let value) = cells[position] { value } else { nil }
    }

    /// A JSON array or object argument.
    public func json(_ position: Int) -> JSONValue? {
        if case .json(let value) = cells[position] { value } else { nil }
    }

    // MARK: For libraries of this module, whose overloads have been chosen by the kinds of the arguments.

    @inline(__always)
    func string(_ position: Int) -> JSONText {
        switch cells[position] {
        case .string(let text), .bytes(let text): text
        default: .empty
        }
    }

    @inline(__always)
    func integer(_ position: Int) -> Int64 {
        if case .int(let value) = cells[position] { value } else { 0 }
    }

    /// The characters of a string argument; none where the evaluation has no room for them.
    func scalars(_ position: Int) -> [Unicode.Scalar] {
        let text = string(position)
        return evaluation.hasRoom(text.count &* 8) ? text.scalars : []
    }

    /// The regular expression that an argument is: compiled with the program where the overload says that it may be.
    func regex(_ position: Int) throws(RegularExpression.Fault) -> RegularExpression {
        if let compiled { return compiled.takeUnretainedValue() }
        return try RegularExpression(string(position))
    }

    /// All matches in a text that do not overlap, from the left; nil where the evaluation ends before.
    func matches(_ regex: RegularExpression, in text: JSONText, limit: Int64 = -1) -> [[Range<Int>?]]? {
        var matches: [[Range<Int>?]] = []
        var at = 0
        while at <= text.count, limit < 0 || Int64(matches.count) < limit, let match = regex.find(text, from: at),
            let whole = match[0]
        {
            guard evaluation.step(), evaluation.hasRoom(match.count * 24) else { return nil }
            evaluation.charge(memory: 32 + match.count * 24)
            matches.append(match)
            at = whole.upperBound
            if whole.isEmpty {
                at += 1
                while at < text.count, text.start[at] & 0xC0 == 0x80 { at += 1 }
            }
        }
        return matches
    }

    func error(_ message: String) -> Cell { evaluation.error(message) }
}

extension JSONText {
    private static let nothing: StaticString = ""

    /// A text without bytes.
    static var empty: JSONText { JSONText(start: nothing.utf8Start, count: 0) }
}

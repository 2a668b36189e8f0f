import Foundation
import JSONView

/// `"%s has %d".format([name, count])`.
struct StringFormatter {
    struct Fault: Error { let message: String }

    private let evaluation: Evaluation
    private var depth = 0

    /// Whether `%e` writes `×10⁰⁰`, as the version of the strings library does that Kubernetes is bound to.
    private let writesPowers: Bool

    init(_ evaluation: Evaluation, writesPowers: Bool = false) {
        self.evaluation = evaluation
        self.writesPowers = writesPowers
    }

    /// The format with its clauses replaced.
    mutating func format(_ format: String, _ arguments: [Cell]) throws(Fault) -> String {
        var output = ""
        var rest = format.unicodeScalars[...]
        var next = 0
        while let scalar = rest.popFirst() {
            guard scalar == "%" else {
                output.unicodeScalars.append(scalar)
                continue
            }
            if rest.first == "%" {
                rest.removeFirst()
                output += "%"
                continue
            }
            let precision = try precision(&rest)
            guard let verb = rest.popFirst() else {
                throw Fault(message: "could not parse formatting clause: unexpected end of format string")
            }
            guard "sdfexXbo".unicodeScalars.contains(verb) else {
                throw Fault(
                    message: "could not parse formatting clause: unrecognized formatting clause \"\(Character(verb))\"")
            }
            guard next < arguments.count else { throw Fault(message: "index \(next) out of range") }
            output += try clause(verb, precision, arguments[next])
            next += 1
            if output.utf8.count > evaluation.state.pointee.limits.memory {
                throw Fault(message: "memory limit exceeded")
            }
        }
        return output
    }

    private func precision(_ rest: inout Substring.UnicodeScalarView) throws(Fault) -> Int? {
        guard rest.first == "." else { return nil }
        rest.removeFirst()
        let digits = String(rest.prefix { ("0"..."9").contains($0) })
        rest = rest.dropFirst(digits.count)
        guard let precision = Int(digits), precision <= 1000 else {
            throw Fault(message: "could not parse formatting clause: error while parsing precision")
        }
        return precision
    }

    private mutating func clause(_ verb: Unicode.Scalar, _ precision: Int?, _ cell: Cell) throws(Fault) -> String {
        switch verb {
        case "s": return try text(cell)
        case "d": return try decimal(cell)
        case "f": return try double(cell, "fixed-point", precision ?? 6, "f")
        case "e": return try double(cell, "scientific", precision ?? 6, "e")
        case "b": return try binary(cell)
        case "o":
            guard let integer = integer(cell) else {
                throw fault("octal clause can only be used on integers", cell)
            }
            return signed(integer, 8)
        default:
            let text = try hexadecimal(cell)
            return verb == "X" ? text.uppercased() : text
        }
    }

    private func fault(_ message: String, _ cell: Cell) -> Fault {
        Fault(message: "error during formatting: \(message), was given \(evaluation.typeName(cell))")
    }

    private func integer(_ cell: Cell) -> (isNegative: Bool, magnitude: UInt64)? {
        switch cell {
        case .int(let value): (value < 0, value.magnitude)
        case .uint(let value): (false, value)
        default: nil
        }
    }

    private func signed(_ integer: (isNegative: Bool, magnitude: UInt64), _ radix: Int) -> String {
        (integer.isNegative ? "-" : "") + String(integer.magnitude, radix: radix)
    }

    private func decimal(_ cell: Cell) throws(Fault) -> String {
        if let integer = integer(cell) { return signed(integer, 10) }
        if case .double(let value) = cell, !value.isFinite { return special(value) }
        throw fault("decimal clause can only be used on integers", cell)
    }

    private func special(_ value: Double) -> String { value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }

    private func double(_ cell: Cell, _ name: String, _ precision: Int, _ style: String) throws(Fault) -> String {
        let value: Double
        switch cell {
        case .double(let number): value = number
        case .int(let number): value = Double(number)
        case .uint(let number): value = Double(number)
        default: throw fault("\(name) clause can only be used on doubles", cell)
        }
        guard value.isFinite else { return special(value) }
        let text = String(format: "%.\(precision)\(style)", value)
        guard writesPowers, let mark = text.firstIndex(of: "e") else { return text }
        let digits: [Character: String] = [
            "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
            "-": "⁻",
        ]
        return text[..<mark] + "×10" + text[mark...].dropFirst().compactMap { digits[$0] }.joined()
    }

    private func binary(_ cell: Cell) throws(Fault) -> String {
        if case .bool(let value) = cell { return value ? "1" : "0" }
        guard let integer = integer(cell) else {
            throw fault("only integers and bools can be formatted as binary", cell)
        }
        return signed(integer, 2)
    }

    private func hexadecimal(_ cell: Cell) throws(Fault) -> String {
        if let integer = integer(cell) { return signed(integer, 16) }
        switch cell {
        case .string(let text), .bytes(let text):
            return text.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        default: throw fault("only integers, byte buffers, and strings can be formatted as hex", cell)
        }
    }

    /// What `%s` makes of a value.
    private mutating func text(_ cell: Cell) throws(Fault) -> String {
        depth += 1
        defer { depth -= 1 }
        guard depth <= evaluation.state.pointee.limits.valueDepth else {
            throw Fault(message: CommonErrors.tooDeep.message)
        }
        switch cell {
        case .double(let value): return value.isFinite ? GoFormat.plain(value) : special(value)
        case .null, .bool, .int, .uint, .string, .bytes, .timestamp, .duration, .type, .opaque:
            return evaluation.display(cell)
        default:
            if evaluation.listCount(cell) != nil {
                var parts: [String] = []
                for element in evaluation.elements(cell) { parts.append(try text(element)) }
                return "[\(parts.joined(separator: ", "))]"
            }
            guard evaluation.mapCount(cell) != nil else {
                throw fault(
                    "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps",
                    cell)
            }
            var parts: [(String, String)] = []
            for entry in evaluation.entries(cell) { parts.append((try text(entry.key), try text(entry.value))) }
            return "{\(parts.sorted { $0.0 < $1.0 }.map { "\($0.0): \($0.1)" }.joined(separator: ", "))}"
        }
    }
}

/// Fills in variables as Compose does: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:+other}`,
/// `${NAME+other}`, `${NAME:?error}`, `$$` (Compose specification, Interpolation).
///
/// A variable without a value here stays as it is written: what it will be is not known.
struct ComposeVariables {
    private let values: [String: String]
    /// Variables that had no value.
    private(set) var unknown: [String] = []
    private static let depthLimit = 16
    private static let sizeLimit = 1 << 16

    init(_ values: [String: String] = [:]) { self.values = values }

    /// A value with all its texts filled in; keys are left alone, as Compose leaves them.
    mutating func fill(_ value: PlacedValue) -> PlacedValue {
        switch value.content {
        case .text(let text):
            guard text.contains("$") else { return value }
            return PlacedValue(.text(fill(text, depth: 0)), at: value.place)
        case .array(let elements): return PlacedValue(.array(elements.map { fill($0) }), at: value.place)
        case .object(let members):
            return PlacedValue(
                .object(members.map { .init(key: $0.key, keyPlace: $0.keyPlace, value: fill($0.value)) }),
                at: value.place)
        case .null, .bool, .int, .double: return value
        }
    }

    /// A text with its variables filled in.
    mutating func fill(_ text: String, depth: Int = 0) -> String {
        guard depth < Self.depthLimit else { return text }
        var filled = String.UnicodeScalarView()
        let scalars = Array(text.unicodeScalars)
        var at = 0
        while at < scalars.count, filled.count < Self.sizeLimit {
            guard scalars[at] == "$", at + 1 < scalars.count else {
                filled.append(scalars[at])
                at += 1
                continue
            }
            let next = scalars[at + 1]
            if next == "$" {
                filled.append("$")
                at += 2
            } else if next == "{", let end = Self.close(scalars, at + 2) {
                let inner = Self.string(scalars[(at + 2)..<end])
                filled.append(contentsOf: expand(inner, depth: depth).unicodeScalars)
                at = end + 1
            } else if Self.isNameStart(next) {
                var end = at + 1
                while end < scalars.count, Self.isName(scalars[end]) { end += 1 }
                filled.append(contentsOf: expand(Self.string(scalars[(at + 1)..<end]), depth: depth).unicodeScalars)
                at = end
            } else {
                filled.append("$")
                at += 1
            }
        }
        return String(filled)
    }

    private mutating func expand(_ inner: String, depth: Int) -> String {
        let name = String(inner.unicodeScalars.prefix { Self.isName($0) })
        var rest = inner.unicodeScalars.dropFirst(name.unicodeScalars.count)
        guard !name.isEmpty else { return "${" + inner + "}" }
        let value = values[name]
        let countsEmpty = rest.first == ":"
        if countsEmpty { rest = rest.dropFirst() }
        let isSet = value.map { !countsEmpty || !$0.isEmpty } ?? false
        let other = String(String.UnicodeScalarView(rest.dropFirst()))
        switch rest.first {
        case "-": return isSet ? value ?? "" : fill(other, depth: depth + 1)
        case "+": return isSet ? fill(other, depth: depth + 1) : ""
        case nil, "?":
            if let value { return value }
        default: return "${" + inner + "}"
        }
        if !unknown.contains(name) { unknown.append(name) }
        return "${" + name + "}"
    }

    private static func close(_ scalars: [Unicode.Scalar], _ from: Int) -> Int? {
        var level = 1
        for at in from..<scalars.count {
            if scalars[at] == "{" { level += 1 }
            if scalars[at] == "}" { level -= 1 }
            if level == 0 { return at }
        }
        return nil
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || (scalar.isASCII && scalar.properties.isAlphabetic)
    }

    private static func isName(_ scalar: Unicode.Scalar) -> Bool {
        isNameStart(scalar) || ("0"..."9").contains(scalar)
    }
}

import JSONView

/// What Go's `encoding/json` decodes a JSON value into, as far as it decides which of several members counts.
///
/// The engine decodes its bodies with it: names match in any case, and a name that comes twice is decoded twice into the
/// same variable. Who reads a body in another way can be shown another container than the engine makes.
indirect enum GoType: Sendable {
    /// A string, number or bool: the last that is not null counts.
    case scalar
    /// A slice of scalars, or a pointer to one: the last counts, null too.
    case replaced
    /// A struct: members of all are merged; null changes nothing.
    case structure(GoStruct)
    /// A pointer to a struct: members are merged; null forgets those before.
    case pointer(GoStruct)
    /// A slice of structs: the last counts, null too.
    case list(GoStruct)
    /// A map of strings: keys are data and merged exactly, the last of a key counts; null forgets those before.
    case map(GoType)
    /// A map whose elements are lists of structs (`PortMap`).
    case mapOfLists(GoStruct)

    var forgetsAtNull: Bool {
        switch self {
        case .scalar, .structure: false
        case .replaced, .pointer, .list, .map, .mapOfLists: true
        }
    }
}

/// The fields of a Go struct by the names that its JSON has.
final class GoStruct: Sendable {
    let names: [StaticString]
    let types: [GoType]
    // The texts are those of literals, which are never freed.
    nonisolated(unsafe) private let exact: [JSONText: Int]
    private let folded: [[UInt8]: Int]

    init(_ fields: [(StaticString, GoType)], embedding others: [GoStruct] = []) {
        var all = fields
        for other in others { all += zip(other.names, other.types).map { ($0, $1) } }
        names = all.map { $0.0 }
        types = all.map { $0.1 }
        var exact: [JSONText: Int] = [:]
        var folded: [[UInt8]: Int] = [:]
        for (position, name) in names.enumerated() {
            let text = JSONText(name)
            if exact[text] == nil { exact[text] = position }
            let key = Self.fold(text)
            if folded[key] == nil { folded[key] = position }
        }
        self.exact = exact
        self.folded = folded
    }

    /// The field that a key is spelled exactly as.
    func exactField(_ key: JSONText) -> Int? { exact[key] }

    /// The field that Go takes a key for when none is spelled exactly so.
    func foldedField(_ key: JSONText) -> Int? {
        // No field has a longer name; a key of megabytes is not copied to find that out. Folding may shorten threefold.
        guard key.count <= 128 else { return nil }
        return folded[Self.fold(key)]
    }

    /// Upper case of ASCII letters; U+017F and U+212A are `S` and `K` to Go's folding.
    static func fold(_ key: JSONText) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(key.count)
        var at = 0
        let bytes = key.bytes
        while at < bytes.count {
            let byte = bytes[at]
            if byte == 0xC5, at + 1 < bytes.count, bytes[at + 1] == 0xBF {
                result.append(UInt8(ascii: "S"))
                at += 2
            } else if byte == 0xE2, at + 2 < bytes.count, bytes[at + 1] == 0x84, bytes[at + 2] == 0xAA {
                result.append(UInt8(ascii: "K"))
                at += 3
            } else {
                let isLower = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
                result.append(isLower ? byte &- 0x20 : byte)
                at += 1
            }
        }
        return result
    }
}

extension JSONText {
    /// The text of a literal, which is never freed.
    init(_ literal: StaticString) {
        self.init(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
    }
}

import JSONView

/// Finds out whether a body is spelled as the engine's own structs are.
enum GoCanonicalCheck {
    static func run(_ value: JSONValue, _ structure: GoStruct, _ found: inout Irregularities) {
        guard value.kind == .object else { return }
        var seen = SeenFields()
        for (key, member) in value.members {
            var field = structure.exactField(key)
            if field == nil {
                field = structure.foldedField(key)
                if field != nil { found.insert(.foldedKeys) }
            }
            guard let field else { continue }
            if !seen.insert(field) { found.insert(.duplicateKeys) }
            run(member, structure.types[field], &found)
        }
    }

    private static func run(_ value: JSONValue, _ type: GoType, _ found: inout Irregularities) {
        switch type {
        case .scalar, .replaced: break
        case .structure(let inner), .pointer(let inner): run(value, inner, &found)
        case .list(let inner):
            for element in value.elements { run(element, inner, &found) }
        case .map: checkKeys(value, &found)
        case .mapOfLists(let inner):
            checkKeys(value, &found)
            for member in value.members {
                for element in member.value.elements { run(element, inner, &found) }
            }
        }
    }

    private static func checkKeys(_ value: JSONValue, _ found: inout Irregularities) {
        guard value.kind == .object, value.count > 1 else { return }
        var seen = Set<JSONText>()
        for member in value.members where !seen.insert(member.key).inserted {
            found.insert(.duplicateKeys)
            return
        }
    }
}

/// Which fields of a struct have been met; no struct has more than 128.
private struct SeenFields {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    mutating func insert(_ field: Int) -> Bool {
        if field < 64 {
            let bit: UInt64 = 1 << UInt64(field)
            defer { low |= bit }
            return low & bit == 0
        }
        let bit: UInt64 = 1 << UInt64(field & 63)
        defer { high |= bit }
        return high & bit == 0
    }
}

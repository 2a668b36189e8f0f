import JSONView

/// Writes what Go would have decoded, with the names that its structs have.
enum GoCanonicalWriter {
    /// Writes one value that stood once or several times, in the order of the text.
    static func write(_ occurrences: [JSONValue], _ type: GoType, into output: inout CompactJSON) {
        var values = occurrences[...]
        if type.forgetsAtNull {
            if let null = values.lastIndex(where: { $0.isNull }) { values = values[(null + 1)...] }
        } else {
            values = values.filter { !$0.isNull }[...]
        }
        guard let last = values.last else {
            output.write(raw: "null")
            return
        }
        switch type {
        case .scalar, .replaced: output.write(last)
        case .structure(let inner), .pointer(let inner):
            guard last.kind == .object else { return output.write(last) }
            writeStruct(values, inner, into: &output)
        case .list(let inner):
            writeList(last, inner, into: &output)
        case .map(let element):
            guard last.kind == .object else { return output.write(last) }
            writeMap(values, into: &output) { write([$0], element, into: &$1) }
        case .mapOfLists(let inner):
            guard last.kind == .object else { return output.write(last) }
            writeMap(values, into: &output) { writeList($0, inner, into: &$1) }
        }
    }

    private static func writeStruct(
        _ values: ArraySlice<JSONValue>, _ structure: GoStruct, into output: inout CompactJSON
    ) {
        var order: [Int] = []
        var fields: [Int: [JSONValue]] = [:]
        var unknown: [(JSONText, JSONValue)] = []
        for value in values {
            for (key, member) in value.members {
                guard let field = structure.exactField(key) ?? structure.foldedField(key) else {
                    unknown.append((key, member))
                    continue
                }
                if fields[field] == nil { order.append(field) }
                fields[field, default: []].append(member)
            }
        }
        output.write(raw: "{")
        var isFirst = true
        for field in order {
            writeKey(JSONText(structure.names[field]), &isFirst, into: &output)
            write(fields[field] ?? [], structure.types[field], into: &output)
        }
        // The engine ignores them; they stay for who reads the record.
        for (key, value) in unknown {
            writeKey(key, &isFirst, into: &output)
            output.write(value)
        }
        output.write(raw: "}")
    }

    private static func writeList(_ value: JSONValue, _ inner: GoStruct, into output: inout CompactJSON) {
        guard value.kind == .array else { return output.write(value) }
        output.write(raw: "[")
        var isFirst = true
        for element in value.elements {
            if !isFirst { output.write(raw: ",") }
            isFirst = false
            write([element], .structure(inner), into: &output)
        }
        output.write(raw: "]")
    }

    private static func writeMap(
        _ values: ArraySlice<JSONValue>, into output: inout CompactJSON, element: (JSONValue, inout CompactJSON) -> Void
    ) {
        var order: [JSONText] = []
        var last: [JSONText: JSONValue] = [:]
        for value in values {
            for (key, member) in value.members where last.updateValue(member, forKey: key) == nil { order.append(key) }
        }
        output.write(raw: "{")
        var isFirst = true
        for key in order {
            guard let value = last[key] else { continue }
            writeKey(key, &isFirst, into: &output)
            element(value, &output)
        }
        output.write(raw: "}")
    }

    private static func writeKey(_ key: JSONText, _ isFirst: inout Bool, into output: inout CompactJSON) {
        if !isFirst { output.write(raw: ",") }
        isFirst = false
        output.write(string: key.bytes)
        output.write(raw: ":")
    }
}

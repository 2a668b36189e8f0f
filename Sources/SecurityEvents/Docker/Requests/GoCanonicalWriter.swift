import JSONView

/// Writes what Go would have decoded, with the names that its structs have.
enum GoCanonicalWriter {
    /// Writes one value that stood once or several times, in the order of the text.
    static func write(_ occurrences: [JSONValue], _ type: GoType, into output: inout [UInt8]) {
        var values = occurrences[...]
        if type.forgetsAtNull {
            if let null = values.lastIndex(where: { $0.isNull }) { values = values[(null + 1)...] }
        } else {
            values = values.filter { !$0.isNull }[...]
        }
        guard let last = values.last else {
            output.append(contentsOf: "null".utf8)
            return
        }
        switch type {
        case .scalar, .replaced: JSONCopy.write(last, into: &output)
        case .structure(let inner), .pointer(let inner):
            guard last.kind == .object else { return JSONCopy.write(last, into: &output) }
            writeStruct(values, inner, into: &output)
        case .list(let inner):
            writeList(last, inner, into: &output)
        case .map(let element):
            guard last.kind == .object else { return JSONCopy.write(last, into: &output) }
            writeMap(values, into: &output) { write([$0], element, into: &$1) }
        case .mapOfLists(let inner):
            guard last.kind == .object else { return JSONCopy.write(last, into: &output) }
            writeMap(values, into: &output) { writeList($0, inner, into: &$1) }
        }
    }

    private static func writeStruct(_ values: ArraySlice<JSONValue>, _ structure: GoStruct, into output: inout [UInt8])
    {
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
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for field in order {
            writeKey(JSONText(structure.names[field]), &isFirst, into: &output)
            write(fields[field] ?? [], structure.types[field], into: &output)
        }
        // The engine ignores them; they stay for who reads the record.
        for (key, value) in unknown {
            writeKey(key, &isFirst, into: &output)
            JSONCopy.write(value, into: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func writeList(_ value: JSONValue, _ inner: GoStruct, into output: inout [UInt8]) {
        guard value.kind == .array else { return JSONCopy.write(value, into: &output) }
        output.append(UInt8(ascii: "["))
        var isFirst = true
        for element in value.elements {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            write([element], .structure(inner), into: &output)
        }
        output.append(UInt8(ascii: "]"))
    }

    private static func writeMap(
        _ values: ArraySlice<JSONValue>, into output: inout [UInt8], element: (JSONValue, inout [UInt8]) -> Void
    ) {
        var order: [JSONText] = []
        var last: [JSONText: JSONValue] = [:]
        for value in values {
            for (key, member) in value.members where last.updateValue(member, forKey: key) == nil { order.append(key) }
        }
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for key in order {
            guard let value = last[key] else { continue }
            writeKey(key, &isFirst, into: &output)
            element(value, &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func writeKey(_ key: JSONText, _ isFirst: inout Bool, into output: inout [UInt8]) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
        JSONCopy.write(key.bytes, into: &output)
        output.append(UInt8(ascii: ":"))
    }
}

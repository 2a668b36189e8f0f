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
        case .scalar: output.write(last)
        case .replaced: writeReplaced(values, into: &output)
        case .structure(let inner), .pointer(let inner):
            guard last.kind == .object else { return output.write(last) }
            writeStruct(values, inner, into: &output)
        case .list(let inner):
            writeList(values, inner, into: &output)
        case .map(let element):
            guard last.kind == .object else { return output.write(last) }
            writeMap(values, into: &output) { write([$0], element, into: &$1) }
        case .mapOfLists(let inner):
            guard last.kind == .object else { return output.write(last) }
            writeMap(values, into: &output) { writeList([$0], inner, into: &$1) }
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

    /// Decodes a list again and again into the same slice: an element that stands at the place of an earlier one is
    /// decoded into what that left there.
    private static func writeList(_ values: ArraySlice<JSONValue>, _ inner: GoStruct, into output: inout CompactJSON) {
        guard let last = values.last, last.kind == .array else { return values.last.map { output.write($0) } ?? () }
        output.write(raw: "[")
        for (position, occurrences) in layers(values).enumerated() {
            if position > 0 { output.write(raw: ",") }
            write(occurrences, .structure(inner), into: &output)
        }
        output.write(raw: "]")
    }

    /// A slice of texts: null leaves what an earlier list had at its place.
    private static func writeReplaced(_ values: ArraySlice<JSONValue>, into output: inout CompactJSON) {
        guard let last = values.last else { return }
        guard values.count > 1, last.kind == .array, last.elements.contains(where: { $0.isNull }) else {
            return output.write(last)
        }
        output.write(raw: "[")
        for (position, occurrences) in layers(values).enumerated() {
            if position > 0 { output.write(raw: ",") }
            write(occurrences, .scalar, into: &output)
        }
        output.write(raw: "]")
    }

    /// For each place of the last list, what was decoded into it in order.
    private static func layers(_ lists: ArraySlice<JSONValue>) -> [[JSONValue]] {
        var places: [[JSONValue]] = []
        var count = 0
        for list in lists {
            count = 0
            for element in list.elements {
                if count == places.count { places.append([]) }
                places[count].append(element)
                count += 1
            }
            // An empty list makes a new slice.
            if count == 0 { places = [] }
        }
        return Array(places.prefix(count))
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

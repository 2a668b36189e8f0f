import Foundation
package import JSONView

/// Values and types as the corpora write them.
package enum TypedValue {
    /// Reads a value; nil for values of types that are not supported.
    package static func value(_ json: JSONValue) -> Value? {
        guard let (key, content) = json.members.first(where: { _ in true }) else { return nil }
        switch String(key) {
        case "null_value": return .null
        case "bool_value": return content.bool.map { .bool($0) }
        // Protobuf's JSON writes numbers of 64 bits as strings.
        case "int64_value": return (content.int64 ?? content.string.flatMap { Int64($0) }).map { .int($0) }
        case "uint64_value": return (content.uint64 ?? content.string.flatMap { UInt64($0) }).map { .uint($0) }
        case "double_value", "number_value": return double(content).map { .double($0) }
        case "string_value": return content.string.map { .string($0) }
        case "bytes_value": return bytes(content).map { .bytes($0) }
        case "type_value": return content.string.map { .string($0) }
        case "list_value": return list(content)
        case "map_value": return map(content, "entries", plainKeys: false)
        case "struct_value": return map(content, "fields", plainKeys: true)
        case "object_value": return object(content)
        default: return nil
        }
    }

    private static func double(_ json: JSONValue) -> Double? { json.double ?? json.string.flatMap { Double($0) } }

    private static func bytes(_ json: JSONValue) -> [UInt8]? {
        if let text = json.string { return Array(text.utf8) }
        return json.string("$b64").flatMap { Data(base64Encoded: $0) }.map { Array($0) }
    }

    private static func list(_ json: JSONValue) -> Value? {
        let elements = json["values"]?.listed.map { value($0) } ?? []
        let known = elements.compactMap { $0 }
        return known.count == elements.count ? .list(ListValue(known)) : nil
    }

    private static func map(_ json: JSONValue, _ name: String, plainKeys: Bool) -> Value? {
        var entries: [(key: Value, value: Value)] = []
        for entry in json.member(JSONKey(name))?.listed ?? [] {
            let key = plainKeys ? entry.string("key").map { .string($0) } : entry["key"].flatMap { value($0) }
            guard let key, let value = entry["value"].flatMap({ value($0) }) else { return nil }
            entries.append((key, value))
        }
        return .map(MapValue(entries))
    }

    private static func object(_ json: JSONValue) -> Value? {
        guard let (key, content) = json.members.first(where: { _ in true }) else { return nil }
        let name = String(key).replacing("[type.googleapis.com/google.protobuf.", with: "").replacing("]", with: "")
        switch name {
        case "Int32Value", "Int64Value": return .int(content["value"]?.int64 ?? 0)
        case "UInt32Value", "UInt64Value": return .uint(content["value"]?.uint64 ?? 0)
        case "FloatValue", "DoubleValue": return .double(content["value"]?.double ?? 0)
        case "BoolValue": return .bool(content["value"]?.bool ?? false)
        case "StringValue": return .string(content["value"]?.string ?? "")
        case "BytesValue": return .bytes(content["value"].flatMap { bytes($0) } ?? [])
        case "ListValue": return list(content)
        case "Struct": return map(content, "fields", plainKeys: true)
        case "Value": return value(content)
        case "Duration":
            return .duration(
                TimeSpan(
                    nanoseconds: (content["seconds"]?.int64 ?? 0) * 1_000_000_000 + (content["nanos"]?.int64 ?? 0)))
        case "Timestamp":
            return Timestamp(
                seconds: content["seconds"]?.int64 ?? 0, nanoseconds: Int32(content["nanos"]?.int64 ?? 0)
            ).map { .timestamp($0) }
        default: return nil
        }
    }

    /// Reads a type; nil for types that are not supported.
    package static func type(_ json: JSONValue) -> CELType? {
        guard let (key, content) = json.members.first(where: { _ in true }) else { return .dyn }
        switch String(key) {
        case "primitive":
            return [
                "BOOL": .bool, "INT64": .int, "UINT64": .uint, "DOUBLE": .double, "STRING": .string, "BYTES": .bytes,
            ][
                content.string ?? ""]
        case "wrapper": return type(json).map { .nullable($0) }
        case "null": return .null
        case "dyn": return .dyn
        case "well_known": return ["ANY": .any, "TIMESTAMP": .timestamp, "DURATION": .duration][content.string ?? ""]
        case "type_param": return content.string.map { .typeParam($0) }
        case "list_type": return .list(content["elem_type"].flatMap { type($0) } ?? .dyn)
        case "map_type":
            return .map(
                content["key_type"].flatMap { type($0) } ?? .dyn, content["value_type"].flatMap { type($0) } ?? .dyn)
        case "type": return .type(type(content) ?? .dyn)
        case "abstract_type":
            let parameters = content["parameter_types"]?.listed.compactMap { type($0) } ?? []
            return .opaque(content.string("name") ?? "", parameters)
        case "message_type":
            return [
                "google.protobuf.Int32Value": .nullable(.int), "google.protobuf.Int64Value": .nullable(.int),
                "google.protobuf.UInt32Value": .nullable(.uint), "google.protobuf.UInt64Value": .nullable(.uint),
                "google.protobuf.FloatValue": .nullable(.double), "google.protobuf.DoubleValue": .nullable(.double),
                "google.protobuf.BoolValue": .nullable(.bool), "google.protobuf.StringValue": .nullable(.string),
                "google.protobuf.BytesValue": .nullable(.bytes), "google.protobuf.ListValue": .list(.dyn),
                "google.protobuf.Struct": .map(.string, .dyn), "google.protobuf.Value": .dyn,
                "google.protobuf.Duration": .duration, "google.protobuf.Timestamp": .timestamp,
                "google.protobuf.Any": .any,
            ][content.string ?? ""]
        default: return nil
        }
    }

    /// Whether a result is what was expected.
    package static func matches(_ result: Value, _ expected: Value, isType: Bool = false) -> Bool {
        switch (result, expected) {
        case (.type(let type), .string(let name)) where isType: return type.runtimeName == name
        case (.null, .null): return true
        case (.bool(let one), .bool(let other)): return one == other
        case (.int(let one), .int(let other)): return one == other
        case (.uint(let one), .uint(let other)): return one == other
        case (.double(let one), .double(let other)): return one == other || (one.isNaN && other.isNaN)
        case (.string(let one), .string(let other)): return one.unicodeScalars.elementsEqual(other.unicodeScalars)
        case (.bytes(let one), .bytes(let other)): return one == other
        case (.timestamp(let one), .timestamp(let other)): return one == other
        case (.duration(let one), .duration(let other)): return one == other
        case (.list(let one), .list(let other)):
            return one.elements.count == other.elements.count
                && zip(one.elements, other.elements).allSatisfy { matches($0, $1) }
        case (.map(let one), .map(let other)):
            return one.entries.count == other.entries.count
                && one.entries.allSatisfy { entry in
                    other.entries.contains { matches(entry.key, $0.key) && matches(entry.value, $0.value) }
                }
        default: return false
        }
    }
}

extension JSONValue {
    /// The elements of an array; a value that stands alone for a list of one.
    package var listed: [JSONValue] { kind == .array ? Array(elements) : [self] }

    /// The text of a member.
    package func string(_ key: String) -> String? { member(JSONKey(key))?.string }
}

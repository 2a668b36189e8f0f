import Foundation
package import JSONView
internal import SecurityEvents

/// Checks documents against a JSON Schema (2020-12), as far as this project's own schemas go.
///
/// A keyword that it does not know is a fault: a schema never promises more than is checked.
package struct JSONSchema {
    private let document: JSONDocument
    private static let annotations: Set = ["$schema", "$id", "$defs", "title", "description", "examples", "default"]
    private static let depthLimit = 64

    /// Takes a schema.
    package init(_ document: JSONDocument) { self.document = document }

    /// What is wrong with a value; nothing where it fits.
    ///
    /// - Parameter value: the value to check.
    /// - Returns: each fault with its place.
    package func faults(in value: JSONValue) -> [String] {
        check(value, against: document.root, at: "$", depth: 0)
    }

    private func check(_ value: JSONValue, against schema: JSONValue, at place: String, depth: Int) -> [String] {
        guard depth < Self.depthLimit else { return ["\(place): the schema refers to itself without end"] }
        if let all = schema.bool { return all ? [] : ["\(place): nothing is allowed here"] }
        guard schema.kind == .object else { return ["\(place): the schema is no object"] }
        var faults: [String] = []
        for (key, rule) in schema.members {
            let keyword = String(key)
            if Self.annotations.contains(keyword) { continue }
            switch keyword {
            case "$ref": faults += follow(rule, value, at: place, depth: depth)
            case "properties", "required", "additionalProperties":
                guard value.kind == .object else { continue }
                faults += checkObject(value, keyword, rule, schema, at: place, depth: depth)
            case "items":
                guard value.kind == .array else { continue }
                for (number, element) in value.elements.enumerated() {
                    faults += check(element, against: rule, at: "\(place)[\(number)]", depth: depth + 1)
                }
            case "type", "enum", "const", "minLength", "pattern", "format", "minimum", "maximum", "minItems":
                faults += Self.fault(of: value, keyword, rule).map { ["\(place): \($0)"] } ?? []
            default: faults.append("\(place): the keyword \(keyword) is not checked")
            }
        }
        return faults
    }

    private func follow(_ reference: JSONValue, _ value: JSONValue, at place: String, depth: Int) -> [String] {
        let prefix = "#/$defs/"
        guard let text = reference.string, text.hasPrefix(prefix),
            let schema = document.root["$defs"]?.member(JSONKey(String(text.dropFirst(prefix.count))))
        else { return ["\(place): the reference leads nowhere"] }
        return check(value, against: schema, at: place, depth: depth + 1)
    }

    private func checkObject(
        _ value: JSONValue, _ keyword: String, _ rule: JSONValue, _ schema: JSONValue, at place: String, depth: Int
    ) -> [String] {
        switch keyword {
        case "required":
            return rule.elements.compactMap { name in
                guard let name = name.text, value.member(name) == nil else { return nil }
                return "\(place): \(name) is missing"
            }
        case "properties":
            return rule.members.flatMap { name, schema -> [String] in
                guard let member = value.member(name) else { return [] }
                return check(member, against: schema, at: "\(place).\(name)", depth: depth + 1)
            }
        default:
            return value.members.flatMap { name, member -> [String] in
                guard schema["properties"]?.member(name) == nil else { return [] }
                return check(member, against: rule, at: "\(place).\(name)", depth: depth + 1)
            }
        }
    }

    private static func fault(of value: JSONValue, _ keyword: String, _ rule: JSONValue) -> String? {
        switch keyword {
        case "type":
            let names = rule.kind == .array ? rule.elements.compactMap(\.string) : [rule.string ?? ""]
            return names.contains { has(value, type: $0) } ? nil : "is not of type \(names.joined(separator: " or "))"
        case "enum": return rule.elements.contains { $0 == value } ? nil : "is none of the values allowed"
        case "const": return rule == value ? nil : "is not the value required"
        case "minimum":
            guard let number = value.double, let least = rule.double else { return nil }
            return number < least ? "is less than \(least)" : nil
        case "maximum":
            guard let number = value.double, let most = rule.double else { return nil }
            return number > most ? "is more than \(most)" : nil
        case "minItems":
            guard value.kind == .array, let least = rule.int64 else { return nil }
            return value.count < least ? "has fewer than \(least) items" : nil
        default:
            guard let text = value.string else { return nil }
            return fault(ofText: text, keyword, rule)
        }
    }

    private static func fault(ofText text: String, _ keyword: String, _ rule: JSONValue) -> String? {
        switch keyword {
        case "minLength": return text.unicodeScalars.count < rule.int64 ?? 0 ? "is too short" : nil
        case "pattern":
            guard let pattern = rule.string, let regex = try? Regex(pattern) else {
                return "the pattern is not understood"
            }
            return text.firstMatch(of: regex) == nil ? "does not match \(pattern)" : nil
        default:
            guard rule.text.map({ $0 == "date-time" }) == true else { return "the format is not checked" }
            return Timestamp(text) == nil ? "is not a date-time" : nil
        }
    }

    private static func has(_ value: JSONValue, type: String) -> Bool {
        switch type {
        case "null": value.isNull
        case "boolean": value.kind == .bool
        case "string": value.kind == .string
        case "array": value.kind == .array
        case "object": value.kind == .object
        case "number": value.double != nil
        case "integer": value.int64 != nil || value.uint64 != nil
        default: false
        }
    }
}

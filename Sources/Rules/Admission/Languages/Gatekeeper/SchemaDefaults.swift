internal import JSONView

/// Completes the parameters of a constraint with what the schema of its template gives where nothing is written, as the API
/// server does for the constraint's own kind.
enum SchemaDefaults {
    private static let depthLimit = 64

    /// Writes a constraint whose `spec.parameters` are completed.
    static func write(constraint: JSONValue, parameters schema: JSONValue, to writer: inout JSONWriter) {
        writeMember("spec", of: constraint, to: &writer) { spec, writer in
            writeMember("parameters", of: spec, default: schema["default"], to: &writer) { parameters, writer in
                write(parameters, by: schema, to: &writer, depth: 0)
            }
        }
    }

    /// Writes an object, one member of it by other means.
    private static func writeMember(
        _ name: String, of object: JSONValue, default added: JSONValue? = nil, to writer: inout JSONWriter,
        _ write: (JSONValue, inout JSONWriter) -> Void
    ) {
        guard object.kind == .object else { return writer.copy(object) }
        writer.object { writer in
            for (key, value) in object.members {
                writer.key(String(key))
                if String(key) == name { write(value, &writer) } else { writer.copy(value) }
            }
            guard let added, object.member(JSONKey(name)) == nil else { return }
            writer.key(name)
            write(added, &writer)
        }
    }

    private static func write(_ value: JSONValue, by schema: JSONValue?, to writer: inout JSONWriter, depth: Int) {
        guard let schema, schema.kind == .object, depth < depthLimit else { return writer.copy(value) }
        switch value.kind {
        case .array:
            writer.array { writer in
                for element in value.elements { write(element, by: schema["items"], to: &writer, depth: depth + 1) }
            }
        case .object:
            let (properties, others) = (schema["properties"], schema["additionalProperties"])
            writer.object { writer in
                for (key, member) in value.members {
                    let own = properties?.member(key)
                    // What may not be null counts as missing where there is a default.
                    if member.isNull, own?["default"] != nil, own?["nullable"]?.bool != true { continue }
                    writer.key(String(key))
                    write(member, by: own ?? others, to: &writer, depth: depth + 1)
                }
                guard let properties, properties.kind == .object else { return }
                for (key, own) in properties.members {
                    guard let added = own["default"], !added.isNull else { continue }
                    if let written = value.member(key), !written.isNull || own["nullable"]?.bool == true { continue }
                    writer.key(String(key))
                    write(added, by: own, to: &writer, depth: depth + 1)
                }
            }
        default: writer.copy(value)
        }
    }
}

internal import JSONView

/// A value that the API server puts where an object has none.
indirect enum DefaultValue: Sendable {
    case text(String)
    case number(Int64)
    case bool(Bool)
    case object([(String, DefaultValue)])
    case array([DefaultValue])
    /// What stands elsewhere in the same object.
    case copy(String)

    static let empty = DefaultValue.object([])

    /// Writes the value; false where there is nothing to write.
    func write(to writer: inout JSONWriter, in object: JSONValue) {
        switch self {
        case .text(let text): writer.value(text)
        case .number(let number): writer.value(number)
        case .bool(let bool): writer.value(bool)
        case .object(let members):
            writer.object { writer in
                for (key, value) in members {
                    writer.key(key)
                    value.write(to: &writer, in: object)
                }
            }
        case .array(let elements):
            writer.array { writer in for element in elements { element.write(to: &writer, in: object) } }
        case .copy(let key): if let value = object.member(JSONKey(key)) { writer.copy(value) } else { writer.null() }
        }
    }
}

import JSONView

/// Reads fields of stated types; what is absent, null or empty is not known, what is of another type is noted.
struct FieldReader {
    var faults: [FieldFault] = []

    /// The text where there is one.
    mutating func text(_ value: JSONValue?) -> JSONText? {
        guard let value, !value.isNull, let text = value.text(&faults), !text.isEmpty else { return nil }
        return text
    }

    /// The value where it is a boolean.
    mutating func bool(_ value: JSONValue?) -> JSONValue? {
        guard let value, !value.isNull, value.bool(&faults) != nil else { return nil }
        return value
    }

    /// The value where it is an array that is not empty.
    mutating func array(_ value: JSONValue?) -> JSONValue? {
        guard let value, !value.isNull, let array = value.array(&faults), array.count > 0 else { return nil }
        return array
    }

    /// The value where it is an object that is not empty.
    mutating func object(_ value: JSONValue?) -> JSONValue? {
        guard let value, !value.isNull, let object = value.object(&faults), object.count > 0 else { return nil }
        return object
    }

    /// The value where it is a text or an array of texts that is not empty (`Cmd`, `Entrypoint`).
    mutating func words(_ value: JSONValue?) -> JSONValue? {
        guard let value, !value.isNull else { return nil }
        if let text = value.text { return text.isEmpty ? nil : value }
        return array(value)
    }

    /// Whether a mode is `host`; nil where it is not given.
    mutating func isHost(_ value: JSONValue?) -> Setting<Bool> {
        guard let text = text(value) else { return Setting() }
        return Setting(text == "host", from: value)
    }
}

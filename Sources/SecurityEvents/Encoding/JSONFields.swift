import JSONView

/// Reads the members of a record, saying which one is wrong.
extension JSONValue {
    /// A text that must be there.
    func field(_ name: String) throws(ReadFault) -> String {
        guard let text = try optionalField(name) else { throw ReadFault("\(name) is missing") }
        return text
    }

    /// A text that may be null or absent.
    func optionalField(_ name: String) throws(ReadFault) -> String? {
        guard let value = present(name) else { return nil }
        guard let text = value.string else { throw ReadFault("\(name) is not a string") }
        return text
    }

    /// An integer that may be null or absent.
    func integerField(_ name: String) throws(ReadFault) -> Int? {
        guard let value = present(name) else { return nil }
        guard let number = value.int64 else { throw ReadFault("\(name) is not an integer") }
        return Int(number)
    }

    /// A moment that may be null or absent.
    func timeField(_ name: String) throws(ReadFault) -> Timestamp? {
        guard let text = try optionalField(name) else { return nil }
        guard let time = Timestamp(text) else { throw ReadFault("\(name) is not a time as RFC 3339 has it") }
        return time
    }

    /// One of a closed set of words.
    func field<Word: RawRepresentable<String>>(_ name: String, as _: Word.Type) throws(ReadFault) -> Word {
        let text: String = try field(name)
        guard let word = Word(rawValue: text) else { throw ReadFault("\(name) has an unknown value") }
        return word
    }

    /// Texts; none where the member is null or absent.
    func textsField(_ name: String) throws(ReadFault) -> [String] {
        guard let value = present(name) else { return [] }
        guard value.kind == .array else { throw ReadFault("\(name) is not an array") }
        var texts: [String] = []
        for element in value.elements {
            guard let text = element.string else { throw ReadFault("\(name) holds something that is not a string") }
            texts.append(text)
        }
        return texts
    }

    /// A record that must be there.
    func record<Record: JSONRecord>(_ name: String, as _: Record.Type) throws(ReadFault) -> Record {
        guard let record = try optionalRecord(name, as: Record.self) else { throw ReadFault("\(name) is missing") }
        return record
    }

    /// A record that may be null or absent.
    func optionalRecord<Record: JSONRecord>(_ name: String, as _: Record.Type) throws(ReadFault) -> Record? {
        guard let value = present(name) else { return nil }
        return try Record(json: value)
    }

    /// Records; none where the member is null or absent.
    func records<Record: JSONRecord>(_ name: String, as _: Record.Type) throws(ReadFault) -> [Record] {
        guard let value = present(name) else { return [] }
        guard value.kind == .array else { throw ReadFault("\(name) is not an array") }
        var records: [Record] = []
        for element in value.elements { records.append(try Record(json: element)) }
        return records
    }

    private func present(_ name: String) -> JSONValue? {
        guard let value = member(JSONKey(name)), !value.isNull else { return nil }
        return value
    }
}

public import JSONView
public import SecurityEvents

/// Something that a person or a component wrote into the ledger.
public struct LedgerNote: Sendable, Equatable {
    /// Who wrote it; nil where nobody is named.
    public var author: String?
    /// What it is about: a finding's id, a container's id, or nothing in particular.
    public var subject: String?
    public var text: String

    /// Makes a note.
    public init(author: String? = nil, subject: String? = nil, text: String) {
        self.author = author
        self.subject = subject
        self.text = text
    }
}

extension LedgerNote: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("author", author)
            object.member("subject", subject)
            object.member("text", text)
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        guard let text = json["text"]?.string else { throw ReadFault("text is missing") }
        self.init(author: json["author"]?.string, subject: json["subject"]?.string, text: text)
    }
}

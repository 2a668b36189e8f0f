/// Turns texts into documents, one after the other, using memory again where it can.
public final class JSONParser {
    /// What the parser accepts.
    public let limits: JSONLimits
    private var last: JSONDocument?
    /// The document before: who looks at one event until the next comes holds the last one while a new text is parsed.
    private var spare: JSONDocument?

    /// Makes a parser with limits.
    public init(limits: JSONLimits = JSONLimits()) {
        self.limits = limits
    }

    /// Parses one JSON text (RFC 8259), validating all of it.
    ///
    /// The documents of the last two calls are parsed into again when nobody holds them any more; so keep a document for as
    /// long as its values are in use, and no longer.
    ///
    /// - Parameter text: the bytes; they are copied.
    /// - Returns: the document.
    /// - Throws: the first fault, with its byte position.
    public func parse(_ text: UnsafeRawBufferPointer) throws(JSONError) -> JSONDocument {
        let document: JSONDocument
        if let reusable = takeUnshared() {
            document = reusable
        } else {
            document = try JSONDocument(limits: limits)
            last = document
        }
        try document.parse(text, limits: limits)
        return document
    }

    /// Parses a text held in a string.
    ///
    /// - Parameter text: one JSON value.
    /// - Returns: the document.
    /// - Throws: the first fault, with its byte position.
    public func parse(_ text: String) throws(JSONError) -> JSONDocument {
        try parse(Array(text.utf8))
    }

    /// Parses a text held in an array.
    ///
    /// - Parameter text: one JSON value in UTF-8.
    /// - Returns: the document.
    /// - Throws: the first fault, with its byte position.
    public func parse(_ text: [UInt8]) throws(JSONError) -> JSONDocument {
        let result: Result<JSONDocument, JSONError> = text.withUnsafeBytes { bytes in
            do throws(JSONError) { return .success(try parse(bytes)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private func takeUnshared() -> JSONDocument? {
        if last != nil, isKnownUniquelyReferenced(&last) { return last }
        swap(&last, &spare)
        guard last != nil, isKnownUniquelyReferenced(&last) else { return nil }
        return last
    }
}

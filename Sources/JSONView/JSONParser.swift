internal import Synchronization

/// Turns texts into documents, one after the other, using memory again where it can.
public final class JSONParser {
    /// What the parser accepts.
    public let limits: JSONLimits
    /// How many documents are used again.
    private let kept: Int
    /// Documents that texts were parsed into; those in use are tried again when it is their turn.
    private var documents: [JSONDocument] = []
    /// The document that the next text is parsed into, where nobody holds it.
    private var turn = 0

    /// Makes a parser with limits.
    ///
    /// - Parameters:
    ///   - limits: what it accepts.
    ///   - kept: how many documents are used again. Who looks at one event until the next comes holds the last one while a
    ///     new text is parsed, so two; who hands events on to another thread holds more.
    public init(limits: JSONLimits = JSONLimits(), kept: Int = 2) {
        self.limits = limits
        self.kept = max(1, kept)
    }

    /// Parses one JSON text (RFC 8259), validating all of it.
    ///
    /// Documents are parsed into again when nobody holds them any more; so keep a document for as long as its values are in
    /// use, and no longer.
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
            keep(document)
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
        // The one that was used last is in the nearest memory. Where it is held, so are the next ones, but for those that
        // were handed out longest ago.
        for _ in 0..<min(documents.count, 3) {
            if isKnownUniquelyReferenced(&documents[turn]) {
                // Another thread may have let go of it: what that thread read was read before this one writes.
                atomicMemoryFence(ordering: .acquiring)
                return documents[turn]
            }
            turn = turn + 1 < documents.count ? turn + 1 : 0
        }
        return nil
    }

    /// Keeps a document for later texts, in place of one that is held where there are enough.
    private func keep(_ document: JSONDocument) {
        if documents.count < kept {
            documents.insert(document, at: turn)
        } else {
            documents[turn] = document
        }
    }
}

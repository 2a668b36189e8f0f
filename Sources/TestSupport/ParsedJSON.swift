package import JSONView

/// Parses a text and shows its outermost value for as long as the document lives.
///
/// - Parameters:
///   - text: one JSON value.
///   - body: looks at the value, and must not keep it.
/// - Returns: what `body` returned.
/// - Throws: the text's first fault, or what `body` threw.
@discardableResult
package func withJSON<Result>(_ text: String, _ body: (JSONValue) throws -> Result) throws -> Result {
    let document = try JSONParser().parse(text)
    // A value does not keep its document: the compiler may let go of it right after `root`.
    return try withExtendedLifetime(document) { try body(document.root) }
}

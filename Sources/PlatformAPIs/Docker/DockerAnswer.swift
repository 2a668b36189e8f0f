import JSONView

/// Reads a JSON answer of the engine.
///
/// - Parameters:
///   - body: the answer.
///   - request: what was asked, for the error.
///   - limit: the largest answer that is read.
///   - read: takes what it needs; the values live no longer than the call.
/// - Returns: what was taken.
/// - Throws: `DockerError.malformed`.
func reading<Taken>(
    _ body: [UInt8], of request: String, limit: Int = 16 << 20, _ read: (JSONValue) -> Taken
) throws(DockerError) -> Taken {
    do throws(JSONError) {
        let document = try JSONParser(limits: JSONLimits(size: limit)).parse(body)
        return withExtendedLifetime(document) { read(document.root) }
    } catch {
        throw .malformed(request: request, "\(error)")
    }
}

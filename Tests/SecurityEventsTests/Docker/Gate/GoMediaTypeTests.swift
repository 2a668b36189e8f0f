import SecurityEvents
import Testing

@Suite("Content types as Go reads them")
struct GoMediaTypeTests {
    /// Expected by the source of Go's `mime.ParseMediaType` and its own tests.
    static let types: [(header: String?, type: GoMediaType)] = [
        (nil, .absent), ("", .absent),
        ("application/json", .type("application/json")),
        ("Application/JSON ; charset=utf-8", .type("application/json")),
        ("\tapplication/json", .type("application/json")),
        ("application/json;", .type("application/json")),
        ("application/json; ", .type("application/json")),
        ("application/json; charset=\"a;b\"", .type("application/json")),
        ("application/json; charset=\"a\\\"b\"", .type("application/json")),
        ("application/json; a", .faulty("application/json")),
        ("application/json; a=", .faulty("application/json")),
        ("application/json; a=1; a=1", .faulty("application/json")),
        ("application/json; charset=\"a", .faulty("application/json")),
        ("application/json, text/plain", .invalid),
        ("application json", .invalid), ("application/", .invalid), ("/json", .invalid),
        ("application/json/x", .invalid), ("appl\u{130}cation/json", .invalid),
        ("text", .type("text")),
        ("application/x-www-form-urlencoded; a", .faulty("application/x-www-form-urlencoded")),
    ]

    @Test("a header is read as Go reads it", arguments: types)
    func reads(header: String?, type: GoMediaType) { #expect(GoMediaType(header) == type) }

    @Test("a form counts as one also where its parameters are faulty")
    func forms() {
        #expect(GoMediaType("application/x-www-form-urlencoded; a").isForm)
        #expect(!GoMediaType("application/json").isForm)
    }
}

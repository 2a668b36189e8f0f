import JSONView
import Testing

@Suite("Finding the string that a text stands in")
struct JSONValueHoldingTests {
    @Test("a text leads back to its string, wherever it stands")
    func found() throws {
        let document = try JSONParser().parse(
            #"{"n":[1,2.5,-3,12345678901234567890123],"a":{"b":["x","hello world"]},"c":""}"#)
        try withExtendedLifetime(document) {
            let value = try #require(document.root["a"]?["b"]?[1])
            let text = try #require(value.text)
            #expect(document.root.string(holding: text)?.index == value.index)
            #expect(document.root.string(holding: text.dropFirst(6))?.index == value.index)
            #expect(value.string(holding: text)?.index == value.index)
            let empty = try #require(document.root["c"])
            #expect(document.root.string(holding: try #require(empty.text))?.index == empty.index)
        }
    }

    @Test("a text from elsewhere is not found, however equal")
    func elsewhere() throws {
        let (one, other) = (try JSONParser().parse(#"{"a":"x"}"#), try JSONParser().parse(#"{"a":"x"}"#))
        try withExtendedLifetime((one, other)) {
            let text = try #require(other.root["a"]?.text)
            #expect(one.root.string(holding: text) == nil)
            #expect(one.root["a"]?.string(holding: try #require(one.root.members.first { _ in true }?.key)) == nil)
        }
    }
}

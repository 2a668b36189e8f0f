import DockerGate
import JSONView
import Testing

@Suite("The answer of the plugin")
struct PluginAnswerTests {
    @Test("A refusal carries its message whatever stands in it, and never Err")
    func refusal() throws {
        let answer = PluginAnswer.denied("a \"quoted\"\nline \u{1B}[31m and \\")
        let document = try JSONParser().parse(answer.json)
        withExtendedLifetime(document) {
            #expect(document.root["Allow"]?.bool == false)
            #expect(document.root["Msg"]?.string == answer.message)
            #expect(document.root.count == 2)
        }
    }

    @Test("A call that is let through is answered with Allow alone")
    func allowed() { #expect(PluginAnswer.allowed.json == Array(#"{"Allow":true}"#.utf8)) }
}

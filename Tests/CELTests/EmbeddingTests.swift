import CEL
import Foundation
import JSONView
import Testing

@Suite("Embedding")
struct EmbeddingTests {
    private func example(_ bytes: [UInt8]) throws -> Bool? {
        // The documentation's example begins here.
        let environment = Environment(variables: [Variable("object", .dyn)])
        let checked = try environment.compile(
            "object.spec.replicas <= 5 && object.metadata.name.startsWith('shop-')")
        let program = environment.program(checked)

        let evaluator = Evaluator()  // one for each thread, used again and again
        let document = try JSONParser().parse(bytes)
        let truth = withExtendedLifetime(document) {
            program.matches(JSONActivation(document.root), using: evaluator)
        }  // nil: the reason is in evaluator.failure
        // It ends here.
        return truth
    }

    @Test("The example of the documentation does what it says")
    func works() throws {
        func answer(_ json: String) throws -> Bool? { try example(Array(json.utf8)) }
        #expect(try answer(#"{"metadata": {"name": "shop-web"}, "spec": {"replicas": 3}}"#) == true)
        #expect(try answer(#"{"metadata": {"name": "shop-web"}, "spec": {"replicas": 6}}"#) == false)
        #expect(try answer(#"{"metadata": {"name": "shop-web"}}"#) == nil)
    }

    @Test("The example of the documentation is the one that is compiled here")
    func isTheDocumented() throws {
        func code(_ text: Substring) -> String {
            text.split(separator: "\n").map { $0.components(separatedBy: "  //")[0] }.joined().filter {
                !$0.isWhitespace
            }
        }
        let here = URL(filePath: #filePath)
        let source = try String(contentsOf: here, encoding: .utf8)
        let page = try String(
            contentsOf: here.appending(path: "../../../Sources/CEL/CEL.docc/Embedding.md").standardized, encoding: .utf8
        )
        let compiled = try #require(source.components(separatedBy: "begins here.\n").dropFirst().first)
        let documented = try #require(page.components(separatedBy: "```swift\n").dropFirst().first)
        let end = try #require(compiled.range(of: "        // It ends"))
        let close = try #require(documented.range(of: "```"))
        #expect(
            "importCELimportJSONView" + code(compiled[..<end.lowerBound]) == code(documented[..<close.lowerBound]))
    }
}

import Testing

@testable import Rules

@Suite("Message templates")
struct MessageTemplateTests {
    @Test("Text and expressions are told apart, braces within expressions and strings included")
    func pieces() throws {
        let pieces = try MessageTemplate.pieces(of: #"a {x.y} {{b}} {z.map(k, {'}': k})}"#)
        #expect(
            pieces == [
                .text("a "), .expression("x.y", offset: 3), .text(" {b} "),
                .expression("z.map(k, {'}': k})", offset: 15),
            ])
    }

    @Test("A brace that nothing ends is a fault at its place")
    func open() {
        #expect(throws: MessageTemplate.Fault.self) { try MessageTemplate.pieces(of: "a {b") }
    }
}

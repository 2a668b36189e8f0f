import ArgumentParser
import Testing

@testable import TallymanCommands

@Suite("tallyman rules")
struct RulesCommandTests {
    @Test(
        "Arguments that make no sense are refused",
        arguments: [
            ["test"], ["convert", "--to", "vap"], ["convert", "x"], ["explain", "x"],
            ["coverage", "--ledger", "a", "--findings", "b"],
        ])
    func refused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try TallymanCommand.parseAsRoot(["rules"] + arguments) }
    }

    @Test(
        "An event is a file, or a file and a line",
        arguments: [
            ("a.log", "a.log", nil), ("a.log:7", "a.log", 7), ("a:b", "a:b", nil), ("-", "-", nil), ("a:0", "a:0", nil),
        ] as [(String, String, Int?)])
    func place(_ text: String, _ path: String, _ line: Int?) {
        let place = RulesExplainCommand.place(text)
        #expect(place.path == path && place.line == line)
    }
}

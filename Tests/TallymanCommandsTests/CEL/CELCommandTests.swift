import ArgumentParser
import Testing

@testable import TallymanCommands

@Suite("Expressions on the command line")
struct CELCommandTests {
    @Test(
        "An expression or a file of cases is given, and variables have names and files",
        arguments: [
            ["cel", "eval"], ["cel", "eval", "1", "--batch", "cases.jsonl"], ["cel", "check"],
            ["cel", "eval", "1", "--var", "x"], ["cel", "eval", "1", "--dialect", "sql"],
        ])
    func refused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try TallymanCommand.parseAsRoot(arguments) }
    }

    @Test("What is well said is taken")
    func accepted() throws {
        let command = try TallymanCommand.parseAsRoot(["cel", "eval", "1 + 1", "--cost", "--var", "a=b.json"])
        #expect((command as? CELEvalCommand)?.options.variables == ["a=b.json"])
    }
}

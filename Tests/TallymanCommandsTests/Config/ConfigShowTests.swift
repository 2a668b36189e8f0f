import ArgumentParser
import Testing

@testable import TallymanCommands

@Suite("tallyman config show")
struct ConfigShowTests {
    @Test(
        "The file is named as config check takes it, or by --config", arguments: [["a.yaml"], ["--config", "a.yaml"]])
    func names(_ arguments: [String]) throws {
        let command = try ConfigShowCommand.parse(arguments + ["--set"])
        #expect(command.file ?? command.options.config == "a.yaml")
    }

    @Test("A file that is named twice is refused")
    func twice() {
        #expect(throws: (any Error).self) { try ConfigShowCommand.parse(["a.yaml", "--config", "b.yaml"]) }
    }
}

import ArgumentParser
import Reports
import SecurityEvents
import Testing

@testable import TallymanCommands

@Suite("tallyman check")
struct CheckCommandTests {
    @Test(
        "Arguments that make no sense are refused",
        arguments: [[], ["-", "-"], ["--set", "x", "a"], ["--format", "xml", "a"]])
    func refused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try TallymanCommand.parseAsRoot(["check"] + arguments) }
    }

    @Test("A command line alone is enough")
    func commandLine() throws {
        let command = try #require(
            try TallymanCommand.parseAsRoot(["check", "--docker-run", "docker run a", "--format", "sarif"])
                as? CheckCommand)
        #expect(command.dockerRun == ["docker run a"] && command.format == .sarif && command.failOn == .medium)
    }
}

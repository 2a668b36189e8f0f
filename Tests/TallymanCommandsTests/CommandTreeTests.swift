import ArgumentParser
import SecurityEvents
import Testing

@testable import TallymanCommands

@Suite("The command line")
struct CommandTreeTests {
    /// Every command of the tree, with its words.
    static let commands: [(words: [String], type: any ParsableCommand.Type)] = collect([], TallymanCommand.self)

    static func collect(
        _ words: [String], _ type: any ParsableCommand.Type
    ) -> [(words: [String], type: any ParsableCommand.Type)] {
        [(words, type)]
            + type.configuration.subcommands.flatMap { collect(words + [$0.configuration.commandName ?? ""], $0) }
    }

    @Test("Every command has a name and one sentence; those that do something have examples")
    func help() {
        for (words, type) in Self.commands {
            #expect(type.configuration.commandName?.isEmpty == false)
            #expect(type.configuration.abstract.hasSuffix("."), "\(words)")
            if type.configuration.subcommands.isEmpty {
                #expect(type.configuration.discussion.contains("Examples:"), "\(words)")
            }
        }
    }

    @Test(
        "Bad arguments are refused, not guessed",
        arguments: [
            ["hunt"], ["hunt", "-", "-"], ["hunt", "--level", "severe", "x"], ["hunt", "--since", "yesterday", "x"],
            ["serve", "--no-docker", "--docker", "unix:///x"], ["config", "check", "a", "b"], ["ledger", "verify"],
            ["nonsense"], ["rules", "show"],
        ])
    func refused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try TallymanCommand.parseAsRoot(arguments) }
    }

    @Test("Exit statuses are those that the documents promise")
    func statuses() {
        #expect(ExitStatus.clean.rawValue == 0)
        #expect(ExitStatus.findings.rawValue == 1)
        #expect(ExitStatus.couldNotWork.rawValue == 2)
    }

    @Test("A moment is RFC 3339, a date, or how long ago")
    func moments() throws {
        #expect(Moment(argument: "2026-11-23T10:00:00Z")?.timestamp == Timestamp(seconds: 1_795_428_000))
        #expect(Moment(argument: "2026-11-23")?.timestamp == Timestamp(seconds: 1_795_392_000))
        let hour = try #require(Moment(argument: "1h")).timestamp.nanoseconds
        let day = try #require(Moment(argument: "1d")).timestamp.nanoseconds
        #expect(abs(hour - day - 23 * 3_600_000_000_000) < 10_000_000_000)
        for bad in ["", "h", "-1h", "99999999999999999999d", "9223372036854775807d", "2026-13-01", "now"] {
            #expect(Moment(argument: bad) == nil, "\(bad)")
        }
    }

    @Test("Completion scripts are made for every shell", arguments: CompletionCommand.Shell.allCases)
    func completion(_ shell: CompletionCommand.Shell) {
        #expect(TallymanCommand.completionScript(for: shell.completion).contains("hunt"))
    }
}

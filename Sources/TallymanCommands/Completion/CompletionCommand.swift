import ArgumentParser

/// `tallyman completion SHELL`.
struct CompletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print a completion script for a shell.",
        discussion: """
            Examples:
              tallyman completion bash > /etc/bash_completion.d/tallyman
              tallyman completion zsh > "${fpath[1]}/_tallyman"
              tallyman completion fish > ~/.config/fish/completions/tallyman.fish
            """)

    /// The shells that completion is known for.
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish

        var completion: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    @Argument(help: "The shell: bash, zsh or fish.")
    var shell: Shell

    func run() throws {
        Terminal.standardOutput.write(TallymanCommand.completionScript(for: shell.completion) + "\n")
    }
}

import Foundation
import PackagePlugin

/// Packs the shipped rules and lists of `rules/` into one Swift source, so that the one binary runs from anywhere.
@main
struct EmbedRules: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) async throws -> [Command] {
        let rules = context.package.directoryURL.appending(path: "rules").resolvingSymlinksInPath()
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedArchive.swift")
        // An input that every run changes, so that the tool runs with every build: rules added since the build was
        // planned would go unnoticed otherwise. It takes milliseconds and writes the source only when it changes.
        let clock = context.pluginWorkDirectoryURL.appending(path: "last-run")
        try Data().write(to: clock)
        return [
            .buildCommand(
                displayName: "Embedding the shipped rules",
                executable: try context.tool(named: "EmbedRulesTool").url,
                arguments: [rules.path, output.path, clock.path],
                inputFiles: [clock],
                outputFiles: [output])
        ]
    }
}

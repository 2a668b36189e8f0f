import Agent
import ArgumentParser
import Reports

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which configuration file is read.
struct ConfigOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The configuration file. Default: \(ConfigLoader.fileVariable), then \(ConfigReference.usualFile) where it exists.",
            valueName: "file"),
        completion: .file())
    var config: String?

    /// Puts the configuration together, saying on standard error what is wrong.
    ///
    /// - Parameter arguments: what the command line sets.
    /// - Returns: what is in force, and the file that was read; nil for none.
    /// - Throws: ``ExitStatus/couldNotWork`` where something is wrong.
    func load(_ arguments: [ConfigArgument] = []) throws -> (effective: EffectiveConfiguration, file: String?) {
        let path = try file()
        do throws(ConfigFaults) {
            let text = try path.map { path throws(ConfigFaults) in (name: path, text: try ConfigFile.read(path)) }
            let (effective, warnings) = try ConfigLoader.load(
                file: text, environment: ProcessEnvironment.all, arguments: arguments)
            Self.explain(warnings.map { "\($0)" })
            return (effective, path)
        } catch {
            Self.explain(error.diagnostics.map { "\($0)" })
            throw ExitStatus.couldNotWork
        }
    }

    /// The file that is to be read; nil for none.
    private func file() throws -> String? {
        if let config { return config }
        if let named = ProcessEnvironment.value(ConfigLoader.fileVariable) { return named }
        return access(ConfigReference.usualFile, F_OK) == 0 ? ConfigReference.usualFile : nil
    }

    static func explain(_ lines: [String]) {
        for line in lines { Terminal.standardError.write("\(visible(line))\n") }
    }
}

internal import EventSources
internal import PlatformAPIs

/// Finds the Docker engine.
enum DockerOpener: SourceOpener {
    static let name = "docker"

    static func open(_ setting: SourceSetting) throws -> SourceOutcome {
        let section = setting.values.docker
        guard section.use != .never else { return .off("sources.docker.use is never") }
        // A named engine has to be there.
        let isRequired = section.use == .always || setting.configuration.origin(of: "sources.docker.host") != .usual
        do throws(DockerError) {
            let socket = try DockerSocket(host: section.host ?? setting.environment("DOCKER_HOST"))
            if let obstacle = socket.obstacle(), !(isRequired && section.waitForEngine) { throw obstacle }
            let engine = DockerEngine(socket: socket)
            var options = section.options
            // Found or not, it may go away later; one that has to be there is waited for only where that was said.
            options.resume(at: setting.places[engine.path])
            options.positions = setting.positions
            let source = LiveDocker(engine: engine, options: options)
            return .followed([source], "\(socket)") { await engine.shutdown() }
        } catch {
            guard !isRequired else { throw SourceUnusable(name: name, reason: "\(error)") }
            return .notFound("\(error)")
        }
    }
}

package import EventSources
package import PlatformAPIs

/// How a Docker engine is followed.
package typealias DockerSourceOptions = LiveDocker<DockerEngine>.Options

/// The Docker engine.
package struct DockerSection: ConfigSection {
    package var use = SourceUse.auto
    package var host: String?
    package var waitForEngine = false
    package var inspections = DockerSourceOptions().inspections
    package var waitingInspections = DockerSourceOptions().waitingInspections
    package var waiting = DockerSourceOptions().waitingBytes

    package init() {}

    package static let path = "sources.docker"
    package static let summary = "The Docker engine: its events, and an inspection of every container."
    package static let keys: [ConfigKey<Self>] = [
        .choice("use", \.use, "Whether the engine is followed: where it is there, always (or not start), or never."),
        .text("host", \.host, "The engine, unix:///path. Default: DOCKER_HOST, then unix:///var/run/docker.sock."),
        .flag(
            "waitForEngine", \.waitForEngine, "Whether to wait for an engine that is not there yet (with use: always)."),
        .number("inspections", \.inspections, 1...256, "How many containers are inspected at the same time."),
        .number(
            "waitingInspections", \.waitingInspections, 1...1_000_000,
            "How many containers may wait for their inspection. Past it a gap is recorded for each."),
        .size(
            "waiting", \.waiting, 1 << 20...4 << 30,
            "How many bytes of events may wait to be judged. Past it events are dropped and a gap is recorded with their "
                + "number, as the engine itself would drop them silently."),
    ]

    /// The source's options.
    package var options: DockerSourceOptions {
        var options = DockerSourceOptions()
        options.waitsForEngine = waitForEngine
        options.inspections = inspections
        options.waitingInspections = waitingInspections
        options.waitingBytes = waiting
        return options
    }
}

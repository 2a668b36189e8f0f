/// How the agent stops.
package struct ShutdownSection: ConfigSection {
    package var deadline = Duration.seconds(20)

    package init() {}

    package static let path = "shutdown"
    package static let summary =
        "How the agent stops on SIGTERM and SIGINT: sources end, what waits is judged, the ledger is closed."
    package static let keys: [ConfigKey<Self>] = [
        .duration(
            "deadline", \.deadline, .milliseconds(100) ... .seconds(3600),
            "How long that may take. Past it what waits is left (a followed file is read on from there at the next start), and "
                + "what was judged is kept. A second signal ends at once.")
    ]
}

/// What waits between the sources and the judge.
package struct QueueSection: ConfigSection {
    package var size = 32 << 20

    package init() {}

    package static let path = "queue"
    package static let summary = "What waits between the sources and the judge."
    package static let keys: [ConfigKey<Self>] = [
        .size(
            "size", \.size, 64 << 10...4 << 30,
            "How many bytes of records may wait to be judged. Past it sources wait: files are read later, API servers are told "
                + "to come again, and what the Docker engine says meanwhile waits in sources.docker.waiting.")
    ]
}

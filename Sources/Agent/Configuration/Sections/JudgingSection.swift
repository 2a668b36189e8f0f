package import Detection
package import SecurityEvents

/// What findings are made, and how much is remembered for them.
package struct JudgingSection: ConfigSection {
    package var level = Level.low
    package var workloads = DetectorOptions().workloads
    package var groups = DetectorOptions().groups
    package var groupEvents = DetectorOptions().groupEvents
    package var aggregatedEvents = DetectorOptions().aggregatedEvents

    package init() {}

    package static let path = "judging"
    package static let summary = "What findings are made, and how much is remembered for them."
    package static let keys: [ConfigKey<Self>] = [
        .choice("level", \.level, "Findings below are left out."),
        .number(
            "workloads", \.workloads, 1...1_000_000_000,
            "How many workloads are remembered, to know later who deployed them, and in proportion findings, rights and "
                + "shapes; each takes about 1 kB. Past it the oldest are forgotten and counted (tallyman_forgotten_total)."
        ),
        .number(
            "groups", \.groups, 1...10_000_000,
            "How many groups one aggregation keeps apart. Past it the one that was quiet for longest is forgotten and counted."
        ),
        .number(
            "groupEvents", \.groupEvents, 1...10_000_000,
            "How many events of one group are remembered. Past it its oldest are forgotten and counted."),
        .number(
            "aggregatedEvents", \.aggregatedEvents, 1...100_000_000,
            "How many events all aggregations remember together. Past it a group that gets one more forgets its oldest, which "
                + "is counted."),
    ]

    /// The detector's limits.
    package var detector: DetectorOptions {
        var options = DetectorOptions(workloads: workloads)
        options.groups = groups
        options.groupEvents = groupEvents
        options.aggregatedEvents = aggregatedEvents
        return options
    }
}

package import Ledger

/// Where deployments, findings and gaps are kept.
package struct LedgerSection: ConfigSection {
    package var file: String?
    package var batch = LedgerWriter.Limits().entries
    package var delay = LedgerWriter.Limits().delay
    package var waiting = LedgerWriter.Limits().waiting
    package var patience = LedgerWriter.Limits().patience

    package init() {}

    package static let path = "ledger"
    package static let summary = "Where deployments, findings and gaps are kept, with how far each source was read."
    package static let keys: [ConfigKey<Self>] = [
        .path("file", \.file, "The ledger, which is made where there is none; nothing is kept unless given."),
        .number("batch", \.batch, 1...100_000, "How many entries are appended at once."),
        .duration(
            "delay", \.delay, .milliseconds(1) ... .seconds(60),
            "How long an entry waits for others before it is appended."),
        .number(
            "waiting", \.waiting, 100...10_000_000,
            "How many entries may wait for the disk; an entry takes about 2 kB. Past it a slow disk slows the sources; of a "
                + "full or broken one entries are left out, counted, and recorded as a gap when it takes entries again."
        ),
        .duration(
            "patience", \.patience, .milliseconds(100) ... .seconds(600),
            "How long the disk may take for a batch before it counts as broken, so that judging goes on without it."),
    ]

    /// The writer's limits.
    package var limits: LedgerWriter.Limits {
        LedgerWriter.Limits(entries: batch, delay: delay, waiting: max(waiting, batch), patience: patience)
    }
}

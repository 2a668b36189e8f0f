/// The Docker engine's log in the systemd journal.
package struct JournalSection: ConfigSection {
    package var use = SourceUse.never

    package init() {}

    package static let path = "sources.journal"
    package static let summary = "The Docker engine's log in the systemd journal (docker.service), read by journalctl."
    package static let keys: [ConfigKey<Self>] = [
        .choice("use", \.use, "Whether it is followed. With auto it is where journalctl is installed.")
    ]
}

internal import EventSources

/// Finds the Docker engine's log in the systemd journal.
enum JournalOpener: SourceOpener {
    static let name = "journal"
    private static let programs = ["/usr/bin/journalctl", "/bin/journalctl"]

    static func open(_ setting: SourceSetting) throws -> SourceOutcome {
        let section = setting.values.journal
        guard section.use != .never else { return .off("sources.journal.use is never") }
        guard programs.contains(where: setting.exists) else {
            guard section.use != .always else {
                throw SourceUnusable(name: name, reason: "journalctl is not installed (package systemd)")
            }
            return .notFound("no journalctl")
        }
        let journal = SystemJournal.own
        let source = EngineJournal(
            journal, positions: setting.positions, place: setting.places[EngineJournal<SystemJournal>.usualName])
        return .followed([source], source.name)
    }
}

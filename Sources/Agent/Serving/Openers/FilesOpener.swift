internal import EventSources
internal import LogLines

/// Finds the logs that are named, or a Kubernetes audit log in its usual places.
enum FilesOpener: SourceOpener {
    static let name = "files"

    static func open(_ setting: SourceSetting) throws -> SourceOutcome {
        let section = setting.values.files
        guard section.use != .never else { return .off("sources.files.use is never") }
        var paths = section.paths
        if paths.isEmpty, section.use == .auto, !setting.namesSources {
            paths = FilesSection.usualAuditLogs.filter(setting.exists)
            guard !paths.isEmpty else {
                return .notFound("no audit log in " + FilesSection.usualAuditLogs.joined(separator: ", "))
            }
        }
        guard !paths.isEmpty else {
            guard section.use != .always else {
                throw SourceUnusable(
                    name: name, reason: "sources.files.use is always, and sources.files.paths names none")
            }
            return .off("none is named")
        }
        // A ledger keeps places together with what was read; a file of positions is for those who have none.
        let keepsPlaces = setting.values.ledger.file != nil && section.positions == nil
        let positions = setting.positions
        let sources = paths.map { path in
            FollowedFile(
                path: path, from: section.from == .start ? .beginning : .end, positions: positions,
                place: keepsPlaces ? setting.places[path] : nil,
                open: keepsPlaces ? setting.places[FollowedFile.openCalls(of: path)] : nil, tellsPlaces: keepsPlaces)
        }
        return .followed(sources, paths.joined(separator: ", "))
    }
}

internal import EventSources

/// Makes the receiver of Kubernetes audit events, where somebody said where it listens.
enum AuditWebhookOpener: SourceOpener {
    static let name = "auditWebhook"

    static func open(_ setting: SourceSetting) throws -> SourceOutcome {
        guard let options = setting.values.auditWebhook.options else {
            return .off("sources.auditWebhook.listen is not set")
        }
        let source = AuditWebhook(options)
        return .followed([source], source.name)
    }
}

internal import Admission
internal import JSONView
internal import SecurityEvents

/// Keeps the gate's own webhook configuration from those who would take it away.
///
/// An API server asks webhooks about webhook configurations only where they stand in a static manifest; elsewhere this
/// never speaks.
enum Guard {
    static func objection(
        to event: borrowing Event, options: KubernetesGateService.Options
    ) -> ReviewRequest.Objection? {
        guard event.target.apiGroup.map({ $0 == "admissionregistration.k8s.io" }) ?? false,
            event.action == .modify || event.action == .delete, let name = event.target.name.map({ String($0) }),
            options.guarded.contains(name)
        else { return nil }
        let user = event.actor.user.map { String($0) } ?? ""
        guard !options.guardians.contains(user) else { return nil }
        return ReviewRequest.Objection(
            rule: "gate/own-configuration", level: .critical,
            message: "\(user) would change or remove the gate's own configuration \(name); an exemption lets it through"
        )
    }
}

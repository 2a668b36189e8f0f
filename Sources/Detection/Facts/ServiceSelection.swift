import JSONView
import Rules
import SecurityEvents

/// Finds the workload that a Service leads to.
enum ServiceSelection {
    /// The newest of some workloads whose template labels have all of a Service's selector.
    static func find(for event: UnsafePointer<Event>, among latest: [Deployment]) -> Deployment? {
        guard event.pointee.target.resource.map({ $0 == "services" }) ?? false,
            let selector = event.pointee.object?["spec"]?["selector"] ?? event.pointee.response?["spec"]?["selector"],
            selector.kind == .object, selector.count > 0
        else { return nil }
        let namespace = DeploymentMemory.Identity(event).namespace
        return latest.last { deployment in
            deployment.namespace.withText { $0 == namespace }
                && selector.members.prefix(64).allSatisfy { label in
                    guard let wanted = label.value.text else { return false }
                    return deployment.templateLabels.withText(label.key) { $0 == wanted }
                }
        }
    }
}

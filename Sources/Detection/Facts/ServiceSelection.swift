import JSONView
import SecurityEvents

/// Finds the workload that a Service leads to.
enum ServiceSelection {
    /// The newest of some workloads whose template labels have all of a Service's selector.
    static func find(for event: Event, among latest: [Deployment]) -> Deployment? {
        guard event.target.resource.map({ $0 == "services" }) ?? false,
            let selector = event.object?["spec"]?["selector"] ?? event.response?["spec"]?["selector"],
            selector.kind == .object, selector.count > 0
        else { return nil }
        let namespace = DeploymentMemory.Identity(event).namespace
        let wanted = selector.members.prefix(64).map { (String(copying: $0.key), $0.value.string) }
        return latest.last { deployment in
            deployment.namespace == namespace
                && wanted.allSatisfy { key, value in value != nil && deployment.templateLabels[key] == value }
        }
    }
}

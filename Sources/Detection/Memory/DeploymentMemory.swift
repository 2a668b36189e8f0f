import JSONView
import Rules
import SecurityEvents

/// The workloads seen so far, and who made them.
struct DeploymentMemory {
    private var byKey: BoundedMap<Fingerprint, Deployment>
    private static let chainLimit = 8

    init(limit: Int) {
        // Each is found by its identifier and by its name.
        byKey = BoundedMap(capacity: limit * 2)
    }

    var forgotten: Int { byKey.forgotten }

    /// The workload that an event touches, where it was seen.
    mutating func find(_ event: borrowing Event) -> Deployment? {
        if let uid = event.workload?.uid ?? event.target.uid, let found = byKey[WorkloadKey.uid(uid)] { return found }
        let identity = Identity(event)
        if event.source.platform == .docker {
            for container in event.containers {
                if let id = container.id, let found = byKey[WorkloadKey.uid(id)] { return found }
            }
            if let found = byKey[WorkloadKey.uid(identity.name)] { return found }
            if identity.name.utf8.count > 12, let found = byKey[WorkloadKey.uid(String(identity.name.prefix(12)))] {
                return found
            }
        }
        guard !identity.name.isEmpty else { return nil }
        return byKey[WorkloadKey.name(event.source.platform, identity.namespace, identity.kind, identity.name)]
    }

    /// A workload by the reference of what it owns.
    mutating func find(_ owner: OwnerReference, in namespace: String, on platform: Platform) -> Deployment? {
        if !owner.uid.isEmpty, let found = byKey[WorkloadKey.uid(owner.uid)] { return found }
        return byKey[WorkloadKey.name(platform, namespace, owner.kind, owner.name)]
    }

    /// The topmost owner that is known: seen itself, or only named by what it owns.
    mutating func top(of owner: OwnerReference, in namespace: String, on platform: Platform) -> (
        reference: OwnerReference, seen: Deployment?
    ) {
        var reference = owner
        var seen = find(owner, in: namespace, on: platform)
        for _ in 0..<Self.chainLimit {
            guard let next = seen?.owner else { break }
            reference = next
            guard let above = find(next, in: namespace, on: platform) else {
                seen = nil
                break
            }
            seen = above
        }
        return (reference, seen)
    }

    /// Who created a workload, or what stands above it.
    mutating func deployer(of deployment: Deployment) -> (effective: String, proved: String) {
        var at = deployment
        for _ in 0..<Self.chainLimit {
            guard let owner = at.owner, let above = find(owner, in: at.namespace, on: at.platform) else { break }
            at = above
        }
        if at.creatorIsSystem { return (at.person, at.person) }
        return (at.creator, at.provedCreator)
    }

    /// Remembers a workload under its identifier and its name.
    mutating func keep(_ deployment: Deployment) {
        if !deployment.uid.isEmpty {
            byKey[WorkloadKey.uid(deployment.uid)] = deployment
            if deployment.platform == .docker, deployment.uid.utf8.count > 12 {
                byKey[WorkloadKey.uid(String(deployment.uid.prefix(12)))] = deployment
            }
        }
        guard !deployment.name.isEmpty else { return }
        byKey[
            WorkloadKey.name(deployment.platform, deployment.namespace, deployment.kind, deployment.name)
        ] = deployment
    }

    /// Forgets a workload that is gone.
    mutating func drop(_ deployment: Deployment) {
        if !deployment.uid.isEmpty { byKey[WorkloadKey.uid(deployment.uid)] = nil }
        byKey[WorkloadKey.name(deployment.platform, deployment.namespace, deployment.kind, deployment.name)] = nil
    }

    /// What an event's workload is called.
    struct Identity {
        var kind: String
        var namespace: String
        var name: String
        var uid: String

        init(_ event: borrowing Event) {
            let workload = event.workload
            kind =
                workload.map { $0.kind.map { String(copying: $0) } ?? $0.kindName }
                ?? event.target.resource.map { String(copying: $0) } ?? ""
            namespace = (workload?.namespace ?? event.target.namespace).map { String(copying: $0) } ?? ""
            name = (workload?.name ?? event.target.name).map { String(copying: $0) } ?? ""
            uid = (workload?.uid ?? event.target.uid).map { String(copying: $0) } ?? ""
        }
    }
}

import JSONView
import Rules
import SecurityEvents

/// The workloads seen so far, and who made them.
struct DeploymentMemory {
    private var byKey: BoundedMap<LookupKey, Deployment>
    private static let chainLimit = 8

    init(limit: Int) {
        // Each is found by its identifier and by its name.
        byKey = BoundedMap(capacity: limit * 2)
    }

    var forgotten: Int { byKey.forgotten }

    /// The workload that an event touches, where it was seen.
    mutating func find(_ event: UnsafePointer<Event>) -> Deployment? {
        if let uid = event.pointee.workload?.uid ?? event.pointee.target.uid, let found = byKey[WorkloadKey.uid(uid)] {
            return found
        }
        let identity = Identity(event)
        if event.pointee.source.platform == .docker {
            for container in event.pointee.containers {
                if let id = container.id, let found = byKey[WorkloadKey.uid(id)] { return found }
            }
            if let found = byKey[WorkloadKey.uid(identity.name)] { return found }
            if identity.name.count > 12, let found = byKey[WorkloadKey.uid(identity.name.prefix(12))] { return found }
        }
        guard !identity.name.isEmpty else { return nil }
        return byKey[identity.key(on: event.pointee.source.platform)]
    }

    /// A container of an engine by its name or its identifier, whole or the first twelve digits.
    mutating func find(container reference: JSONText) -> Deployment? {
        if let found = byKey[WorkloadKey.uid(reference)] { return found }
        if reference.count > 12, let found = byKey[WorkloadKey.uid(reference.prefix(12))] { return found }
        return byKey["Container".withText { WorkloadKey.name(.docker, .none, $0, reference) }]
    }

    /// A workload by the reference of what it owns.
    mutating func find(_ owner: OwnerReference, in namespace: JSONText, on platform: Platform) -> Deployment? {
        if !owner.uid.isEmpty, let found = byKey[WorkloadKey.uid(owner.uid)] { return found }
        let key = owner.kind.withText { kind in
            owner.name.withText { WorkloadKey.name(platform, namespace, kind, $0) }
        }
        return byKey[key]
    }

    /// The topmost owner that is known: seen itself, or only named by what it owns.
    mutating func top(of owner: OwnerReference, in namespace: JSONText, on platform: Platform) -> (
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
            guard let owner = at.owner,
                let above = at.namespace.withText({ find(owner, in: $0, on: at.platform) })
            else { break }
            at = above
        }
        if at.creatorIsSystem { return (at.person, at.person) }
        return (at.creator, at.provedCreator)
    }

    /// Remembers a workload under its identifier and its name.
    mutating func keep(_ deployment: Deployment) {
        if !deployment.uid.isEmpty {
            byKey[deployment.keyOfUID] = deployment
            if deployment.platform == .docker, deployment.uid.utf8.count > 12 {
                byKey[WorkloadKey.uid(String(deployment.uid.prefix(12)))] = deployment
            }
        }
        guard !deployment.name.isEmpty else { return }
        byKey[deployment.keyOfName] = deployment
    }

    /// Forgets a workload that is gone.
    mutating func drop(_ deployment: Deployment) {
        if !deployment.uid.isEmpty { byKey[deployment.keyOfUID] = nil }
        byKey[deployment.keyOfName] = nil
    }

    /// What an event's workload is called; views on the event.
    struct Identity {
        /// The kind as the record spells it; nil where only ``kindName`` is known.
        private let kindText: JSONText?
        private let kindName: String
        let namespace: JSONText
        let name: JSONText
        let uid: JSONText

        init(_ event: UnsafePointer<Event>) {
            if case .some = event.pointee.workload {
                kindText = event.pointee.workload?.kind
                kindName = event.pointee.workload?.kindName ?? ""
            } else {
                kindText = event.pointee.target.resource ?? JSONText.none
                kindName = ""
            }
            namespace = event.pointee.workload?.namespace ?? event.pointee.target.namespace ?? .none
            name = event.pointee.workload?.name ?? event.pointee.target.name ?? .none
            uid = event.pointee.workload?.uid ?? event.pointee.target.uid ?? .none
        }

        /// The kind, which lives while the body runs.
        func withKind<Result>(_ body: (JSONText) -> Result) -> Result {
            if let kindText { return body(kindText) }
            return kindName.withText(body)
        }

        /// The key that the workload is found by through its name.
        func key(on platform: Platform, orUID: Bool = false) -> LookupKey {
            withKind { WorkloadKey.name(platform, namespace, $0, orUID && name.isEmpty ? uid : name) }
        }
    }
}

import JSONView
internal import PlatformAPIs
internal import SecurityEvents

extension Event {
    /// Whether the ledger keeps it: everything that brings a container about, enters one, changes or ends one.
    var isKept: Bool {
        switch action {
        case .create, .start, .found, .exec, .attach, .connect: workload != nil || execution != nil
        case .modify: workload != nil || execution != nil || isScaling
        // A request to delete names what it deletes, and has no body that would be a workload.
        case .delete, .stop: workload != nil || isOfWorkload
        case .image: source.platform == .docker
        case .read, .other: false
        }
    }

    private var isScaling: Bool { isOfWorkload && target.subresource.map { $0 == "scale" } ?? false }

    /// Whether it is about something that runs containers, as a path of Kubernetes' API names it.
    private var isOfWorkload: Bool {
        guard source.platform == .kubernetes, let resource = target.resource, resource.count <= 32 else { return false }
        let name = String(resource)
        return name == "pods" || KubernetesResource.workloads.contains { $0.name == name }
    }

    /// What tells it from every other event, so that a log read twice is kept once; nil where nothing in the record does.
    var ledgerKey: String? {
        if source == .kubernetesObject {
            // Seen again after every start; it is the same for as long as nobody changed what it is to be.
            guard let uid = target.uid else { return nil }
            // Made once and gone once, whatever state it was in by then.
            if action == .create || action == .delete { return "\(source.rawValue)/\(String(uid))/\(action.rawValue)" }
            let state = object?["metadata"]?["generation"]?.int64.map { "/\($0)" } ?? ""
            let moment = action == .modify ? time.map { "/\($0.nanoseconds)" } ?? "" : ""
            return "\(source.rawValue)/\(String(uid))/\(action.rawValue)\(state)\(moment)"
        }
        if source == .kubernetesEvent, let identifier {
            // One Event is counted up: each time something happened anew.
            let series = raw["series"]?["count"]
            let count = (series ?? raw["count"])?.int64 ?? 1
            let part = count > 1 ? "/\(count)" : ""
            return "\(source.rawValue)/\(String(identifier))/\(action.rawValue)/\(outcome.rawValue)\(part)"
        }
        if let identifier { return "\(source.rawValue)/\(String(identifier))/\(action.rawValue)/\(outcome.rawValue)" }
        let subject = containers.first?.id ?? workload?.uid ?? target.uid ?? workload?.name ?? target.name
        guard let subject, let time else { return nil }
        // What describes a container describes the same one whether it was just made or found by a later start.
        let isDescription = source == .dockerInspect || source == .containerdContainer
        let what = isDescription && action == .found ? Action.create : action
        return "\(source.rawValue)/\(String(subject))/\(what.rawValue)/\(time.nanoseconds)"
    }
}

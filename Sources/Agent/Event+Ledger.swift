import JSONView
internal import SecurityEvents

extension Event {
    /// Whether the ledger keeps it: everything that brings a container about, enters one, changes or ends one.
    var isKept: Bool {
        switch action {
        case .create, .start, .found, .exec, .attach, .connect, .modify: workload != nil || execution != nil
        case .delete, .stop: workload != nil
        case .image: source.platform == .docker
        case .read, .other: false
        }
    }

    /// What tells it from every other event, so that a log read twice is kept once; nil where nothing in the record does.
    var ledgerKey: String? {
        if source == .kubernetesObject {
            // Seen again after every start; it is the same for as long as nobody changed what it is to be.
            guard let uid = target.uid else { return nil }
            let state = object?["metadata"]?["generation"]?.int64.map { "/\($0)" } ?? ""
            let moment = action == .modify ? time.map { "/\($0.nanoseconds)" } ?? "" : ""
            return "\(source.rawValue)/\(String(uid))/\(action.rawValue)\(state)\(moment)"
        }
        if let identifier { return "\(source.rawValue)/\(String(identifier))/\(action.rawValue)/\(outcome.rawValue)" }
        let subject = containers.first?.id ?? workload?.uid ?? target.uid ?? workload?.name ?? target.name
        guard let subject, let time else { return nil }
        return "\(source.rawValue)/\(String(subject))/\(action.rawValue)/\(time.nanoseconds)"
    }
}

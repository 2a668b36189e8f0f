internal import JSONView
internal import SecurityEvents

/// Finds out why a request that deploys something cannot be judged by what it says.
enum RequestFaults {
    static func all(of event: borrowing Event) -> [Decision.Unjudged] {
        var found: [Decision.Unjudged] = []
        switch event.body {
        case .none, .present: break
        case .missing:
            found.append(.init(.body, "what is asked for must come with a body, and there is none"))
        case .truncated: found.append(.init(.body, "the body was cut"))
        case .oversize: found.append(.init(.body, "the body was too large to be handed on"))
        case .unreadable: found.append(.init(.body, "the body cannot be read"))
        }
        guard event.workload != nil else { return found }
        // A field of a wrong type was taken as absent: whoever runs the thing may take it for something.
        for fault in event.faults.prefix(4) {
            let path = event.path(of: fault.value) ?? "a field"
            found.append(.init(.field, "\(path) must be \(fault.expected)"))
        }
        return found
    }
}

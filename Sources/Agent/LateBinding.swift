import JSONView
internal import SecurityEvents

/// Holds events of containers whose making was not told yet, so that they are judged once more when it is.
///
/// Sources run side by side: an exec may be told before the create that a webhook brings half a minute later, a container
/// before its Pod is listed. Each is judged at once on what is known, and once more, never twice. Bounded in number, bytes
/// and time; what is let go was judged already.
struct LateBinding {
    private struct Held {
        let event: Event
        let cost: Int
        let time: Timestamp?
    }

    /// How many events wait, and how many of one container.
    private static let limit = 1024
    private static let containerLimit = 16
    private static let byteLimit = 16 << 20
    /// How much later, by the events' own times, a making may be told.
    private static let seconds: Int64 = 120
    /// How many makings are remembered.
    private static let memory = 1 << 16

    private var held: [String: [Held]] = [:]
    private var order: [String] = []
    private var oldest = 0
    private var bytes = 0
    /// Sums of names, seeded by the process.
    private var made: Set<Int> = []
    private var madeBefore: Set<Int> = []

    /// How many events wait.
    var count: Int { order.count - oldest }

    /// Takes note of what an event makes.
    ///
    /// - Parameter event: an event that was judged.
    /// - Returns: the events that waited for it, in their order.
    mutating func complete(by event: borrowing Event) -> [Event] {
        guard event.action == .create || event.action == .found, event.workload != nil, event.outcome != .denied,
            event.outcome != .failed, event.outcome != .requested || event.source.platform == .docker
        else { return [] }
        var waiting: [Event] = []
        for key in Self.keys(of: event) {
            if made.count >= Self.memory { (madeBefore, made) = (made, []) }
            made.insert(key.hashValue)
            guard let found = held.removeValue(forKey: key) else { continue }
            bytes -= found.reduce(0) { $0 + $1.cost }
            for one in found where isInTime(one.time, event.time) { waiting.append(one.event) }
        }
        return waiting
    }

    /// Holds an event of something whose making was not told.
    ///
    /// - Parameter event: an event that was judged.
    mutating func hold(_ event: borrowing Event) {
        guard event.outcome != .denied, let key = missing(for: event) else { return }
        let cost = 4096 + 12 * event.document.bytes.count
        guard cost <= Self.byteLimit / 16, held[key, default: []].count < Self.containerLimit else { return }
        held[key, default: []].append(Held(event: copy event, cost: cost, time: event.time))
        order.append(key)
        bytes += cost
        while count > Self.limit || bytes > Self.byteLimit { dropOldest() }
    }

    /// The name of something whose making would say more of an event, and was not told.
    private func missing(for event: borrowing Event) -> String? {
        func isMissing(_ key: String) -> Bool {
            !made.contains(key.hashValue) && !madeBefore.contains(key.hashValue)
        }
        switch event.action {
        case .exec, .attach, .start, .connect:
            if let key = Self.keys(of: event).first, isMissing(key) { return key }
        case .create, .found: break
        default: return nil
        }
        return Self.pod(ofPart: event).flatMap { isMissing($0) ? $0 : nil }
    }

    /// The Pod that an engine's container says it is a part of.
    private static func pod(ofPart event: borrowing Event) -> String? {
        guard event.source.platform == .containerd, event.workload?.kindName == "Pod" else { return nil }
        return event.workload?.uid.flatMap { $0.isEmpty || $0.count > 256 ? nil : "u/\(String($0))" }
    }

    private mutating func dropOldest() {
        guard oldest < order.count else { return }
        let key = order[oldest]
        oldest += 1
        if oldest > Self.limit {
            order.removeFirst(oldest)
            oldest = 0
        }
        guard var waiting = held[key], !waiting.isEmpty else { return }
        bytes -= waiting.removeFirst().cost
        held[key] = waiting.isEmpty ? nil : waiting
    }

    private func isInTime(_ held: Timestamp?, _ now: Timestamp?) -> Bool {
        guard let held, let now else { return true }
        let (passed, overflow) = held.nanoseconds.subtractingReportingOverflow(now.nanoseconds)
        // A container that was found may have been made long ago.
        return !overflow && passed >= -Self.seconds * 1_000_000_000
    }

    /// The names by which an event's container or Pod is known.
    private static func keys(of event: borrowing Event) -> [String] {
        var keys: [String] = []
        switch event.source.platform {
        case .docker, .containerd:
            for text in [event.target.uid, event.containers.first?.id, event.workload?.uid] {
                guard let text, text.count == 64 || event.source.platform == .containerd, text.count <= 256 else {
                    continue
                }
                let key = "c/\(String(text))"
                if !keys.contains(key) { keys.append(key) }
            }
        case .kubernetes:
            guard event.target.resource.map({ $0 == "pods" }) ?? false, let name = event.target.name, name.count <= 256
            else { return [] }
            keys.append("p/\(event.target.namespace.map { String($0.prefix(256)) } ?? "")/\(String(name))")
            if let uid = event.target.uid ?? event.workload?.uid, uid.count <= 256 { keys.append("u/\(String(uid))") }
            // A kubelet's own Pod has another identifier on its node than in the cluster, where only its mirror is.
            let mirror = event.workload?.annotations?["kubernetes.io/config.mirror"]
            if let node = mirror?.text, !node.isEmpty, node.count <= 256 { keys.append("u/\(String(node))") }
        }
        return keys
    }
}

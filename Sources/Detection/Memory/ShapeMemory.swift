import JSONView
import Rules
import SecurityEvents

/// The shapes of workloads deployed lately, to notice many short-lived ones that are alike.
struct ShapeMemory {
    private struct Sighting {
        var workload: LookupKey
        var time: Timestamp
        var isShort: Bool
    }

    private var sightings: BoundedMap<LookupKey, [Sighting]>
    private let recent: Int64
    private static let sightingsLimit = 64

    init(limit: Int, recentSeconds: Int) {
        sightings = BoundedMap(capacity: limit)
        recent = Int64(recentSeconds).multipliedReportingOverflow(by: 1_000_000_000).partialValue
    }

    var forgotten: Int { sightings.forgotten }

    /// Image and command of all containers: what makes two workloads alike.
    static func shape(of event: borrowing Event) -> LookupKey? {
        guard case .some = event.workload, !event.containers.isEmpty else { return nil }
        var shape = LookupKey()
        for position in event.containers.indices {
            if let image = event.containers[position].image?.text { shape.add(image) }
            add(event.containers[position].command, to: &shape)
            add(event.containers[position].args, to: &shape)
            shape.add(7)
        }
        return shape
    }

    private static func add(_ words: JSONValue?, to shape: inout LookupKey) {
        guard let words else { return }
        if let text = words.text { shape.add(text) }
        for word in words.elements { if let text = word.text { shape.add(text) } }
    }

    /// How many short-lived workloads of a shape there were lately, the one at hand included.
    mutating func count(of shape: LookupKey, workload: LookupKey, at time: Timestamp, isShort: Bool) -> Int {
        let known = sightings[shape] ?? []
        let others = known.count { $0.isShort && $0.workload != workload && isRecent($0.time, at: time) }
        return others + (isShort || known.contains { $0.workload == workload && $0.isShort } || others > 0 ? 1 : 0)
    }

    mutating func remember(_ shape: LookupKey, workload: LookupKey, at time: Timestamp, isShort: Bool) {
        var known = (sightings[shape] ?? []).filter { isRecent($0.time, at: time) }
        if let position = known.firstIndex(where: { $0.workload == workload }) {
            known[position].isShort = known[position].isShort || isShort
        } else {
            if known.count >= Self.sightingsLimit { known.removeFirst() }
            known.append(Sighting(workload: workload, time: time, isShort: isShort))
        }
        sightings[shape] = known
    }

    private func isRecent(_ then: Timestamp, at now: Timestamp) -> Bool {
        let (passed, overflow) = now.nanoseconds.subtractingReportingOverflow(then.nanoseconds)
        return !overflow && passed >= -recent && passed <= recent
    }
}

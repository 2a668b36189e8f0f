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

    /// The workloads of one shape: mostly there is one, which needs no memory of its own.
    private struct Sightings {
        private(set) var first: Sighting?
        private(set) var others: [Sighting] = []

        var count: Int { others.count + (first == nil ? 0 : 1) }

        func count(where isCounted: (Sighting) -> Bool) -> Int {
            others.count(where: isCounted) + (first.map(isCounted) ?? false ? 1 : 0)
        }

        /// Forgets those that are not recent any more.
        mutating func keep(where isKept: (Sighting) -> Bool) {
            if !others.isEmpty { others.removeAll { !isKept($0) } }
            if let first, !isKept(first) { self.first = others.isEmpty ? nil : others.removeFirst() }
        }

        /// Notes a workload once, however often it is seen; beyond a limit the oldest is forgotten.
        mutating func add(_ sighting: Sighting, limit: Int) {
            if let first, first.workload == sighting.workload {
                self.first?.isShort = first.isShort || sighting.isShort
            } else if let position = others.firstIndex(where: { $0.workload == sighting.workload }) {
                others[position].isShort = others[position].isShort || sighting.isShort
            } else {
                if count >= limit { first = others.isEmpty ? nil : others.removeFirst() }
                if first == nil { first = sighting } else { others.append(sighting) }
            }
        }
    }

    private var sightings: BoundedMap<LookupKey, Sightings>
    private let recent: Int64
    private static let sightingsLimit = 64

    init(limit: Int, recentSeconds: Int) {
        sightings = BoundedMap(capacity: limit)
        recent = Int64(recentSeconds).multipliedReportingOverflow(by: 1_000_000_000).partialValue
    }

    var forgotten: Int { sightings.forgotten }

    /// Image and command of all containers: what makes two workloads alike.
    static func shape(of event: UnsafePointer<Event>) -> LookupKey? {
        guard case .some = event.pointee.workload, !event.pointee.containers.isEmpty else { return nil }
        var shape = LookupKey()
        for position in event.pointee.containers.indices {
            if let image = event.pointee.containers[position].image?.text { shape.add(image) }
            add(event.pointee.containers[position].command, to: &shape)
            add(event.pointee.containers[position].args, to: &shape)
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
        guard let known = sightings[shape] else { return isShort ? 1 : 0 }
        let others = known.count { $0.isShort && $0.workload != workload && isRecent($0.time, at: time) }
        let isKnownShort = known.count { $0.workload == workload && $0.isShort } > 0
        return others + (isShort || isKnownShort || others > 0 ? 1 : 0)
    }

    mutating func remember(_ shape: LookupKey, workload: LookupKey, at time: Timestamp, isShort: Bool) {
        let recent = recent
        sightings.update(shape, making: Sightings()) { known in
            known.keep { Self.isRecent($0.time, at: time, within: recent) }
            known.add(Sighting(workload: workload, time: time, isShort: isShort), limit: Self.sightingsLimit)
        }
    }

    private func isRecent(_ then: Timestamp, at now: Timestamp) -> Bool {
        Self.isRecent(then, at: now, within: recent)
    }

    private static func isRecent(_ then: Timestamp, at now: Timestamp, within recent: Int64) -> Bool {
        let (passed, overflow) = now.nanoseconds.subtractingReportingOverflow(then.nanoseconds)
        return !overflow && passed >= -recent && passed <= recent
    }
}

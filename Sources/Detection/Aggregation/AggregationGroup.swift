import Rules
import SecurityEvents

/// How many events all aggregations of a detector remember.
final class AggregationBudget {
    var events = 0
    let limit: Int
    /// Events and groups that were forgotten before their time.
    var forgotten = 0
    var ungrouped = 0

    init(limit: Int) { self.limit = limit }
}

/// The events of one group, in the order of their times.
final class AggregationGroup {
    let keys: [String]
    private var events: [AggregatedEvent] = []
    /// Where the window of the newest event begins; what it comes to is kept.
    private var start = 0
    private var measure: AggregationMeasure
    private var lastHit: Timestamp?
    private let aggregation: Aggregation
    private let budget: AggregationBudget
    private let limit: Int
    private let late: Int64

    init(_ aggregation: Aggregation, keys: [String], budget: AggregationBudget, limit: Int, lateSeconds: Int) {
        self.aggregation = aggregation
        self.keys = keys
        self.budget = budget
        self.limit = limit
        late = Int64(lateSeconds).multipliedReportingOverflow(by: 1_000_000_000).partialValue
        measure = AggregationMeasure(aggregation)
    }

    deinit { budget.events -= events.count }

    /// Takes in an event.
    ///
    /// - Parameter event: what happened; it may be somewhat older than the newest.
    /// - Returns: that the condition is true of a window that the event is in, unless it was said of this time before.
    func add(_ event: AggregatedEvent) -> AggregationHit? {
        budget.events += 1
        guard let newest = events.last, event.time < newest.time else {
            events.append(event)
            measure.add(event)
            moveStart()
            forget()
            return hit(in: start..<events.count, measured: measure)
        }
        return insert(event)
    }

    /// Puts an older event in its place and looks at all windows that it is in.
    private func insert(_ event: AggregatedEvent) -> AggregationHit? {
        var place = events.count
        while place > 0, events[place - 1].time > event.time { place -= 1 }
        events.insert(event, at: place)
        rebuild()
        forget()
        var end = place
        while end < events.count, age(of: event.time, at: events[end].time) <= aggregation.timespan {
            // All that happened at the same moment is in the window that ends there.
            var last = end
            while last + 1 < events.count, events[last + 1].time == events[end].time { last += 1 }
            var first = last
            while first > 0, age(of: events[first - 1].time, at: events[last].time) <= aggregation.timespan {
                first -= 1
            }
            var measured = AggregationMeasure(aggregation)
            for position in first...last { measured.add(events[position]) }
            if let hit = hit(in: first..<(last + 1), measured: measured) { return hit }
            end = last + 1
        }
        return nil
    }

    private func age(of time: Timestamp, at now: Timestamp) -> Int64 {
        let (passed, overflow) = now.nanoseconds.subtractingReportingOverflow(time.nanoseconds)
        return overflow ? Int64.max : passed
    }

    private func moveStart() {
        guard let newest = events.last else { return }
        while start < events.count, age(of: events[start].time, at: newest.time) > aggregation.timespan {
            measure.remove(events[start])
            start += 1
        }
    }

    private func rebuild() {
        start = 0
        measure = AggregationMeasure(aggregation)
        for event in events { measure.add(event) }
        moveStart()
    }

    /// Forgets what no window can need any more, and what there is no room for.
    private func forget() {
        guard let newest = events.last else { return }
        let (kept, overflow) = aggregation.timespan.addingReportingOverflow(late)
        var old = 0
        if !overflow { while old < start, age(of: events[old].time, at: newest.time) > kept { old += 1 } }
        // In one go once half of them are old: each removal moves the rest.
        var removed = old * 2 >= events.count || old >= 1024 ? old : 0
        let isFull = events.count - removed > limit || budget.events - removed > budget.limit
        if isFull {
            removed = max(removed, old, min(events.count - 1, max(1, events.count / 8)))
            budget.forgotten += removed - old
        }
        guard removed > 0 else { return }
        events.removeFirst(removed)
        budget.events -= removed
        if removed <= start { start -= removed } else { rebuild() }
    }

    private func hit(in range: Range<Int>, measured: AggregationMeasure) -> AggregationHit? {
        guard let last = events[range].last?.time, var result = measured.result else { return nil }
        switch aggregation.condition {
        case .bounds where aggregation.kind == .temporalOrdered:
            guard aggregation.condition.holds(result) else { return nil }
            result = Double(AggregationMeasure.longestOrder(events[range], inputs: aggregation.inputs.count))
            guard aggregation.condition.holds(result) else { return nil }
        case .bounds: guard aggregation.condition.holds(result) else { return nil }
        case .inputs(let condition): guard condition.holds({ measured.inputs[$0] > 0 }) else { return nil }
        }
        // One burst is said once: windows that overlap one that was told of are part of it.
        if let lastHit {
            let apart = max(age(of: lastHit, at: last), age(of: last, at: lastHit))
            if apart <= aggregation.timespan { return nil }
        }
        lastHit = last
        return AggregationHit(keys: keys, measure: result, events: events[range], time: last)
    }
}

import Rules
import SecurityEvents

/// Says in a finding what several events were together.
struct AggregationReport {
    let aggregation: Aggregation
    let rule: CompiledRule
    let namedEvents: Int
    var redactor = Redactor()

    /// The finding's id: the same whenever the same events are read.
    func id(of hit: AggregationHit) -> String {
        var print = Fingerprint(rule.rule.id)
        for key in hit.keys { print.add(key.lowercased()) }
        if let first = hit.events.first { print.add(first.record) }
        return print.hexadecimal
    }

    func summary(of hit: AggregationHit) -> CorrelationSummary {
        CorrelationSummary(
            type: aggregation.kind.rawValue, value: hit.measure,
            groupBy: zip(aggregation.groupBy, hit.keys).map { .init(name: $0, value: redactor.redact($1)) },
            timespan: aggregation.timespan == .max ? nil : Int(aggregation.timespan / 1_000_000_000),
            count: hit.events.count, first: hit.events.first.flatMap(time), last: hit.events.last.flatMap(time),
            events: hit.events.prefix(namedEvents).map {
                .init(rule: aggregation.inputs[$0.input].name, position: $0.position, time: time($0))
            })
    }

    private func time(_ event: AggregatedEvent) -> Timestamp? { event.hasTime ? event.time : nil }

    /// `12 events with user.username alice within 5 min`.
    func words(of hit: AggregationHit) -> String {
        let keys = zip(aggregation.groupBy, hit.keys).map { "\($0) \(redactor.redact($1))" }
        let among = keys.isEmpty ? "" : " with " + keys.joined(separator: ", ")
        let span = aggregation.timespan == .max ? "" : " within \(Self.words(aggregation.timespan))"
        return "\(measure(of: hit))\(among)\(span)"
    }

    private func measure(of hit: AggregationHit) -> String {
        let number = Int64(exactly: hit.measure).map { "\($0)" } ?? "\(hit.measure)"
        switch aggregation.kind {
        case .eventCount: return "\(number) event\(hit.measure == 1 ? "" : "s")"
        case .valueCount: return "\(number) different values in \(hit.events.count) events"
        case .valueSum: return "a sum of \(number) over \(hit.events.count) events"
        case .valueAverage: return "an average of \(number) over \(hit.events.count) events"
        case .valueMedian: return "a median of \(number) over \(hit.events.count) events"
        case .valuePercentile: return "a percentile of \(number) over \(hit.events.count) events"
        case .temporal, .temporalOrdered:
            var names: [String] = []
            for event in hit.events where !names.contains(aggregation.inputs[event.input].name) {
                names.append(aggregation.inputs[event.input].name)
            }
            return names.joined(separator: aggregation.kind == .temporal ? " and " : ", then ")
        }
    }

    private static func words(_ nanoseconds: Int64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        if seconds < 120 { return "\(seconds) s" }
        if seconds < 7200 { return "\(seconds / 60) min" }
        if seconds < 172_800 { return "\(seconds / 3600) h" }
        return "\(seconds / 86_400) d"
    }
}

import CEL
import JSONView
import Rules
import SecurityEvents

/// Counts the matches of one rule's aggregation, and of those that it builds on.
///
/// Groups are forgotten when there are too many, the one that was quiet for longest first; what is forgotten is counted.
final class Aggregator {
    private var aggregation: Aggregation
    private let options: DetectorOptions
    private let budget: AggregationBudget
    private var groups: BoundedMap<Fingerprint, AggregationGroup>
    private var seen: BoundedMap<Fingerprint, Bool>
    private var inner: [Int: Aggregator] = [:]
    private let isInner: Bool
    private var forgotten = 0
    private var clock = Timestamp(nanoseconds: 0)

    init(_ aggregation: Aggregation, _ options: DetectorOptions, _ budget: AggregationBudget, isInner: Bool = false) {
        self.aggregation = aggregation
        self.options = options
        self.budget = budget
        self.isInner = isInner
        groups = BoundedMap(capacity: options.groups)
        seen = BoundedMap(capacity: options.groupEvents)
        for (position, input) in aggregation.inputs.enumerated() {
            if case .aggregation(let other, _, _) = input.source {
                inner[position] = Aggregator(other, options, budget, isInner: true)
            }
        }
    }

    /// Goes on counting for a rule that was loaded again.
    ///
    /// - Parameter other: the rule's aggregation as it is now.
    /// - Returns: whether it counts the same; otherwise what was counted says nothing about it.
    func adopt(_ other: Aggregation) -> Bool {
        guard aggregation.kind == other.kind, aggregation.groupBy == other.groupBy,
            aggregation.timespan == other.timespan, aggregation.inputs.count == other.inputs.count,
            "\(aggregation.condition)" == "\(other.condition)"
        else { return false }
        for (position, input) in other.inputs.enumerated() {
            switch (input.source, inner[position]) {
            case (.aggregation(let part, _, _), let known?):
                guard known.adopt(part) else { return false }
            case (.events, nil): break
            default: return false
            }
        }
        aggregation = other
        return true
    }

    /// How many events of a group are remembered at most: enough for the condition.
    private var groupLimit: Int {
        guard case .bounds(let bounds) = aggregation.condition else { return options.groupEvents }
        let highest = bounds.map(\.limit).max() ?? 0
        return max(options.groupEvents, Int(min(highest, Aggregation.thresholdLimit)) * 2)
    }

    /// Looks at an event that the rule's condition is true of.
    func observe(_ event: borrowing Event, _ context: EventContext, _ evaluator: Evaluator) -> [AggregationHit] {
        let time = event.time ?? clock
        clock = time
        var hits: [AggregationHit] = []
        var counted: Set<Fingerprint> = []
        let record = Self.record(of: event)
        for (position, input) in aggregation.inputs.enumerated() {
            switch input.source {
            case .events(let selection):
                // The rule's condition is that of its only input.
                let isKnown = !isInner && aggregation.inputs.count == 1
                guard isKnown || selection.condition.matches(context, using: evaluator) == true else { continue }
                guard let keys = texts(selection.groupBy, context, evaluator) else {
                    budget.ungrouped += 1
                    continue
                }
                let values = texts(selection.values, context, evaluator)
                let added = AggregatedEvent(
                    time: time, input: position, record: record, position: event.position,
                    hasTime: event.time != nil, number: number(values), value: fingerprint(values))
                if let hit = add(added, keys, &counted) { hits.append(hit) }
            case .aggregation(_, let positions, let valuePositions):
                for hit in inner[position]?.observe(event, context, evaluator) ?? [] {
                    guard let keys = Self.pick(positions, from: hit.keys) else {
                        budget.ungrouped += 1
                        continue
                    }
                    let values = Self.pick(valuePositions, from: hit.keys)
                    let first = hit.events.first
                    let added = AggregatedEvent(
                        time: hit.time, input: position, record: first?.record ?? record,
                        position: hit.events.last?.position ?? event.position, hasTime: true,
                        number: number(values), value: fingerprint(values))
                    if let hit = add(added, keys, &counted) { hits.append(hit) }
                }
            }
        }
        return hits
    }

    private func add(
        _ event: AggregatedEvent, _ keys: [String], _ counted: inout Set<Fingerprint>
    ) -> AggregationHit? {
        var name = Fingerprint()
        for key in keys { name.add(key.lowercased()) }
        // An event that several rules match is one event where events are counted.
        if !aggregation.kind.isTemporal, !counted.insert(name).inserted { return nil }
        // The stages of one request are one event.
        var once = name
        once.add(event.record)
        once.add(UInt64(event.input))
        guard seen[once] == nil else { return nil }
        seen[once] = true
        let group: AggregationGroup
        if let known = groups[name] {
            group = known
        } else {
            group = AggregationGroup(
                aggregation, keys: keys, budget: budget, limit: groupLimit, lateSeconds: options.lateSeconds)
            groups[name] = group
            budget.forgotten += groups.forgotten - forgotten
            forgotten = groups.forgotten
        }
        return group.add(event)
    }

    /// The values of expressions; nil where one has none.
    private func texts(_ programs: [Program], _ context: EventContext, _ evaluator: Evaluator) -> [String]? {
        var texts: [String] = []
        for program in programs {
            guard let text = AggregationKey.text(of: program.evaluate(context, using: evaluator)), !text.isEmpty else {
                return nil
            }
            texts.append(text)
        }
        return texts
    }

    private static func pick(_ positions: [Int?], from keys: [String]) -> [String]? {
        let picked = positions.compactMap { $0.flatMap { keys.indices.contains($0) ? keys[$0] : nil } }
        return picked.count == positions.count ? picked : nil
    }

    private func number(_ values: [String]?) -> Double? {
        guard aggregation.kind.isNumeric, let text = values?.first, let number = Double(text), number.isFinite else {
            return nil
        }
        return number
    }

    private func fingerprint(_ values: [String]?) -> Fingerprint? {
        guard aggregation.kind == .valueCount, let values, !values.isEmpty else { return nil }
        var print = Fingerprint()
        for value in values { print.add(value.lowercased()) }
        return print
    }

    /// What tells a record from others, and does not tell the stages of one request apart.
    private static func record(of event: borrowing Event) -> Fingerprint {
        var print = Fingerprint()
        if let identifier = event.identifier, !identifier.isEmpty {
            print.add(identifier)
            return print
        }
        print.add(event.position.name)
        print.add(UInt64(truncatingIfNeeded: event.position.line))
        print.add(UInt64(truncatingIfNeeded: event.position.item))
        return print
    }
}

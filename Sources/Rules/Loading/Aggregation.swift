package import CEL

/// What several events must be together before a rule speaks, in the terms of Sigma's correlation rules.
///
/// An aggregation is whole in itself: the conditions of the rules that it builds on stand in its inputs. The condition of
/// its ``CompiledRule`` is true where one of them is, so that a detector asks it like any other and then counts.
///
/// Windows are of event time and end at an event: a condition over `timespan` asks about all events of a group no older
/// than that. Sigma 2.1, "Sigma Correlation Rules".
package struct Aggregation: Sendable {
    /// What is worked out of the events of a window.
    package enum Kind: String, CaseIterable, Sendable {
        case eventCount = "event_count"
        case valueCount = "value_count"
        case valueSum = "value_sum"
        case valueAverage = "value_avg"
        case valuePercentile = "value_percentile"
        case valueMedian = "value_median"
        case temporal
        case temporalOrdered = "temporal_ordered"

        /// Whether each event must have a number to count.
        package var isNumeric: Bool {
            switch self {
            case .valueSum, .valueAverage, .valuePercentile, .valueMedian: true
            default: false
            }
        }

        /// Whether the inputs matter, and not how many events there are.
        package var isTemporal: Bool { self == .temporal || self == .temporalOrdered }
    }

    /// Numbers of events above this are not counted: a group remembers the events of its window.
    package static let thresholdLimit = 100_000.0

    /// What is worked out.
    package let kind: Kind
    /// The rules whose matches count.
    package let inputs: [Input]
    /// What the keys are called by which events are told apart; an event without one of them is in no group.
    package let groupBy: [String]
    /// How long a window is, in nanoseconds.
    package let timespan: Int64
    /// What must be true of what was worked out.
    package let condition: Condition
    /// Which percentile, from 0 to 100.
    package let percentile: Double

    /// Describes an aggregation.
    ///
    /// - Parameters:
    ///   - kind: what is worked out.
    ///   - inputs: the rules whose matches count; for `temporal_ordered` in their order.
    ///   - groupBy: what the keys are called; every input has as many of them.
    ///   - timespan: how long a window is, in nanoseconds; more than any log lasts where events count for ever.
    ///   - condition: what must be true of what was worked out.
    ///   - percentile: which percentile; of no meaning for other kinds.
    package init(
        kind: Kind, inputs: [Input], groupBy: [String] = [], timespan: Int64, condition: Condition,
        percentile: Double = 50
    ) {
        self.kind = kind
        self.inputs = inputs
        self.groupBy = groupBy
        self.timespan = timespan
        self.condition = condition
        self.percentile = percentile
    }

    /// One of the rules whose matches count.
    package struct Input: Sendable {
        /// What messages call it: a rule's name or id.
        package let name: String
        package let source: Source

        /// Names an input.
        package init(name: String, source: Source) {
            self.name = name
            self.source = source
        }
    }

    /// Where the matches of an input come from.
    package indirect enum Source: Sendable {
        /// Events that a condition is true of.
        case events(Selection)
        /// Another aggregation, which counts once each time that it speaks.
        ///
        /// `keys` and `values` are positions among its own keys; a key that it does not have leaves its matches without a
        /// group.
        case aggregation(Aggregation, keys: [Int?], values: [Int?])
    }

    /// Which events count, and what is taken from them.
    package struct Selection: Sendable {
        /// Which events count.
        package let condition: Program
        /// The keys, in the order of the names.
        package let groupBy: [Program]
        /// What is counted, added up or averaged; several make one value together.
        package let values: [Program]

        /// Plans expressions that were checked in one environment.
        package init(
            condition: CheckedExpression, groupBy: [CheckedExpression], values: [CheckedExpression] = [],
            in environment: Environment
        ) {
            self.condition = environment.program(condition)
            self.groupBy = groupBy.map { environment.program($0) }
            self.values = values.map { environment.program($0) }
        }
    }

    /// All expressions of the aggregation and of those that it builds on.
    package var expressions: [CheckedExpression] {
        inputs.flatMap { input -> [CheckedExpression] in
            switch input.source {
            case .events(let selection):
                ([selection.condition] + selection.groupBy + selection.values).map(\.expression)
            case .aggregation(let inner, _, _): inner.expressions
            }
        }
    }
}

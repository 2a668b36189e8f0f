extension Aggregation {
    /// What must be true of what was worked out of a window.
    package enum Condition: Sendable, Equatable {
        /// A number within all of some bounds: `gte: 10`, or a range of two.
        case bounds([Bound])
        /// Which inputs there must be matches of, where that is more than all of them.
        case inputs(InputCondition)

        /// Whether a number is within the bounds.
        package func holds(_ number: Double) -> Bool {
            guard case .bounds(let bounds) = self else { return false }
            return bounds.allSatisfy { $0.holds(number) }
        }
    }

    /// One side of a range.
    package struct Bound: Sendable, Equatable {
        /// How a number is compared, as Sigma spells it.
        package enum Comparison: String, CaseIterable, Sendable { case gt, gte, lt, lte, eq, neq }

        package var comparison: Comparison
        package var limit: Double

        /// Makes a bound.
        package init(_ comparison: Comparison, _ limit: Double) {
            self.comparison = comparison
            self.limit = limit
        }

        /// Whether a number is on the right side.
        package func holds(_ number: Double) -> Bool {
            switch comparison {
            case .gt: number > limit
            case .gte: number >= limit
            case .lt: number < limit
            case .lte: number <= limit
            case .eq: number == limit
            case .neq: number != limit
            }
        }
    }

    /// Which inputs there must be matches of, by their positions.
    package indirect enum InputCondition: Sendable, Equatable {
        case input(Int)
        case all([InputCondition])
        case any([InputCondition])

        /// Whether matches of some inputs are enough.
        package func holds(_ isThere: (Int) -> Bool) -> Bool {
            switch self {
            case .input(let position): isThere(position)
            case .all(let parts): parts.allSatisfy { $0.holds(isThere) }
            case .any(let parts): parts.contains { $0.holds(isThere) }
            }
        }
    }
}

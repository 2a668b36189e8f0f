/// Looks ahead until only one of several alternatives can go on, as ANTLR's adaptive prediction does.
struct SyntaxPrediction {
    enum Outcome {
        case target(Int)
        /// None can: the number of tokens before the one that fits none.
        case fault(Int)
    }

    /// How a rule was entered on the way to a state; the same way is one frame, known by its position.
    private struct Frame: Hashable {
        let follow: Int
        let caller: Int?
    }

    /// A state that an alternative may have come to.
    private struct Place {
        let alternative: Int
        let state: Int
        let frame: Int?
        /// How many of the rules that were entered before the decision have ended since.
        let left: Int
    }

    private struct Key: Hashable {
        let alternative: Int
        let state: Int
        let frame: Int?
        let left: Int

        init(_ alternative: Int, _ place: Place) {
            self.alternative = alternative
            state = place.state
            frame = place.frame
            left = place.left
        }
    }

    private let network: SyntaxNetwork
    private let callers: [Int]
    private var places: [Place] = []
    private var seen: Set<Key> = []
    private var frames: [Frame] = []
    private var framePositions: [Frame: Int] = [:]
    /// The least alternative that has come to the end of the rule of the decision.
    private var finished: Int?

    /// Beyond so many tokens, more than the longest name has, the first alternative that is left is taken.
    private static let longest = 1000
    private static let mostPlaces = 2000

    /// Chooses between targets.
    ///
    /// - Parameters:
    ///   - targets: The first state of each alternative.
    ///   - callers: The rules that were entered.
    ///   - tokens: The tokens from the decision on.
    ///   - network: The grammar.
    /// - Returns: The target to take, or how many tokens some alternative could go with.
    static func predict(
        _ targets: [Int], _ callers: [Int], _ tokens: ArraySlice<Token>, _ network: SyntaxNetwork
    ) -> Outcome {
        var prediction = SyntaxPrediction(network: network, callers: callers)
        for (alternative, target) in targets.enumerated() {
            prediction.close(Place(alternative: alternative, state: target, frame: nil, left: 0))
        }
        for (length, token) in tokens.prefix(longest).enumerated() {
            let before = prediction.finished
            prediction.move(token.kind)
            let least = prediction.places.map(\.alternative).min()
            guard let least = token.kind == .end ? least ?? prediction.finished : least else {
                return before.map { .target(targets[$0]) } ?? .fault(length)
            }
            if prediction.isDecided || token.kind == .end || prediction.places.count > mostPlaces {
                return .target(targets[least])
            }
        }
        return .target(targets[prediction.places.map(\.alternative).min() ?? 0])
    }

    private init(network: SyntaxNetwork, callers: [Int]) {
        self.network = network
        self.callers = callers
    }

    /// Whether one alternative is left, or all that are left can go on in the same ways.
    private var isDecided: Bool {
        let ways = Dictionary(grouping: places, by: \.alternative).values.map { places in
            Set(places.map { Key(0, $0) })
        }
        return ways.dropFirst().allSatisfy { $0 == ways[0] }
    }

    /// Goes over a token with every place that can.
    private mutating func move(_ kind: Token.Kind) {
        let old = places
        places = []
        seen.removeAll(keepingCapacity: true)
        finished = nil
        for place in old {
            for case .token(let tokens, let target) in network.states[place.state].edges where tokens.contains(kind) {
                close(
                    Place(alternative: place.alternative, state: target, frame: place.frame, left: place.left))
            }
        }
    }

    /// Adds every place that is reached without a token.
    private mutating func close(_ first: Place) {
        var open = [first]
        while let place = open.popLast() {
            guard seen.insert(Key(place.alternative, place)).inserted else { continue }
            if place.left > 0 { finished = min(finished ?? .max, place.alternative) }
            let state = network.states[place.state]
            func at(_ state: Int, _ frame: Int?, left: Int = place.left) -> Place {
                Place(alternative: place.alternative, state: state, frame: frame, left: left)
            }
            if state.isRuleEnd {
                if let frame = place.frame.map({ frames[$0] }) {
                    open.append(at(frame.follow, frame.caller))
                } else {
                    finished = min(finished ?? .max, place.alternative)
                    if place.left < callers.count {
                        open.append(at(callers[callers.count - 1 - place.left], nil, left: place.left + 1))
                    }
                }
                continue
            }
            var takesToken = false
            for edge in state.edges {
                switch edge {
                case .free(let target): open.append(at(target, place.frame))
                case .token: takesToken = true
                case .rule(let start, let follow):
                    open.append(at(start, enter(Frame(follow: follow, caller: place.frame))))
                }
            }
            if takesToken { places.append(place) }
        }
    }
    private mutating func enter(_ frame: Frame) -> Int {
        if let known = framePositions[frame] { return known }
        frames.append(frame)
        framePositions[frame] = frames.count - 1
        return frames.count - 1
    }
}

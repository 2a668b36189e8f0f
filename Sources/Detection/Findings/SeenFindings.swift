import Rules

/// The findings made so far, so that the same fact makes no second one.
struct SeenFindings {
    /// What was known of a fact when it was told.
    struct Knowledge: OptionSet {
        let rawValue: UInt8

        /// Who did it: a person or program, no part of the system.
        static let actor = Knowledge(rawValue: 1 << 0)
        /// It was told once more, as something had become known.
        static let filled = Knowledge(rawValue: 1 << 1)
    }

    /// What a finding is to those before it.
    enum Novelty {
        case new
        /// The same fact, of which it is known now what was not then.
        case fills
        case repeated
    }

    private var keys: BoundedMap<Fingerprint, Knowledge>
    /// Whether a fact is told once more when it is known who did it.
    private let tellsFilled: Bool

    init(limit: Int, tellsFilled: Bool = false) {
        // A finding has up to three keys.
        keys = BoundedMap(capacity: limit * 3)
        self.tellsFilled = tellsFilled
    }

    var forgotten: Int { keys.forgotten }

    /// What a finding is to those before it; from here on it is one of them.
    ///
    /// - Parameters:
    ///   - identity: the finding.
    ///   - knowledge: what is known of it.
    /// - Returns: whether it is new, fills in an earlier one, or says nothing new.
    mutating func take(_ identity: FindingIdentity, knowing knowledge: Knowledge) -> Novelty {
        var before: Knowledge?
        for key in identity.asked {
            guard let told = keys[key] else { continue }
            before = (before ?? []).union(told)
        }
        var known = knowledge
        defer { for key in identity.told { keys[key] = (keys[key] ?? []).union(known) } }
        guard let before else { return .new }
        known.formUnion(before)
        guard tellsFilled, knowledge.contains(.actor), before.isDisjoint(with: [.actor, .filled]) else {
            return .repeated
        }
        known.insert(.filled)
        return .fills
    }
}

import Rules

/// The findings made so far, so that the same fact makes no second one.
struct SeenFindings {
    /// What was known of a fact when it was told.
    struct Knowledge: OptionSet {
        let rawValue: UInt8

        /// Who did it: a person or program, no part of the system.
        static let actor = Knowledge(rawValue: 1 << 0)
        /// The workload that it is about, and so whose it is: a node's engine has only its name.
        static let deployment = Knowledge(rawValue: 1 << 1)
        /// Which image runs: containerd does not know it of an engine's containers.
        static let image = Knowledge(rawValue: 1 << 2)

        /// What it adds to what was known, as findings name it.
        func names(besides before: Knowledge) -> [String] {
            let added = subtracting(before)
            let parts = [(Knowledge.actor, "actor"), (.deployment, "deployment"), (.image, "image")]
            return parts.compactMap { part, name in added.contains(part) ? name : nil }
        }
    }

    /// What a finding is to those before it.
    enum Novelty {
        case new
        /// The same fact, of which it is known now what was not then: the names of that.
        case fills([String])
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
        var found: [Fingerprint] = []
        for key in identity.asked {
            guard let told = keys[key] else { continue }
            found.append(key)
            before = (before ?? []).union(told)
        }
        // By whichever key it is asked for next: what is known now is filled in no second time.
        let known = knowledge.union(before ?? [])
        for key in found + identity.told { keys[key] = (keys[key] ?? []).union(known) }
        guard let before else { return .new }
        let names = tellsFilled ? knowledge.names(besides: before) : []
        return names.isEmpty ? .repeated : .fills(names)
    }
}

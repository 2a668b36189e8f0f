import Rules

/// The findings made so far, so that the same fact makes no second one.
struct SeenFindings {
    private var keys: BoundedMap<Fingerprint, Bool>

    init(limit: Int) {
        // A finding has up to three keys.
        keys = BoundedMap(capacity: limit * 3)
    }

    var forgotten: Int { keys.forgotten }

    /// Whether none of a finding's keys was seen; from here on all are.
    mutating func isNew(_ identity: FindingIdentity) -> Bool {
        var isNew = true
        for key in identity.asked where keys[key] != nil { isNew = false }
        for key in identity.told { keys[key] = true }
        return isNew
    }
}

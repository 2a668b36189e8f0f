import Foundation

/// How long the tests of this folder run: quick forms always, long ones with `make soak` (TALLYMAN_SOAK=1).
enum SoakScale {
    static let isLong = ProcessInfo.processInfo.environment["TALLYMAN_SOAK"] == "1"

    /// A number for the quick form, or for the long one.
    static func count(_ quick: Int, long: Int) -> Int { isLong ? long : quick }
}

/// A generator whose numbers are the same in every run, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

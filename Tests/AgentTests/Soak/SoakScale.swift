import Foundation

/// How long the tests of this folder run: quick forms always, long ones with `make soak` (TALLYMAN_SOAK=1).
enum SoakScale {
    static let isLong = ProcessInfo.processInfo.environment["TALLYMAN_SOAK"] == "1"

    /// A number for the quick form, or for the long one.
    static func count(_ quick: Int, long: Int) -> Int { isLong ? long : quick }
}

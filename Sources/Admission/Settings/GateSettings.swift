/// How a gate decides, beside its rules.
public struct GateSettings: Sendable, Equatable {
    /// What becomes of a request that cannot be judged.
    public enum Failure: String, CaseIterable, Sendable {
        /// It is refused.
        case closed
        /// It is let through, with a warning.
        case open
    }

    /// What each rule does where.
    public var modes = GateModes.standard
    /// What becomes of a request that cannot be judged, or not in time.
    public var failure = Failure.closed
    /// Leave that was given, with an owner and an end.
    public var exceptions: [RuleException] = []

    /// The settings of a gate that nobody configured.
    public init() {}
}

import JSONView
import SecurityEvents

/// Decides about one call of the engine's API; the gate's rules behind it.
package protocol CallJudge: Sendable {
    /// Decides a call, out of memory alone.
    ///
    /// - Parameters:
    ///   - call: what is asked for.
    ///   - deadline: when the decision has to be there.
    /// - Returns: whether the engine may go on, and what is said.
    func judge(_ call: borrowing JudgedCall, until deadline: ContinuousClock.Instant) -> CallVerdict
}

/// One call, read and completed.
package struct JudgedCall {
    /// What is asked for.
    package var event: Event
    /// Why a gate that enforces lets it not through, whatever the rules say.
    package var objections: [DockerObjection] = []
    /// What the gate would have to know and does not.
    package var unknown: [String] = []
    /// The name that its decision goes by.
    package var id: String
    /// What the engine says of the container that it is about.
    package var inspection: JSONDocument?
    /// Whether its decision is written down whatever it is.
    package var isWorthALine = true
}

/// What was decided about a call.
package struct CallVerdict: Sendable, Equatable {
    /// Whether the engine may go on.
    package var allows: Bool
    /// What the caller reads, when the engine may not go on.
    package var message: String

    /// Decides.
    package init(allows: Bool, message: String = "") {
        self.allows = allows
        self.message = message
    }
}

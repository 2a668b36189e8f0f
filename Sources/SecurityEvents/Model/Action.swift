/// What was done, in the words of ATT&CK's analytics and of Docker's events.
public enum Action: String, CaseIterable, Sendable {
    /// A container or workload was described to the platform.
    case create
    /// A container was set running.
    case start
    /// A container or workload was there already when somebody looked; who made it, and how, is not known.
    case found
    /// A command was started in a running container.
    case exec
    /// A terminal was attached to a running container.
    case attach
    /// A port, file copy or proxy stream into a container or node was opened.
    case connect
    /// A workload, container or other object was changed.
    case modify
    case delete
    /// A container ended or was stopped, killed, paused.
    case stop
    /// An image was pulled, built, imported, loaded or committed.
    case image
    /// Something was only read.
    case read
    /// None of these.
    case other
}

/// How an action ended, as far as one record can know.
public enum Outcome: String, CaseIterable, Sendable {
    /// Asked for; the answer is not in the record.
    case requested
    /// Let through by an authorizer or admission, not yet done.
    case allowed
    /// Refused: unauthenticated, forbidden, denied by admission or a plugin.
    case denied
    case succeeded
    /// Let through but not done: an error.
    case failed
    case unknown
}

/// What is known of the body that an action carried.
public enum BodyState: String, CaseIterable, Sendable {
    /// The action carries none.
    case none
    /// Read whole.
    case present
    /// The action must carry one and the record has none: not logged at this level, withheld, or never sent.
    case missing
    /// The record says that it was cut (`audit.k8s.io/truncated`), or it ends in the middle.
    case truncated
    /// The record says that it was too large to be kept.
    case oversize
    /// There, but not to be understood.
    case unreadable
}

public import JSONView

/// Turns the records of one format into events.
///
/// A reader never traps and never guesses: what it does not understand is a ``ReadFault`` with a reason, and the caller
/// counts it and goes on.
public protocol EventReader {
    /// The format that it reads.
    static var format: LogFormat { get }

    /// Turns one JSON record into events.
    ///
    /// - Parameters:
    ///   - document: the record; the events hold it.
    ///   - position: where it stands.
    ///   - emit: called for each event, in order.
    /// - Throws: why the record as a whole could not be understood.
    mutating func read(
        _ document: JSONDocument, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) throws(ReadFault)

    /// Gives out what was held back for a record that never came.
    mutating func finish(emit: (borrowing Event) -> Void)
}

extension EventReader {
    /// Holds nothing back.
    public mutating func finish(emit: (borrowing Event) -> Void) {}
}

/// The log formats that are read, named as a user names them on the command line.
public enum LogFormat: String, CaseIterable, Sendable {
    case dockerEvents = "docker-events"
    case dockerDaemon = "docker-daemon"
    case dockerAuthorization = "docker-authorization"
    case dockerInspect = "docker-inspect"
    case kubernetesAudit = "kubernetes-audit"
    case kubernetesCloudAudit = "kubernetes-cloud-audit"
    case kubernetesEvents = "kubernetes-events"
    case kubernetesAdmission = "kubernetes-admission"
    case kubernetesObjects = "kubernetes-objects"
    case containerdEvents = "containerd-events"
    case containerdContainers = "containerd-containers"
}

/// Why a record was not understood.
public struct ReadFault: Error, Equatable, Sendable {
    /// What is wrong, for a person.
    public var reason: String

    /// Makes a fault.
    public init(_ reason: String) { self.reason = reason }
}

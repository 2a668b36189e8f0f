/// The log or interface that an event was read from.
public enum SourceType: String, CaseIterable, Sendable {
    case dockerEvents = "docker:events"
    case dockerDaemon = "docker:daemon"
    case dockerAuthorization = "docker:authorization"
    case dockerInspect = "docker:inspect"
    case kubernetesAudit = "kubernetes:audit"
    case kubernetesEvent = "kubernetes:event"
    case kubernetesAdmission = "kubernetes:admission"
    case kubernetesObject = "kubernetes:object"
    case containerdEvents = "containerd:events"
    case containerdContainer = "containerd:container"

    /// The platform whose words the source speaks.
    public var platform: Platform {
        switch self {
        case .dockerEvents, .dockerDaemon, .dockerAuthorization, .dockerInspect: .docker
        case .kubernetesAudit, .kubernetesEvent, .kubernetesAdmission, .kubernetesObject: .kubernetes
        case .containerdEvents, .containerdContainer: .containerd
        }
    }

    /// The names that a search finds the source by.
    ///
    /// ATT&CK's analytics say `docker:daemon` for all that the Docker engine tells and `kubernetes:event` for all that
    /// a cluster tells, so both name the whole platform as well as the one log.
    public var searchNames: [String] {
        switch platform {
        case .docker: [rawValue, "docker:daemon", "docker"]
        case .kubernetes: [rawValue, "kubernetes:event", "kubernetes"]
        case .containerd: [rawValue, "containerd"]
        }
    }
}

/// A container platform.
public enum Platform: String, CaseIterable, Sendable {
    case docker, kubernetes, containerd
}

internal import SecurityEvents

// The words of the model's enumerations, as texts that need no memory.

extension SourceType {
    var word: StaticString {
        switch self {
        case .dockerEvents: "docker:events"
        case .dockerDaemon: "docker:daemon"
        case .dockerAuthorization: "docker:authorization"
        case .dockerInspect: "docker:inspect"
        case .kubernetesAudit: "kubernetes:audit"
        case .kubernetesEvent: "kubernetes:event"
        case .kubernetesAdmission: "kubernetes:admission"
        case .kubernetesObject: "kubernetes:object"
        case .containerdEvents: "containerd:events"
        case .containerdContainer: "containerd:container"
        }
    }
}

extension Platform {
    var word: StaticString {
        switch self {
        case .docker: "docker"
        case .kubernetes: "kubernetes"
        case .containerd: "containerd"
        }
    }
}

extension Action {
    var word: StaticString {
        switch self {
        case .create: "create"
        case .start: "start"
        case .found: "found"
        case .exec: "exec"
        case .attach: "attach"
        case .connect: "connect"
        case .modify: "modify"
        case .delete: "delete"
        case .stop: "stop"
        case .image: "image"
        case .read: "read"
        case .other: "other"
        }
    }
}

extension Outcome {
    var word: StaticString {
        switch self {
        case .requested: "requested"
        case .allowed: "allowed"
        case .denied: "denied"
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .unknown: "unknown"
        }
    }
}

extension BodyState {
    var word: StaticString {
        switch self {
        case .none: "none"
        case .present: "present"
        case .missing: "missing"
        case .truncated: "truncated"
        case .oversize: "oversize"
        case .unreadable: "unreadable"
        }
    }
}

extension Authentication {
    var word: StaticString {
        switch self {
        case .certificate: "certificate"
        case .serviceAccount: "serviceAccount"
        case .token: "token"
        case .localSocket: "localSocket"
        case .anonymous: "anonymous"
        case .unknown: "unknown"
        }
    }
}

extension Container.Role {
    var word: StaticString {
        switch self {
        case .main: "main"
        case .`init`: "init"
        case .sidecar: "sidecar"
        case .ephemeral: "ephemeral"
        }
    }
}

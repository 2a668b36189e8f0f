import JSONView

/// What a Pod's own security context sets for all of its containers.
struct PodSecurity: BitwiseCopyable {
    private var runAsUser: JSONValue?
    private var runAsNonRoot: JSONValue?
    private var seccomp = Setting<JSONText>()
    private var apparmor = Setting<JSONText>()
    private var selinuxDisabled = Setting<Bool>()
    private var sysctls: JSONValue?
    private var hostProcess: JSONValue?
    private var isEmpty = true

    mutating func read(_ context: JSONValue, _ faults: inout [FieldFault]) {
        if context.kind != .object { faults.note(context, expected: "an object") }
        for (key, value) in context.members {
            switch key.count {
            case 7 where key == "sysctls": sysctls = value.array(&faults)
            case 9 where key == "runAsUser": runAsUser = value.integer(&faults).map { _ in value }
            case 12 where key == "runAsNonRoot": runAsNonRoot = value.bool(&faults).map { _ in value }
            case 14 where key == "windowsOptions":
                hostProcess = value["hostProcess"]?.bool(&faults).flatMap { _ in value["hostProcess"] }
            case 14 where key == "seccompProfile": seccomp = Container.profile(value)
            case 14 where key == "seLinuxOptions": selinuxDisabled = Container.selinuxDisabled(value)
            case 15 where key == "appArmorProfile": apparmor = Container.profile(value)
            default: continue
            }
            isEmpty = false
        }
    }

    /// Fills in what the container leaves open.
    func complete(_ container: inout Container) {
        guard !isEmpty else { return }
        if container.runAsUser == nil { container.runAsUser = runAsUser }
        if container.runAsNonRoot == nil { container.runAsNonRoot = runAsNonRoot }
        if container.seccomp.value == nil { container.seccomp = seccomp }
        if container.apparmor.value == nil { container.apparmor = apparmor }
        if container.selinuxDisabled.value == nil { container.selinuxDisabled = selinuxDisabled }
        if container.hostProcess == nil { container.hostProcess = hostProcess }
        container.sysctls = sysctls
    }
}

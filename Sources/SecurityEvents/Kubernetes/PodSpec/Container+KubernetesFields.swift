import JSONView

extension Container {
    /// Reads the fields of a `v1.Container` or `v1.EphemeralContainer`.
    ///
    /// - Parameter faults: fields of a wrong type.
    /// - Returns: false for an element that a patch takes away.
    mutating func readKubernetes(_ faults: inout [FieldFault]) -> Bool {
        for (key, value) in object.members {
            switch key.count {
            case 3 where key == "env": env = value.array(&faults)
            case 4 where key == "name": name = value.text(&faults)
            case 4 where key == "args": args = value.array(&faults)
            case 5 where key == "image": if value.text(&faults) != nil { image = value }
            case 5 where key == "ports": ports = value.array(&faults)
            // What Argo and Tekton have the container run in the place of a command.
            case 6 where key == "source" || key == "script": if value.text != nil { probes.append(value) }
            case 6 where key == "$patch": if value.text.map({ $0 == "delete" }) == true { return false }
            case 7 where key == "command": command = value.array(&faults)
            case 9 where key == "lifecycle":
                for hook in value.members where hook.value["exec"] != nil { probes.append(hook.value) }
            case 9 where key == "resources": resources = value.object(&faults)
            case 10 where key == "workingDir": workingDirectory = value.text(&faults)
            case 12 where key == "volumeMounts": volumeMounts = value.array(&faults)
            case 12 where key == "startupProbe": keepProbe(value)
            case 13 where key == "livenessProbe": keepProbe(value)
            case 13 where key == "restartPolicy":
                if role == .`init`, value.text.map({ $0 == "Always" }) == true { role = .sidecar }
            case 13 where key == "volumeDevices": devices = value.array(&faults)
            case 14 where key == "readinessProbe": keepProbe(value)
            case 15 where key == "securityContext": readSecurityContext(value, &faults)
            case 19 where key == "targetContainerName": targetContainer = value.text(&faults)
            default: break
            }
        }
        return true
    }

    /// Keeps a probe that runs a command; those that ask over the network name none.
    private mutating func keepProbe(_ probe: JSONValue) {
        if probe["exec"] != nil { probes.append(probe) }
    }

    private mutating func readSecurityContext(_ context: JSONValue, _ faults: inout [FieldFault]) {
        if context.kind != .object { faults.note(context, expected: "an object") }
        for (key, value) in context.members {
            switch key.count {
            case 9 where key == "runAsUser": runAsUser = value.integer(&faults).map { _ in value }
            case 9 where key == "procMount":
                procMount = value.text(&faults)
                if let procMount { unmaskedPaths = Setting(procMount == "Unmasked", from: value) }
            case 10 where key == "privileged": privileged = value.bool(&faults).map { _ in value }
            case 12 where key == "runAsNonRoot": runAsNonRoot = value.bool(&faults).map { _ in value }
            case 12 where key == "capabilities":
                capabilitiesAdded = value["add"]?.array(&faults)
                capabilitiesDropped = value["drop"]?.array(&faults)
            case 14 where key == "windowsOptions":
                hostProcess = value["hostProcess"]?.bool(&faults).flatMap { _ in value["hostProcess"] }
            case 14 where key == "seccompProfile": seccomp = Self.profile(value)
            case 14 where key == "seLinuxOptions": selinuxDisabled = Self.selinuxDisabled(value)
            case 15 where key == "appArmorProfile": apparmor = Self.profile(value)
            case 22 where key == "readOnlyRootFilesystem":
                readOnlyRootFilesystem = value.bool(&faults).map { _ in value }
            case 24 where key == "allowPrivilegeEscalation":
                allowPrivilegeEscalation = value.bool(&faults).map { _ in value }
            default: break
            }
        }
    }

    /// A `seccompProfile` or `appArmorProfile`: its type, or the name of a profile on the node.
    static func profile(_ value: JSONValue) -> Setting<JSONText> {
        let type = value["type"]
        if let type, let text = type.text, text == "Localhost", let local = value["localhostProfile"], local.text != nil
        {
            return Setting(local.text, from: local)
        }
        return Setting(type?.text, from: type)
    }

    /// Whether SELinux options name a type that is not confined.
    static func selinuxDisabled(_ options: JSONValue) -> Setting<Bool> {
        guard let type = options["type"], let text = type.text else { return Setting() }
        return Setting(text == "spc_t" || text == "unconfined_t" || text == "container_runtime_t", from: type)
    }
}

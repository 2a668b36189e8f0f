import JSONView

/// Reads `SecurityOpt`: `seccomp=unconfined`, `apparmor=…`, `label=disable`, `no-new-privileges`, also with `:`.
enum DockerSecurityOptions {
    static func read(_ options: JSONValue?, into container: inout Container, _ fields: inout FieldReader) {
        guard let options = fields.array(options) else { return }
        for option in options.elements {
            guard let text = fields.text(option) else { continue }
            let (name, value) = split(text)
            switch true {
            case name == "seccomp":
                container.seccomp = Setting(
                    SeccompProfile.allowsAll(value) ? JSONText("unconfined") : value, from: option)
            case name == "apparmor": container.apparmor = Setting(value, from: option)
            case name == "label", text == "disable":
                let isType = value.hasPrefix("type:") && isUnconfined(type: value.dropFirst(5))
                guard value == "disable" || text == "disable" || isType else { continue }
                container.selinuxDisabled = Setting(true, from: option)
            case name == "systempaths":
                guard value == "unconfined" else { continue }
                container.unmaskedPaths = Setting(true, from: option)
            default: continue
            }
        }
    }

    /// Whether SELinux keeps what has a type from nothing.
    static func isUnconfined(type: JSONText) -> Bool {
        type == "spc_t" || type == "unconfined_t" || type == "container_runtime_t"
    }

    /// The engine looks for `=` first, then for the old `:`.
    private static func split(_ text: JSONText) -> (name: JSONText, value: JSONText) {
        let at = text.firstIndex(of: UInt8(ascii: "=")) ?? text.firstIndex(of: UInt8(ascii: ":")) ?? text.count
        return (text.prefix(at), text.dropFirst(at + 1))
    }
}

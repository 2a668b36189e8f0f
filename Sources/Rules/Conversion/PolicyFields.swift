/// Where the fields of normalized events stand in API objects.
enum PolicyFields {
    private static let pod = "variables.podSpec"

    /// A field of the container or of the Pod, with the Pod's value where the container has none.
    private static func context(_ path: String, _ other: String) -> String {
        "c.?securityContext.?\(path).orValue(\(pod).?securityContext.?\(path).orValue(\(other)))"
    }

    private static func own(_ path: String, _ other: String) -> String {
        "c.?securityContext.?\(path).orValue(\(other))"
    }

    private static func capabilities(_ key: String) -> String {
        "c.?securityContext.?capabilities.?\(key).orValue([]).map(x, x.upperAscii().replace(\"CAP_\", \"\"))"
    }

    private static let words = "(c.?command.orValue([]) + c.?args.orValue([]))"

    /// The fields by their names in the event schema.
    private static let table: [String: String] = [
        "container.privileged": own("privileged", "false"),
        "container.allowPrivilegeEscalation": own("allowPrivilegeEscalation", "false"),
        "container.readOnlyRootFilesystem": own("readOnlyRootFilesystem", "false"),
        "container.runAsNonRoot": context("runAsNonRoot", "false"),
        "container.runAsUser": context("runAsUser", "-1"),
        "container.runAsRoot": "(\(context("runAsUser", "-1")) == 0)",
        "container.capabilities": capabilities("add"),
        "container.capabilitiesDropped": capabilities("drop"),
        "container.seccomp": context("seccompProfile.?type", "\"\""),
        "container.seccompUnconfined": "(\(context("seccompProfile.?type", "\"\"")) == \"Unconfined\")",
        "container.apparmor": context("appArmorProfile.?type", "\"\""),
        "container.apparmorUnconfined": "(\(context("appArmorProfile.?type", "\"\"")) == \"Unconfined\")",
        "container.selinuxDisabled":
            "(\(context("seLinuxOptions.?type", "\"\"")) in [\"spc_t\", \"unconfined_t\", \"container_runtime_t\"])",
        "container.unmaskedPaths": "(\(own("procMount", "\"\"")) == \"Unmasked\")",
        "container.hostProcess": context("windowsOptions.?hostProcess", "false"), "container.name": "c.name",
        "container.image": "c.?image.orValue(\"\")",
        "container.command": "c.?command.orValue([])", "container.args": "c.?args.orValue([])",
        "container.commandLine": "\(words).join(\" \")",
        "image.reference": "c.?image.orValue(\"\")", "image.pinned": "c.?image.orValue(\"\").contains(\"@\")",
        "workload.hostPID": "\(pod).?hostPID.orValue(false)", "workload.hostIPC": "\(pod).?hostIPC.orValue(false)",
        "workload.hostNetwork": "\(pod).?hostNetwork.orValue(false)",
        "workload.shareProcessNamespace": "\(pod).?shareProcessNamespace.orValue(false)",
        "workload.node": "\(pod).?nodeName.orValue(\"\")",
        "workload.serviceAccount": "\(pod).?serviceAccountName.orValue(\"\")",
        "workload.runtimeClass": "\(pod).?runtimeClassName.orValue(\"\")",
        "workload.priorityClass": "\(pod).?priorityClassName.orValue(\"\")",
        "workload.restartPolicy": "\(pod).?restartPolicy.orValue(\"\")",
        "workload.kind": "object.kind", "workload.name": "object.metadata.?name.orValue(\"\")",
        "workload.namespace": "object.metadata.?namespace.orValue(\"\")",
        "workload.platform": "\"kubernetes\"",
        "workload.images": "variables.containers.map(x, x.?image.orValue(\"\"))",
        "event.namespace": "object.metadata.?namespace.orValue(\"\")",
        "event.name": "object.metadata.?name.orValue(\"\")",
        "event.platform": "\"kubernetes\"",
    ]

    private static let lists: Set = [
        "container.capabilities", "container.capabilitiesDropped", "container.command", "container.args",
        "workload.images",
    ]

    /// Whether a field is a list.
    static func isList(_ path: String) -> Bool { lists.contains(path) }

    /// A field; nil where objects have no such thing.
    static func text(of path: String, isTest: Bool) -> String? { isTest ? nil : table[path] }

    /// A field of what a loop goes over.
    static func field(_ name: String, of kind: PolicyTranslation.Bound, called variable: String, isTest: Bool)
        -> String?
    {
        switch (kind, name) {
        case (.mount, "source"): isTest ? "true" : "\(variable)v.hostPath.path"
        case (.mount, "readOnly"): "\(variable)m.?readOnly.orValue(false)"
        case (.mount, "target"): "\(variable)m.mountPath"
        case (.mount, "subPath"): "\(variable)m.?subPath.orValue(\"\")"
        case (.mount, "propagation"): "\(variable)m.?mountPropagation.orValue(\"\")"
        case (.mount, "type"): "\(variable)v.hostPath.?type.orValue(\"\")"
        case (.port, "host"): isTest ? "has(\(variable).hostPort)" : "\(variable).?hostPort.orValue(0)"
        case (.port, "container"): "\(variable).containerPort"
        case (.port, "hostIP"): "\(variable).?hostIP.orValue(\"\")"
        case (.port, "protocol"): "\(variable).?protocol.orValue(\"TCP\")"
        case (.variable, "name"): "\(variable).name"
        case (.variable, "value"): "\(variable).?value.orValue(\"\")"
        default: nil
        }
    }
}

/// Judgements of host paths as regular expressions; spellings such as `//`, `/./` and a slash at the end are seen through.
///
/// A path with `..` an API server refuses by itself.
enum HostPathText {
    /// One slash between parts, however often and with whatever dots it is written.
    private static let slash = #"(/+\.)*/+"#
    /// What may stand behind a path without naming another.
    private static let end = #"(/+\.?)*$"#

    static func isRoot(_ path: String) -> String {
        matches(path, [#"^(/+\.?)+$"#, "^\(slash)proc\(slash)[^/]+\(slash)root\(end)", #"^[a-zA-Z]:[\\/]?$"#])
    }

    static func isRuntimeSocket(_ path: String) -> String {
        let names = "(" + HostPath.runtimes.map { escaped("\($0)") }.joined(separator: "|") + ")"
        let run = "^\(slash)(var\(slash))?run"
        return matches(
            path,
            [
                #"^/(.*/)?[^/]*\#(names)[^/]*\.sock(et)?\#(end)"#, "\(run)\(end)",
                "\(run)\(slash)([^/]+\(slash))?\(names)\(end)", #"(\\pipe\\|^//\./pipe/).*(docker|containerd)"#,
            ])
    }

    /// A path that is one of some, stands below one, or holds one.
    static func isSensitive(_ path: String, _ members: [String]) -> String {
        let patterns = members.map { member -> String in
            let steps = member.split(separator: "/").map { step in escaped(String(step)) }
            // `/etc` holds `/etc/shadow`, so each beginning of a member counts too.
            var pattern = ""
            for step in steps.reversed() {
                pattern = "(\(slash)\(step)" + (pattern.isEmpty ? "(/.*)?" : pattern) + ")?"
            }
            return "^" + pattern.dropLast() + end
        }
        return matches(path, patterns)
    }

    private static func matches(_ path: String, _ patterns: [String]) -> String {
        "\(path).matches(\(SearchLowering.literal(patterns.joined(separator: "|"))))"
    }

    private static func escaped(_ step: String) -> String {
        step.reduce(into: "") { text, character in
            switch character {
            case "*": text += "[^/]*"
            case ".", "+", "(", ")", "[", "]", "{", "}", "^", "$", "|", "?": text += "\\\(character)"
            default: text.append(character)
            }
        }
    }
}

/// Ports, and ranges of them, as comparisons of a number.
enum PortText {
    static func text(_ port: String, isIn members: [String]) -> String {
        let parts = members.compactMap { member -> String? in
            let ends = member.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last else { return nil }
            return first == last ? "\(port) == \(first)" : "(\(port) >= \(first) && \(port) <= \(last))"
        }
        return parts.isEmpty ? "false" : "(" + parts.joined(separator: " || ") + ")"
    }
}

/// Judgements of image references as regular expressions.
enum ImageText {
    /// No digest, and no tag or one that moves.
    static func hasMutableTag(_ image: String, _ tags: [String]) -> String {
        let known = tags.map { tag in
            tag.reduce(into: "") { $0 += $1 == "*" ? "[^:/]*" : $1 == "." ? "\\." : String($1) }
        }
        let pattern = SearchLowering.literal(":(" + known.joined(separator: "|") + ")$")
        return
            "(\(image) != \"\" && !\(image).contains(\"@\") && (!\(image).matches(\":[^:/]+$\") || \(image).matches(\(pattern))))"
    }
}

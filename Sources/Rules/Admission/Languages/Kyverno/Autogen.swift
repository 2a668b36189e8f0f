/// The rules that Kyverno makes of a rule about Pods for what makes Pods.
struct Autogen {
    /// How a rule is called, whom it is about, and where the Pod stands there.
    struct Target {
        var prefix: String
        var kinds: [String]
        var path: String
    }

    /// Makes the targets of some controllers.
    ///
    /// - Parameter controllers: kinds or plural names.
    /// - Returns: one target for what has a template, one for what has a template of a Job.
    static func targets(_ controllers: [String]) -> [Target] {
        let wanted = Set(controllers.map { $0.lowercased() })
        func isWanted(_ kind: String) -> Bool {
            wanted.contains("all") || wanted.contains(kind.lowercased()) || wanted.contains(kind.lowercased() + "s")
        }
        let ordinary = ["DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"]
            .filter(isWanted)
        var targets: [Target] = []
        if !ordinary.isEmpty { targets.append(Target(prefix: "autogen", kinds: ordinary, path: "spec.template")) }
        if isWanted("CronJob") {
            targets.append(
                Target(prefix: "autogen-cronjob", kinds: ["CronJob"], path: "spec.jobTemplate.spec.template"))
        }
        return targets
    }

    /// An expression about a Pod as one about the Pod of a template.
    ///
    /// - Parameters:
    ///   - expression: the expression.
    ///   - target: what it is to be about.
    ///   - keepsNames: whether `metadata.name` and `metadata.namespace` stay those of the whole object.
    /// - Returns: the expression.
    static func rewrite(_ expression: String, for target: Target, keepsNames: Bool) -> String {
        var text = expression
        for object in ["object", "oldObject"] {
            for part in ["spec", "metadata"] {
                text = replace(
                    "\(object).\(part)", by: "\(object).\(target.path).\(part)", in: text, keepsNames: keepsNames)
            }
        }
        return text
    }

    private static func replace(_ from: String, by to: String, in text: String, keepsNames: Bool) -> String {
        var result = ""
        var rest = text[...]
        while let found = rest.firstRange(of: from) {
            result += rest[..<found.lowerBound]
            let behind = rest[found.upperBound...]
            result += keepsNames && isName(behind) ? from : to
            rest = behind
        }
        return result + rest
    }

    private static func isName(_ behind: Substring) -> Bool {
        for suffix in [".namespace", ".name"] where behind.hasPrefix(suffix) {
            guard let next = behind.dropFirst(suffix.count).utf8.first else { return true }
            if !ASCII.isAlphanumeric(next), next != UInt8(ascii: "_") { return true }
        }
        return false
    }
}

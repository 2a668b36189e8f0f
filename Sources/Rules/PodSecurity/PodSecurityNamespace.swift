internal import JSONView

extension PodSecurity {
    /// What a namespace asks of the Pods in it.
    public struct NamespacePolicy: Sendable, Equatable {
        /// Pods that violate it are refused.
        public var enforce: Policy
        /// Violations are noted in the audit log.
        public var audit: Policy
        /// Violations are told to the user.
        public var warn: Policy

        /// Makes the policy of a namespace; `privileged` for all three is the API server's default.
        public init(
            enforce: Policy = Policy(.privileged), audit: Policy = Policy(.privileged),
            warn: Policy = Policy(.privileged)
        ) {
            self.enforce = enforce
            self.audit = audit
            self.warn = warn
        }

        /// Reads the labels `pod-security.kubernetes.io/…` of a namespace.
        ///
        /// A level that does not exist means `restricted` for `enforce` and `privileged` for the others; a version that cannot be
        /// read means `latest`. Without a level for `warn`, a stricter one of `enforce` is meant.
        ///
        /// - Parameters:
        ///   - labels: the namespace's labels.
        ///   - defaults: what is meant where a label is missing.
        /// - Returns: the policy, and what is wrong with the labels, in the API server's words.
        public static func read(
            _ labels: [String: String], defaults: NamespacePolicy = NamespacePolicy()
        ) -> (policy: NamespacePolicy, faults: [String]) {
            var policy = defaults
            var faults: [String] = []
            func read(_ mode: String, _ target: inout Policy, failing: Level) {
                let label = "pod-security.kubernetes.io/\(mode)"
                if let value = labels[label] {
                    target.level = Level(rawValue: value) ?? failing
                    if Level(rawValue: value) == nil {
                        faults.append(fault(label, value, "must be one of privileged, baseline, restricted"))
                    }
                }
                if let value = labels[label + "-version"] {
                    target.version = Version(value) ?? .latest
                    if Version(value) == nil {
                        faults.append(fault(label + "-version", value, "must be \"latest\" or \"v1.x\""))
                    }
                }
            }
            read("enforce", &policy.enforce, failing: .restricted)
            read("audit", &policy.audit, failing: .privileged)
            read("warn", &policy.warn, failing: .privileged)
            // Since v1.26, whoever says only what is enforced is warned by it too: about what makes Pods.
            let prefix = "pod-security.kubernetes.io/"
            if labels[prefix + "warn"] == nil, let level = labels[prefix + "enforce"].flatMap(Level.init(rawValue:)),
                level > policy.warn.level
            {
                policy.warn.level = level
                if labels[prefix + "warn-version"] == nil { policy.warn.version = policy.enforce.version }
            }
            return (policy, faults)
        }

        private static func fault(_ label: String, _ value: String, _ reason: String) -> String {
            "metadata.labels[\(label)]: Invalid value: \(PodSecurityWords.goQuoted(value)): \(reason)"
        }
    }

    /// Whom PodSecurity admission leaves alone (`PodSecurityConfiguration.exemptions`).
    public struct Exemptions: Sendable, Equatable {
        public var usernames: Set<String>
        public var namespaces: Set<String>
        public var runtimeClasses: Set<String>

        /// Exempts nobody unless told otherwise.
        public init(usernames: Set<String> = [], namespaces: Set<String> = [], runtimeClasses: Set<String> = []) {
            self.usernames = usernames
            self.namespaces = namespaces
            self.runtimeClasses = runtimeClasses
        }
    }
}

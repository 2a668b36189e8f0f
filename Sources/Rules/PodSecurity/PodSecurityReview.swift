public import JSONView

extension PodSecurity {
    /// A request for a Pod, or for something that makes Pods.
    public struct Request {
        /// The plural name of the resource: `pods`, `deployments`.
        public var resource: String
        public var subresource: String?
        /// Whether the object was there before.
        public var isUpdate: Bool
        public var name: String
        public var namespace: String
        public var user: String?
        public var object: JSONValue
        public var oldObject: JSONValue?

        /// Describes a request.
        public init(
            resource: String, subresource: String? = nil, isUpdate: Bool = false, name: String, namespace: String,
            user: String? = nil, object: JSONValue, oldObject: JSONValue? = nil
        ) {
            self.resource = resource
            self.subresource = subresource
            self.isUpdate = isUpdate
            self.name = name
            self.namespace = namespace
            self.user = user
            self.object = object
            self.oldObject = oldObject
        }
    }

    /// What PodSecurity admission answers.
    public struct Review: Sendable, Equatable {
        /// Why the request is refused, as the API server says it; nil where it is not.
        public var denial: String?
        /// Warnings for the user.
        public var warnings: [String] = []
        /// What goes into the audit log, without the prefix `pod-security.kubernetes.io/`.
        public var auditAnnotations: [String: String] = [:]
        /// What made the refusal.
        public var violations: [Violation] = []
        /// What made the warning, or else the note in the audit log.
        public var concerns: [Violation] = []
        /// Where in the object the Pod stands.
        public var place = JSONPath()

        /// Whether the request goes through.
        public var isAllowed: Bool { denial == nil }
    }

    /// Judges a request as the API server does.
    ///
    /// Pods are refused; what makes Pods is only warned about, because its Pods will be judged.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - labels: the labels of its namespace.
    ///   - defaults: what is meant where the namespace says nothing.
    ///   - exemptions: whom it leaves alone.
    /// - Returns: the answer; an allowing one for what makes no Pods.
    public static func review(
        _ request: Request, labels: [String: String], defaults: NamespacePolicy = NamespacePolicy(),
        exemptions: Exemptions = Exemptions()
    ) -> Review {
        let isPod = request.resource == "pods"
        var review = Review()
        guard isPod ? !ignored.contains(request.subresource ?? "") : request.subresource ?? "" == "" else {
            return review
        }
        if exemptions.namespaces.contains(request.namespace) {
            review.auditAnnotations["exempt"] = "namespace"
            return review
        }
        if let user = request.user, exemptions.usernames.contains(user) {
            review.auditAnnotations["exempt"] = "user"
            return review
        }
        let (policy, faults) = NamespacePolicy.read(labels, defaults: defaults)
        let modes = [policy.warn, policy.audit] + (isPod ? [policy.enforce] : [])
        if faults.isEmpty, modes.allSatisfy({ $0.level == .privileged }) { return review }
        if isPod, request.isUpdate, let old = request.oldObject, !PodUpdate.matters(old, request.object) {
            return review
        }
        guard
            let (pod, place) = isPod
                ? PodSecurityPod(request.object).map({ ($0, JSONPath()) })
                : PodSecurityPod.within(request.object)
        else { return review }
        review.place = place
        if let runtime = pod.spec["runtimeClassName"]?.string, exemptions.runtimeClasses.contains(runtime) {
            review.auditAnnotations["exempt"] = "runtimeClass"
            return review
        }
        if !faults.isEmpty {
            let list = faults.count == 1 ? faults[0] : "[\(faults.joined(separator: ", "))]"
            review.auditAnnotations["error"] = "Failed to parse policy: \(list)"
        }
        if isPod {
            review.auditAnnotations["enforce-policy"] = policy.enforce.description
            review.violations = evaluate(policy.enforce.level, version: policy.enforce.version, pod: pod)
            if !review.violations.isEmpty {
                review.denial =
                    "pods \(PodSecurityWords.goQuoted(request.name)) is forbidden: violates PodSecurity "
                    + "\"\(policy.enforce)\": \(text(of: review.violations))"
            }
        }
        let audited = evaluate(policy.audit.level, version: policy.audit.version, pod: pod)
        if !audited.isEmpty {
            review.auditAnnotations["audit-violations"] =
                "would violate PodSecurity \"\(policy.audit)\": \(text(of: audited))"
            review.concerns = audited
        }
        guard review.isAllowed else { return review }
        let warned =
            policy.warn == policy.audit
            ? audited : evaluate(policy.warn.level, version: policy.warn.version, pod: pod)
        if !warned.isEmpty {
            review.concerns = warned
            review.warnings = ["would violate PodSecurity \"\(policy.warn)\": \(text(of: warned))"]
        }
        return review
    }

    /// Parts of a Pod whose requests carry no Pod.
    private static let ignored: Set<String> = [
        "exec", "attach", "binding", "eviction", "log", "portforward", "proxy", "status",
    ]
}

/// Whether an update of a Pod changes anything that the checks look at.
private enum PodUpdate {
    static func matters(_ old: JSONValue, _ new: JSONValue) -> Bool {
        if annotation(new, "seccomp.security.alpha.kubernetes.io/pod")
            != annotation(old, "seccomp.security.alpha.kubernetes.io/pod")
        {
            return true
        }
        for list in ["containers", "initContainers"] {
            let (before, after) = (containers(old, list), containers(new, list))
            guard before.count == after.count else { return true }
            if zip(before, after).contains(where: { differs($0, $1, old, new) }) { return true }
        }
        let before = containers(old, "ephemeralContainers")
        let known = Dictionary(before.map { ($0["name"]?.string ?? "", $0) }) { first, _ in first }
        return containers(new, "ephemeralContainers").contains { container in
            guard let earlier = known[container["name"]?.string ?? ""] else { return true }
            return differs(earlier, container, old, new)
        }
    }

    private static func containers(_ pod: JSONValue, _ list: String) -> [JSONValue] {
        pod["spec"]?.member(JSONKey(list)).map { Array($0.elements) } ?? []
    }

    private static func differs(
        _ before: JSONValue, _ after: JSONValue, _ old: JSONValue, _ new: JSONValue
    ) -> Bool {
        if before["image"]?.string ?? "" != after["image"]?.string ?? "" { return true }
        let key = "container.seccomp.security.alpha.kubernetes.io/\(after["name"]?.string ?? "")"
        return annotation(old, key) != annotation(new, key)
    }

    private static func annotation(_ pod: JSONValue, _ key: String) -> String {
        pod["metadata"]?["annotations"]?.member(JSONKey(key))?.string ?? ""
    }
}

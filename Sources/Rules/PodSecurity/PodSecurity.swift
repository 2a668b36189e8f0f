public import JSONView

/// The Pod Security Standards, as the API server's PodSecurity admission applies them.
///
/// Every policy version is there, from v1.0 to the newest; a version beyond it is judged as the newest, as the API server
/// does. The messages are the API server's own. Nothing is read or written, and nothing is kept between calls.
///
/// Specification: k8s.io/pod-security-admission and the page "Pod Security Standards" of Kubernetes' documentation.
public enum PodSecurity {
    /// How much a Pod may do, from everything to little.
    public enum Level: String, CaseIterable, Comparable, Sendable {
        case privileged, baseline, restricted

        public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// A check that a Pod does not pass.
    public struct Violation: Sendable, Equatable {
        /// The check, as the API server names it: `hostNamespaces`.
        public var check: String
        /// What is forbidden, in short: `host namespaces`.
        public var reason: String
        /// What made it so: `hostNetwork=true`.
        public var detail: String
        /// The offending fields, seen from the Pod or the Pod's template: those that are set and must not be, or the places
        /// where something must be set.
        public var fields: [JSONPath]

        /// The reason, with the detail in parentheses.
        public var message: String { detail.isEmpty ? reason : "\(reason) (\(detail))" }
    }

    /// What a Pod does that a policy does not allow.
    ///
    /// - Parameters:
    ///   - level: the policy's level.
    ///   - version: the policy's version.
    ///   - pod: a Pod, or the template of one.
    /// - Returns: one violation a check, in the API server's order; none where the Pod is allowed.
    public static func evaluate(_ level: Level, version: Version = .latest, pod: PodSecurityPod) -> [Violation] {
        guard level != .privileged else { return [] }
        let minor = version.minor.map { min($0, newestMinor) } ?? newestMinor
        let pack = level == .baseline ? PodSecurityChecks.baseline : PodSecurityChecks.restricted
        return pack[minor].compactMap { $0.run(pod) }
    }

    /// The newest version in which a policy changed.
    public static let newest = Version(minor: newestMinor)
    static let newestMinor = 35

    /// The violations in one text, as the API server joins them.
    public static func text(of violations: [Violation]) -> String { violations.map(\.message).joined(separator: ", ") }
}

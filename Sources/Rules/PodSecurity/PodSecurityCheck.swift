internal import JSONView

/// One check of the Pod Security Standards.
struct PodSecurityCheck: Sendable {
    /// Looks at a Pod; nil where it passes.
    typealias Look = @Sendable (PodSecurityPod) -> PodSecurityOffence?

    /// The check's name in the API server.
    let id: String
    let level: PodSecurity.Level
    /// The check as it was changed over time: the first minor version of each change, ascending.
    let revisions: [Revision]

    /// The check from a minor version on, and the check of a lower level that it takes the place of.
    struct Revision: Sendable {
        let since: Int
        let overrides: String?
        let look: Look

        static func since(_ since: Int, overriding overridden: String? = nil, _ look: @escaping Look) -> Revision {
            Revision(since: since, overrides: overridden, look: look)
        }
    }

    init(_ id: String, _ level: PodSecurity.Level, _ revisions: [Revision]) {
        self.id = id
        self.level = level
        self.revisions = revisions
    }

    /// A check that never changed, or only where it takes the place of another.
    init(
        _ id: String, _ level: PodSecurity.Level, since: Int = 0, overriding overridden: String? = nil,
        _ look: @escaping Look
    ) {
        self.init(id, level, [.since(since, overriding: overridden, look)])
    }

    /// The check as it is in a version; nil before its first.
    func revision(of minor: Int) -> (overrides: String?, runnable: Runnable)? {
        revisions.last { $0.since <= minor }.map { ($0.overrides, Runnable(id: id, look: $0.look)) }
    }

    /// A check in one version.
    struct Runnable: Sendable {
        let id: String
        let look: Look

        func run(_ pod: PodSecurityPod) -> PodSecurity.Violation? {
            look(pod).map {
                PodSecurity.Violation(check: id, reason: $0.reason, detail: $0.detail, fields: $0.fields)
            }
        }
    }
}

/// What a check found.
struct PodSecurityOffence {
    var reason: String
    var detail: String
    var fields: [JSONPath]
}

/// The checks that a level asks for in each version.
enum PodSecurityChecks {
    /// All checks; their order here does not matter.
    static let all: [PodSecurityCheck] = [
        .appArmorProfile, .capabilitiesBaseline, .hostNamespaces, .hostPathVolumes, .hostPorts,
        .hostProbesAndHostLifecycle, .privileged, .procMount, .seccompBaseline, .seLinuxOptions, .sysctls,
        .windowsHostProcess,
        .allowPrivilegeEscalation, .capabilitiesRestricted, .procMountRestricted, .restrictedVolumes, .runAsNonRoot,
        .runAsUser, .seccompRestricted,
    ]

    /// By minor version.
    static let baseline: [[PodSecurityCheck.Runnable]] = (0...PodSecurity.newestMinor).map { minor in
        ordered(.baseline).compactMap { $0.revision(of: minor)?.runnable }
    }

    /// By minor version: baseline's checks, those left out that a stricter one takes the place of, then the level's own.
    static let restricted: [[PodSecurityCheck.Runnable]] = (0...PodSecurity.newestMinor).map { minor in
        let own = ordered(.restricted).compactMap { $0.revision(of: minor) }
        let overridden = Set(own.compactMap(\.overrides))
        return baseline[minor].filter { !overridden.contains($0.id) } + own.map(\.runnable)
    }

    private static func ordered(_ level: PodSecurity.Level) -> [PodSecurityCheck] {
        all.filter { $0.level == level }.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    }
}

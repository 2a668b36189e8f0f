internal import JSONView
internal import Rules
internal import SecurityEvents

/// The ways in which the workload of a request is called: by itself, and by what made it.
struct WorkloadNames {
    var namespace: String?
    private var kind: String
    private var name: String
    /// The controlling owner, where it can be believed: a client may write any owner into its object.
    private var owner: (kind: String, name: String)?

    init(_ event: borrowing Event) {
        let summary = WorkloadSummary(copying: event)
        namespace = summary?.namespace
        kind = Self.kind(summary?.kind ?? "")
        name = summary?.name ?? ""
        guard event.source.platform == .kubernetes, ActorJudgement(event.actor, lists: RuleLists()).isController,
            let owner = summary?.owner?.split(separator: "/", maxSplits: 1), owner.count == 2
        else { return }
        self.owner = (String(owner[0]), String(owner[1]))
    }

    /// A Pod that is entered is named by its resource.
    private static func kind(_ kind: String) -> String { kind == "pods" ? "Pod" : kind }

    /// Whether the workload, or what made it, has a name.
    func isCalled(kind: String, name: String) -> Bool {
        if self.kind == kind, self.name == name, !name.isEmpty { return true }
        guard let owner else { return false }
        if owner == (kind, name) { return true }
        // The Pods of a Deployment belong to its ReplicaSets, those of a CronJob to its Jobs, both named after it.
        let made = ["ReplicaSet": "Deployment", "Job": "CronJob"]
        guard made[owner.kind] == kind, let dash = owner.name.lastIndex(of: "-") else { return false }
        return owner.name[..<dash] == name
    }

    /// `Kind/name`, and the bare name.
    var all: [String] {
        var names = [name, "\(kind)/\(name)"]
        if let owner {
            names.append("\(owner.kind)/\(owner.name)")
            let made = ["ReplicaSet": "Deployment", "Job": "CronJob"]
            if let maker = made[owner.kind], let dash = owner.name.lastIndex(of: "-") {
                names.append("\(maker)/\(owner.name[..<dash])")
            }
        }
        return names
    }
}

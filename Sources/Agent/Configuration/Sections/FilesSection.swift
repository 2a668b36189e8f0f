/// Log files.
package struct FilesSection: ConfigSection {
    /// Where a log that is new is read from.
    package enum Start: String, CaseIterable, Sendable {
        case end, start
    }

    package var use = SourceUse.auto
    package var paths: [String] = []
    package var from = Start.end
    package var positions: String?

    package init() {}

    package static let path = "sources.files"
    package static let summary = "Log files, followed as they grow, across rotation."
    package static let keys: [ConfigKey<Self>] = [
        .choice(
            "use", \.use,
            "With auto, and where no paths, cluster or webhook are named, the usual places of a Kubernetes audit log are looked "
                + "at too. With never, no file is followed."),
        .paths("paths", \.paths, "The logs. They need not exist yet."),
        .choice("from", \.from, "Where a log is read from that was not read before."),
        .path(
            "positions", \.positions,
            "A file that keeps how far logs, the Docker engine and the journal were read, where there is no ledger; a ledger "
                + "keeps it itself, together with the entries."),
    ]

    /// Where API servers usually write their audit log: kubeadm's and the documentation's examples, kubespray, k3s, RKE2,
    /// OpenShift.
    package static let usualAuditLogs = [
        "/var/log/kubernetes/audit.log",
        "/var/log/kubernetes/audit/audit.log",
        "/var/log/kubernetes/kube-apiserver-audit.log",
        "/var/log/kube-apiserver/audit.log",
        "/var/log/audit/kube-apiserver-audit.log",
        "/var/lib/rancher/k3s/server/logs/audit.log",
        "/var/lib/rancher/rke2/server/logs/audit.log",
    ]
}

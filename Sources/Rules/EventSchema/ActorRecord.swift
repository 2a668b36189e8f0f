internal import CEL
package import JSONView
package import SecurityEvents

/// `actor`: who did it.
package final class ActorRecord: TabledRecord {
    /// Owns this record; counting it would cost more than reading a field.
    unowned(unsafe) let context: EventContext
    let kept = KeptValues(count: ActorRecord.table.fields.count)
    var judgements: ActorJudgement?

    init(_ context: EventContext) { self.context = context }

    var actor: Actor { context.event.actor }
    package var origin: JSONValue? { nil }

    /// What kind of account the actor is.
    package var judged: ActorJudgement {
        if let judgements { return judgements }
        let made = ActorJudgement(actor, lists: context.lists)
        judgements = made
        return made
    }

    static let table = SchemaTable<ActorRecord>("Actor", "Who did it.", ActorRecord.fields)

    private static let fields: [SchemaField<ActorRecord>] = [
        .text("user", "The authenticated name; empty where the source knows nobody.") { $0.actor.user },
        .text("uid", "The account's identifier.") { $0.actor.uid },
        .texts("groups", "The account's groups.") { $0.actor.groups },
        .word("authentication", "certificate, serviceAccount, token, localSocket, anonymous or unknown.") {
            $0.actor.authentication.word
        },
        .texts("addresses", "Where the request came from; all but the last can be set by the client.") {
            $0.actor.addresses
        },
        .text("userAgent", "What the client calls itself.") { $0.actor.userAgent },
        .text("impersonatedUser", "The name that the user acted under instead of their own.") {
            $0.actor.impersonatedUser
        },
        .texts("impersonatedGroups", "The groups that the user acted with instead of their own.") {
            $0.actor.impersonatedGroups
        },
        .text("effectiveUser", "The name that the action counted under.") { $0.actor.effectiveUser },
        .judged("anonymous", "Whether the caller proved nothing: system:anonymous, system:unauthenticated, plain TCP.")
        {
            $0.judged.isAnonymous
        },
        .judged("known", "Whether the list known_admins has the user, or it is one of the system's.") {
            $0.judged.isKnown
        },
        .judged(
            "system",
            "Whether it is a component of the control plane, a node, or a service account of a system namespace."
        ) {
            $0.judged.isSystem
        },
        .judged("node", "Whether it is a node's own account.") { $0.judged.isNode },
        .judged("controller", "Whether it is one of Kubernetes' built-in controllers.") { $0.judged.isController },
        .judged("serviceAccount", "Whether it is a service account.") { $0.judged.isServiceAccount },
        .json("extra", "What else the authenticator said.") { $0.actor.extra },
    ]
}

/// What kind of account an actor is.
package struct ActorJudgement: BitwiseCopyable {
    package let isAnonymous: Bool
    package let isNode: Bool
    package let isController: Bool
    package let isServiceAccount: Bool
    package let isSystem: Bool
    package let isKnown: Bool

    /// Judges an actor by the account that it authenticated as: whom it impersonates says nothing about who it is.
    package init(_ actor: Actor, lists: RuleLists) {
        let user = actor.user ?? .none
        isAnonymous = Self.isAnonymous(actor)
        isNode = user.hasPrefix("system:node:")
        let account = user.dropping(prefix: "system:serviceaccount:")
        isServiceAccount = account != nil || actor.authentication == .serviceAccount
        var inSystemNamespace = false
        var isBuiltIn = false
        if let account, let colon = account.firstIndex(of: UInt8(ascii: ":")) {
            inSystemNamespace = lists.contains(account.prefix(colon), in: "system_namespaces")
            let name = account.dropFirst(colon + 1)
            isBuiltIn = account.prefix(colon) == "kube-system" && Self.controllers.contains(name)
        }
        let isComponent =
            user == "system:kube-controller-manager" || user == "system:kube-scheduler" || user == "system:apiserver"
            || user == "system:cloud-controller-manager" || user == "system:kube-proxy"
        let isPlatform = Self.platformAccounts.contains(user)
        isController = isBuiltIn || (isComponent && user != "system:kube-proxy")
        isSystem = !isAnonymous && (isComponent || isNode || inSystemNamespace || isPlatform)
        isKnown = !isAnonymous && (isSystem || (!user.isEmpty && lists.contains(user, in: "known_admins")))
    }

    /// Whether the caller proved nothing.
    static func isAnonymous(_ actor: Actor) -> Bool {
        if actor.authentication == .anonymous { return true }
        if let user = actor.user, user == "system:anonymous" { return true }
        guard let groups = actor.groups else { return false }
        if let group = groups.text { return group == "system:unauthenticated" }
        return groups.elements.contains { $0.text.map { $0 == "system:unauthenticated" } ?? false }
    }

    /// Accounts under which clouds run the parts of a cluster that they manage; nobody else can have these names there.
    private static let platformAccounts = TextSet([
        "system:addon-manager", "eks:addon-manager", "eks:node-manager", "eks:fargate-manager", "eks:k8s-metrics",
        "eks:certificate-controller", "eks:cluster-event-watcher", "eks:vpc-resource-controller",
        "eks:kms-storage-migrator", "eks:pod-identity-mutating-webhook", "aksService",
    ])

    /// The service accounts of kube-controller-manager's controllers: any other in the namespace may be anybody's.
    private static let controllers = TextSet([
        "attachdetach-controller", "bootstrap-signer", "certificate-controller", "clusterrole-aggregation-controller",
        "cronjob-controller", "daemon-set-controller", "deployment-controller", "device-taint-eviction-controller",
        "disruption-controller", "endpoint-controller", "endpointslice-controller", "endpointslicemirroring-controller",
        "ephemeral-volume-controller", "expand-controller", "generic-garbage-collector", "horizontal-pod-autoscaler",
        "job-controller", "legacy-service-account-token-cleaner", "namespace-controller", "node-controller",
        "persistent-volume-binder", "pod-garbage-collector", "podcertificaterequestcleaner-controller",
        "pv-protection-controller", "pvc-protection-controller", "replicaset-controller", "replication-controller",
        "resource-claim-controller", "resourcequota-controller", "root-ca-cert-publisher", "route-controller",
        "selinux-warning-controller", "service-account-controller", "service-cidrs-controller", "service-controller",
        "statefulset-controller", "storage-version-migrator-controller", "taint-eviction-controller", "token-cleaner",
        "ttl-after-finished-controller", "ttl-controller", "validatingadmissionpolicy-status-controller",
        "volumeattributesclass-protection-controller",
    ])
}

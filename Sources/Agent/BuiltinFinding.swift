package import SecurityEvents

/// What Tallyman says of gaps, which no rule can: a rule sees what was told, not what was not.
///
/// `tallyman rules show` shows them beside the rules.
package struct BuiltinFinding: Sendable {
    /// The name that findings have in the place of a rule's.
    package let name: String
    package let id: String
    package let title: String
    package let level: Level
    package let description: String
    package let tags: [String]
    package let falsePositives: [String]
    package let remediation: String
    /// What it is, how it is used in attacks, and how to tell.
    package let page: String

    /// What is said of a suspicion.
    package static func of(_ suspicion: Gap.Suspicion) -> BuiltinFinding {
        switch suspicion {
        case .logCut: logCut
        case .auditPolicyWeakened: auditPolicyWeakened
        }
    }

    /// All of them.
    package static let all = Gap.Suspicion.allCases.map(of)

    private static let logCut = BuiltinFinding(
        name: Gap.Suspicion.logCut.rawValue, id: "5d0f6a0e-9a0b-4c0c-8f67-3d6f8a0c2b71",
        title: "A log was cut while it was written", level: .high,
        description:
            "A followed log became shorter or other than it was read, or a file that it was rotated to was gone before it was read.",
        tags: ["attack.t1070.002", "attack.t1610"],
        falsePositives: [
            "Somebody emptied the log by hand to free space.",
            "A rotation that removes files at once, faster than they are read.",
        ],
        remediation: """
            Find out who wrote to or removed the file, and compare with another source (a webhook, another server's log). \
            Rotate by renaming, and keep rotated files for an hour at least.
            """,
        page: """
            # A log was cut while it was written

            Tallyman follows a log through rotation: a file that is renamed, or copied and then cut, is read to its end. What
            it tells here is none of that: the file lost its end, has other bytes than were read, or went away unread.

            ## How it is used in attacks

            Whoever deployed a container and has the node empties the audit log or the engine's log, or removes the rotated
            file, so that nobody can say afterwards who asked for what.

            ## Telling false positives apart

            An administrator who frees space by hand knows that they did. A rotation that keeps no file for as long as reading
            takes does it at regular times.

            ## What to do

            Find out who wrote to or removed the file, and compare with another source. Rotate by renaming, and keep rotated
            files for an hour at least.
            """)

    private static let auditPolicyWeakened = BuiltinFinding(
        name: Gap.Suspicion.auditPolicyWeakened.rawValue, id: "3c5f0c1e-6d0f-4f2b-9b57-0a4be3f6d2c8",
        title: "The audit policy tells less than before", level: .high,
        description:
            "Requests that one account made before, of one kind and in one namespace, are now logged at a lower level: the API server's audit policy was changed.",
        tags: ["attack.defense-impairment", "attack.t1562.008", "attack.t1610"],
        falsePositives: [
            "Somebody changed the audit policy on purpose, to log less.",
            "Several API servers with different policies write into one log.",
        ],
        remediation: """
            Compare the file of `--audit-policy-file` on each control-plane node with the one that is meant to be there, and \
            find out who changed it. Log workloads at level RequestResponse.
            """,
        page: """
            # The audit policy tells less than before

            A policy decides by who asks, what for, and in which namespace, how much of a request is logged. So a request of
            the same kind by the same account is always logged at the same level, until the policy changes.

            ## How it is used in attacks

            With write access to a control-plane node, the policy is changed so that the bodies of the requests that matter
            are no longer logged; the API server is started again, and its log goes on as if nothing had happened.

            ## Telling false positives apart

            A change on purpose is known to those who run the cluster, and comes to all control-plane nodes. A level that
            goes up and down again and again comes from several servers whose policies differ.

            ## What to do

            Compare the file of `--audit-policy-file` on each control-plane node with the one that is meant to be there. Log
            workloads at level RequestResponse.
            """)
}

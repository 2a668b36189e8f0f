package import CEL

/// `facts`: what is joined to an event out of earlier ones.
package enum Fact: Int, CaseIterable, Sendable {
    case deployer, deployedByActor, someoneElses, age, onBehalfOf, ownerSeen, containersAdded, imagesChanged,
        recentDeploy,
        selectedWorkload, serviceAccountPrivileged, privilegeGrants, lifetime, similarDeploys, imageMoved, mountsTaken,
        mountsTakenKnown

    /// The name that rules use.
    package var name: String { "\(self)" }

    /// What the fact is.
    package var field: ObjectField {
        switch self {
        case .deployer:
            ObjectField(
                name, .string,
                documentation: "Who deployed the workload that the event touches, as seen earlier in this log.")
        case .deployedByActor:
            ObjectField(
                name, .bool, documentation: "Whether the actor, or the person behind it, deployed the workload.")
        case .someoneElses:
            ObjectField(
                name, .bool,
                documentation:
                    "Whether the deployer is known and is another than the actor, who is no part of the system.")
        case .age:
            ObjectField(
                name, .duration,
                documentation: "The time since the workload's creation, where that was seen in this log.")
        case .onBehalfOf:
            ObjectField(
                name, .string,
                documentation: "The person or account behind a controller, found through the owner chain.")
        case .ownerSeen:
            ObjectField(
                name, .bool, documentation: "Whether the creation of the controlling owner was seen in this log.")
        case .containersAdded:
            ObjectField(
                name, .list(.string),
                documentation: "The names of containers that the change adds to what was known before.")
        case .imagesChanged:
            ObjectField(
                name, .list(.string), documentation: "The images that the change replaces, as 'name: old -> new'.")
        case .recentDeploy:
            ObjectField(
                name, .bool,
                documentation:
                    "Whether the target workload, or the one that a Service selects, was deployed in this log in the last ten minutes."
            )
        case .selectedWorkload:
            ObjectField(
                name, .string,
                documentation: "The workload deployed lately whose template labels a Service's selector matches.")
        case .serviceAccountPrivileged:
            ObjectField(
                name, .bool,
                documentation:
                    "Whether the workload's service account was seen bound to cluster-admin or wildcards, or is in the list privileged_service_accounts."
            )
        case .privilegeGrants:
            ObjectField(
                name, .list(.string),
                documentation:
                    "What is dangerous in a role or binding: cluster-admin, *, create * (any resource), escalate, bind, impersonate, pods/exec, nodes/proxy and so on."
            )
        case .lifetime:
            ObjectField(
                name, .duration, documentation: "On a deletion, the time since the creation was seen in this log.")
        case .similarDeploys:
            ObjectField(
                name, .int,
                documentation:
                    "How many short-lived deployments of the same image and command there were in the last ten minutes."
            )
        case .mountsTaken:
            ObjectField(
                name, .list(.string),
                documentation:
                    "The paths of the host that a container takes over from others (--volumes-from), as far as those were seen in this log."
            )
        case .mountsTakenKnown:
            ObjectField(
                name, .bool,
                documentation:
                    "Whether all containers that it takes mounts from were seen in this log, or it takes none.")
        case .imageMoved:
            ObjectField(
                name, .bool,
                documentation:
                    "Whether an image that the change replaces comes from another repository than the one before it.")
        }
    }

    /// The resources of which alone the fact says anything; nil for any.
    package var resources: Set<String>? {
        switch self {
        case .privilegeGrants: ["roles", "clusterroles", "rolebindings", "clusterrolebindings"]
        default: nil
        }
    }

    /// The type that rules know the facts by; a fact's position is its raw value.
    package static let type = ObjectType("tallyman.Facts", fields: allCases.map(\.field))

    static let typeDocumentation = "What is joined to the event out of earlier ones of the same log."
}

extension Fact {
    /// The facts that expressions ask for.
    static func asked(by expressions: [CheckedExpression]) -> Set<Fact> {
        var facts: Set<Fact> = []
        for expression in expressions {
            for read in expression.reads where read.variable == EventSchema.Slot.facts.name {
                guard let name = read.path.first else { return Set(allCases) }
                if let position = type.index(of: name), let fact = Fact(rawValue: position) { facts.insert(fact) }
            }
        }
        return facts
    }
}

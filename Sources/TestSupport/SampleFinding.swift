package import SecurityEvents

extension Finding {
    /// A finding with everything filled in.
    ///
    /// - Parameters:
    ///   - id: its stable id.
    ///   - level: how much it matters.
    ///   - message: what is wrong.
    ///   - namespace: where its workload is.
    /// - Returns: the finding.
    package static func sample(
        id: String = "f-1", level: Level = .high, message: String = "container web runs privileged",
        namespace: String? = "shop"
    ) -> Finding {
        Finding(
            id: id, rule: "0e6f1f52-6d5c-4c5f-9a51-3a9a7e3f4b10", ruleName: "container-privileged",
            title: "Container created with full privileges", level: level,
            time: Timestamp("2026-11-23T13:35:09.845086Z"), source: .kubernetesAudit,
            position: SourcePosition(name: "audit.log", line: 12), action: .create, outcome: .succeeded,
            message: message,
            actor: ActorSummary(
                user: "alice", uid: "u-7", groups: ["dev", "system:authenticated"], authentication: .certificate,
                addresses: ["10.0.0.7"], userAgent: "kubectl/v1.35.0", onBehalfOf: nil),
            workload: WorkloadSummary(
                platform: .kubernetes, kind: "Deployment", namespace: namespace, name: "web", uid: "w-1",
                owner: nil, node: nil, serviceAccount: "default"),
            container: ContainerSummary(name: "web", id: nil, image: "docker.io/library/nginx:latest"),
            evidence: [
                Evidence(
                    path: "requestObject.spec.template.spec.containers[0].securityContext.privileged", value: "true"),
                Evidence(path: "user.username", value: "\"alice\""),
            ],
            tags: ["attack.execution", "attack.t1610", "attack.t1611"],
            falsePositives: ["Node agents that need the host"],
            remediation: "Remove privileged from the container's security context.")
    }
}

extension EventRecord {
    /// The record of a container that somebody created on a Docker host.
    ///
    /// - Parameters:
    ///   - key: what tells it from others.
    ///   - container: the container's id.
    /// - Returns: the record.
    package static func sample(key: String? = "e-1", container: String? = nil) -> EventRecord {
        EventRecord(
            key: key, id: nil, source: .dockerEvents, position: SourcePosition(name: "events.jsonl", line: 3),
            time: Timestamp("2026-11-23T13:35:10Z"), action: .create, outcome: .succeeded, verb: "create",
            resource: "containers",
            actor: ActorSummary(user: "bob", authentication: .certificate),
            workload: WorkloadSummary(platform: .docker, kind: "Container", name: "web"),
            containers: [
                ContainerSummary(name: "web", id: container ?? String(repeating: "ab", count: 32), image: "a")
            ],
            body: .present)
    }
}

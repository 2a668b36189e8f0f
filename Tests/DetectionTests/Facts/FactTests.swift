import SecurityEvents
import Testing

@testable import Detection

@Suite("Facts of earlier events")
struct FactTests {
    private static let controller = "system:serviceaccount:kube-system:"

    /// A Deployment of alice, its ReplicaSet and one Pod.
    private func rollout(privileged: Bool = false, image: String = "registry.example.com/web:1.0.0") -> [String] {
        [
            Audit.event(
                "create", "deployments", "web", by: "alice", id: "a1",
                object: Audit.object("Deployment", "web", image: image, privileged: privileged),
                response: Audit.object("Deployment", "web", uid: "u-d", image: image, privileged: privileged), code: 201
            ),
            Audit.event(
                "create", "replicasets", "web-1", by: Self.controller + "deployment-controller", id: "a2",
                object: Audit.object(
                    "ReplicaSet", "web-1", owner: ("Deployment", "web", "u-d"), image: image, privileged: privileged),
                response: Audit.object(
                    "ReplicaSet", "web-1", uid: "u-r", owner: ("Deployment", "web", "u-d"), image: image,
                    privileged: privileged), second: 1, code: 201),
        ]
            + (1...2).map { number in
                Audit.event(
                    "create", "pods", "web-1-\(number)", by: Self.controller + "replicaset-controller",
                    id: "p\(number)",
                    object: Audit.object(
                        "Pod", "web-1-\(number)", owner: ("ReplicaSet", "web-1", "u-r"), image: image,
                        privileged: privileged),
                    response: Audit.object(
                        "Pod", "web-1-\(number)", uid: "u-p\(number)", owner: ("ReplicaSet", "web-1", "u-r"),
                        image: image,
                        privileged: privileged), second: 2, code: 201)
            }
    }

    private func exec(by user: String) -> String {
        Audit.event(
            "create", "pods", "web-1-1", by: user, id: "x-" + user, subresource: "exec", stage: "ResponseStarted",
            second: 30, code: 101)
    }

    @Test("The person behind a controller's Pod is found through the owner chain")
    func behindController() throws {
        let found = try findings(
            "event.deploys && workload.kind == 'Pod' && container.name == 'app'", message: "{facts.onBehalfOf}",
            rollout())
        #expect(found.map(\.message) == ["alice"])
        #expect(found.first?.actor.onBehalfOf == "alice")
        #expect(found.first?.workload?.owner == "Deployment/web")
    }

    @Test("The deployer of a Pod is who made its Deployment")
    func deployer() throws {
        let condition = "event.action == 'exec' && facts.someoneElses"
        let found = try findings(
            condition, message: "{facts.deployer}", rollout() + [exec(by: "alice"), exec(by: "bob")])
        #expect(found.map(\.message) == ["alice"])
        #expect(found.first?.actor.user == "bob")
    }

    @Test("What was not seen is not known")
    func unknown() throws {
        #expect(try findings("event.action == 'exec' && facts.someoneElses", [exec(by: "bob")]).isEmpty)
        #expect(
            try findings(
                "event.action == 'exec' && facts.deployer == '' && !has(facts.age) && !facts.recentDeploy",
                [exec(by: "bob")]
            ).count == 1)
    }

    @Test("A container that a change adds, and an image that it replaces, are told")
    func changes() throws {
        let changed = Audit.object(
            "Deployment", "web", image: "registry.example.com/web:2.0.0", extra: #",{"name":"side","image":"x/y:1"}"#)
        let change = Audit.event(
            "update", "deployments", "web", by: "mallory", id: "c1", object: changed, second: 50)
        let condition = "event.action == 'modify' && size(facts.containersAdded) > 0"
        let found = try findings(
            condition, message: "{facts.containersAdded} {facts.imagesChanged} {facts.deployer}", rollout() + [change])
        #expect(
            found.map(\.message) == [
                "side app: registry.example.com/web:1.0.0 -> registry.example.com/web:2.0.0 alice"
            ])
    }

    @Test(
        "An image of another repository is told from another version of the same",
        arguments: [
            ("registry.example.com/web:2.0.0", false),
            ("registry.example.com/web@sha256:" + String(repeating: "a", count: 64), false),
            ("registry.example.com/other:1.0.0", true), ("registry.example.net/web:1.0.0", true), ("web", true),
        ])
    func moves(_ image: String, _ isMoved: Bool) throws {
        let change = Audit.event(
            "update", "deployments", "web", by: "bob", id: "c1",
            object: Audit.object("Deployment", "web", image: image),
            second: 50)
        let found = try findings(
            "event.action == 'modify' && size(facts.imagesChanged) > 0", message: "{facts.imageMoved}",
            rollout() + [change])
        #expect(found.map(\.message) == ["\(isMoved)"])
    }

    @Test("A service account that was given everything makes its workloads privileged")
    func grants() throws {
        let binding = Audit.event(
            "create", "clusterrolebindings", "b", by: "alice", id: "b1",
            object:
                #"{"kind":"ClusterRoleBinding","metadata":{"name":"b"},"roleRef":{"kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"ServiceAccount","name":"default","namespace":"shop"}]}"#,
            code: 201)
        let granted = try findings("size(facts.privilegeGrants) > 0", message: "{facts.privilegeGrants}", [binding])
        #expect(granted.map(\.message) == ["cluster-admin"])
        let condition = "event.deploys && facts.serviceAccountPrivileged && event.resource == 'deployments'"
        #expect(try findings(condition, [binding] + rollout()).count == 1)
        #expect(try findings(condition, rollout()).isEmpty)
    }

    @Test("One finding for a workload, not one for each thing that its controllers make of it")
    func once() throws {
        let found = try findings("event.deploys && container.privileged", rollout(privileged: true))
        #expect(found.map { $0.workload?.kind } == ["Deployment"])
        let withoutDeployment = try findings(
            "event.deploys && container.privileged", Array(rollout(privileged: true).dropFirst(2)))
        #expect(withoutDeployment.count == 1, "one for the owner that was not seen")
        let other = rollout(privileged: true).map {
            $0.replacing("u-", with: "v-").replacing("web", with: "api").replacing(#"ID":""#, with: #"ID":"z"#)
        }
        #expect(
            try findings("event.deploys && container.privileged", rollout(privileged: true) + other).count == 2)
    }

    @Test("Stages of one request and a log read twice make one finding, with the same id in every run")
    func stable() throws {
        let received = Audit.event(
            "create", "pods", "p", by: "alice", id: "s1", object: Audit.object("Pod", "p", privileged: true),
            stage: "RequestReceived")
        let complete = Audit.event(
            "create", "pods", "p", by: "alice", id: "s1", object: Audit.object("Pod", "p", privileged: true),
            response: Audit.object("Pod", "p", uid: "u-9", privileged: true), code: 201)
        let lines = [received, complete, received, complete]
        let first = try findings("event.deploys && container.privileged", lines)
        let second = try findings("event.deploys && container.privileged", lines)
        #expect(first.count == 1)
        #expect(first.map(\.id) == second.map(\.id))
        #expect(first.first?.id.count == 32)
    }
}

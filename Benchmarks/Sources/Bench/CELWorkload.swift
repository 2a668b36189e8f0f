import CEL
import Foundation
import JSONView

/// 20 conditions of policies and a Deployment of about 8 KB.
///
/// Those of `perf/cel` beside the project where they are there (`TALLYMAN_SHARED`), else ones made here.
struct CELWorkload {
    let document: [UInt8]
    let conditions: [String]

    init() {
        let shared = ProcessInfo.processInfo.environment["TALLYMAN_SHARED"] ?? "../../shared"
        let directory = URL(filePath: shared).appending(path: "perf/cel")
        if let object = try? Data(contentsOf: directory.appending(path: "deployment.json")),
            let list = try? Data(contentsOf: directory.appending(path: "exprs.json")),
            let parsed = try? JSONParser().parse(Array(list))
        {
            document = Array(object)
            conditions = parsed.root.elements.compactMap { $0["expression"]?.string }
        } else {
            document = Array(Self.deployment().utf8)
            conditions = Self.ownConditions
        }
    }

    /// The conditions, compiled.
    func checked() throws -> [CheckedExpression] {
        let environment = Environment(variables: [Variable("object", .dyn)])
        return try conditions.map { try environment.compile($0) }
    }

    private static func deployment() -> String {
        let containers = (0..<5).map { number in
            """
            {"name": "c\(number)", "image": "registry.example.com/team/app\(number):1.4.\(number)", "command": ["/bin/app"], \
            "args": ["--id=\(number)", "--listen=:8080", "--log-level=info"], "ports": [{"containerPort": \(8080 + number)}], \
            "env": [{"name": "MODE", "value": "prod"}, {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}], \
            "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "500m", "memory": "256Mi"}}, \
            "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080}}, "readinessProbe": {"httpGet": {"path": "/ready"}}, \
            "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}, {"name": "data", "mountPath": "/var/lib/app"}], \
            "securityContext": {"allowPrivilegeEscalation": false, "privileged": false, "readOnlyRootFilesystem": true, \
            "runAsNonRoot": true, "runAsUser": 10001, "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}, \
            "seccompProfile": {"type": "RuntimeDefault"}}}
            """
        }
        return """
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "shop", "namespace": "payments", "labels": \
            {"team": "payments", "env": "prod"}}, "spec": {"replicas": 3, "template": {"spec": {"serviceAccountName": "shop", \
            "hostNetwork": false, "securityContext": {"runAsNonRoot": true}, "containers": [\(containers.joined(separator: ", "))], \
            "volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}}}}
            """
    }

    private static let ownConditions: [String] = {
        let spec = "object.spec.template.spec"
        let all =
            "(\(spec).containers + (has(\(spec).initContainers) ? \(spec).initContainers : []))"
        let overAll = [
            "!has(c.securityContext) || !has(c.securityContext.privileged) || !c.securityContext.privileged",
            "has(c.securityContext) && has(c.securityContext.capabilities) && 'ALL' in c.securityContext.capabilities.drop",
            "!has(c.securityContext.capabilities.add) || c.securityContext.capabilities.add.all(x, x in ['CHOWN', 'NET_BIND_SERVICE'])",
            "!has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0)",
            "c.image.startsWith('registry.example.com/') || c.image.startsWith('ghcr.io/acme/')",
            "has(c.resources) && has(c.resources.limits) && has(c.resources.limits.memory)",
            "has(c.livenessProbe) && has(c.readinessProbe)", "c.securityContext.readOnlyRootFilesystem == true",
            "!has(c.securityContext.runAsUser) || c.securityContext.runAsUser != 0",
            "c.image.matches('^[a-z0-9./-]+:[0-9.]+$')", "!c.image.endsWith(':latest') && c.image.contains(':')",
            "!c.env.exists(e, has(e.value) && e.value.startsWith('http'))",
        ].map { "\(all).all(c, \($0))" }
        return overAll + [
            "!has(\(spec).hostNetwork) || \(spec).hostNetwork == false",
            "!has(\(spec).hostPID) || \(spec).hostPID == false",
            "!has(\(spec).volumes) || \(spec).volumes.all(v, !has(v.hostPath))",
            "\(spec).volumes.all(v, has(v.emptyDir) || has(v.configMap) || has(v.persistentVolumeClaim))",
            "object.spec.replicas <= 5", "object.metadata.namespace != 'default' && object.metadata.name.size() < 64",
            "'team' in object.metadata.labels && object.metadata.labels['team'].matches('^[a-z]+$')",
            "has(\(spec).securityContext) && \(spec).securityContext.runAsNonRoot",
        ]
    }()
}

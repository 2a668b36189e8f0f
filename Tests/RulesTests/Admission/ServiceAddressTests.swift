import Rules
import TestSupport
import Testing

/// What the API server gives out before policies are asked (`pkg/registry/core/service/storage/alloc.go`) is there, and nobody
/// knows beforehand what it is.
@Suite("Addresses of Services")
struct ServiceAddressTests {
    private static let services = "{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [services]}"

    private static func outcome(_ expression: String, _ spec: String) throws -> PolicyVerdict.Outcome? {
        let text = policy("validations:\n- {expression: \"\(expression)\"}").replacing(
            #"{apiGroups: ["", apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods, deployments]}"#,
            with: services)
        return try PolicyFixture(text).verdicts(
            #"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "namespace": "d"}, "spec": \#(spec)}"#
        ).first?.outcome
    }

    @Test(
        "What is known decides, what is given out is unknown",
        arguments: [
            ("object.spec.clusterIP != 'None' || true", "{}", PolicyVerdict.Outcome.passed),
            ("object.spec.clusterIP == '10.0.0.1'", "{}", .unknown),
            ("object.spec.clusterIP == 'None'", #"{"clusterIP": "None"}"#, .passed),
            ("object.spec.ipFamilyPolicy != 'SingleStack'", "{}", .violated),
            ("!has(object.spec.clusterIP)", #"{"type": "ExternalName", "externalName": "a.b"}"#, .passed),
            (
                "object.spec.ports.all(p, p.nodePort > 30000)", #"{"type": "NodePort", "ports": [{"port": 80}]}"#,
                .unknown
            ),
            (
                "object.spec.ports.all(p, p.nodePort > 30000)",
                #"{"type": "NodePort", "ports": [{"port": 80, "nodePort": 30000}, {"port": 81}]}"#, .violated
            ),
            ("object.spec.ports.all(p, !has(p.nodePort))", #"{"ports": [{"port": 80}]}"#, .passed),
            ("object.spec.type in ['ClusterIP', 'NodePort']", "{}", .passed),
        ])
    func service(_ expression: String, _ spec: String, _ expected: PolicyVerdict.Outcome) throws {
        #expect(try Self.outcome(expression, spec) == expected)
    }
}

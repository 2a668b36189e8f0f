import JSONView
import Rules
import TestSupport
import Testing

@Suite("Parameters of policies")
struct PolicyParameterTests {
    private func fixture(
        _ paramRef: String, _ objects: String = "", kind: String = "{apiVersion: v1, kind: ConfigMap}",
        isComplete: Bool = true
    ) -> PolicyFixture {
        PolicyFixture(
            policy(
                "paramKind: \(kind)\nvalidations:\n- {expression: \"params == null || object.metadata.name in params.data.names.split(',')\"}",
                bindings: "  paramRef: \(paramRef)") + "\n" + objects, isComplete: isComplete)
    }

    private func config(_ name: String, _ namespace: String, _ names: String, labels: String = "{}") -> String {
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name), namespace: \(namespace), labels: \(labels)}\ndata: {names: '\(names)'}\n"
    }

    @Test(
        "A parameter is found by name, in the binding's namespace or the request's",
        arguments: [
            ("{name: c, namespace: conf, parameterNotFoundAction: Deny}", PolicyVerdict.Outcome.passed),
            ("{name: c, parameterNotFoundAction: Deny}", .violated),
        ])
    func byName(_ reference: String, _ expected: PolicyVerdict.Outcome) throws {
        let objects = config("c", "conf", "p1") + config("c", "shop", "other")
        #expect(try fixture(reference, objects).verdicts(AdmissionPolicyTests.pod).first?.outcome == expected)
    }

    @Test("All that a selector finds must be satisfied")
    func bySelector() throws {
        let reference = "{selector: {matchLabels: {use: yes-it-is}}, namespace: conf, parameterNotFoundAction: Deny}"
        let one = config("a", "conf", "p1", labels: "{use: yes-it-is}")
        let two = one + config("b", "conf", "other", labels: "{use: yes-it-is}")
        #expect(try fixture(reference, one).verdicts(AdmissionPolicyTests.pod).first?.outcome == .passed)
        let verdict = try #require(try fixture(reference, two).verdicts(AdmissionPolicyTests.pod).first)
        #expect(verdict.failures.map(\.parameter) == ["b"])
    }

    @Test("A parameter that is not there refuses or does not, as the binding says, and is unknown without an inventory")
    func notFound() throws {
        let pod = AdmissionPolicyTests.pod
        let deny = "{name: c, namespace: conf, parameterNotFoundAction: Deny}"
        let refused = try #require(try fixture(deny).verdicts(pod).first)
        #expect(
            refused.denialMessage
                == "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction"
        )
        let allow = deny.replacing("Action: Deny", with: "Action: Allow")
        #expect(try fixture(allow).verdicts(pod).first?.outcome == .passed)
        #expect(try fixture(deny, isComplete: false).verdicts(pod).first?.outcome == .unknown)
    }

    @Test("A parameter of a custom kind is found too")
    func custom() throws {
        let limits = """
            ---
            apiVersion: rules.example.com/v1
            kind: Limits
            metadata: {name: c}
            data: {names: "p1,p2"}
            """
        let found = fixture(
            "{name: c, parameterNotFoundAction: Deny}", limits, kind: "{apiVersion: rules.example.com/v1, kind: Limits}"
        )
        #expect(try found.verdicts(AdmissionPolicyTests.pod).first?.outcome == .passed)
    }

    @Test("A policy with a kind of parameters and a binding without is asked with null")
    func noReference() throws {
        let text = policy(
            "paramKind: {apiVersion: v1, kind: ConfigMap}\nvalidations:\n- {expression: \"params == null\"}")
        #expect(try PolicyFixture(text).verdicts(AdmissionPolicyTests.pod).first?.outcome == .passed)
    }
}

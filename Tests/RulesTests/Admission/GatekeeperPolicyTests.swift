import JSONView
import Rules
import TestSupport
import Testing

@Suite("Gatekeeper's templates in CEL")
struct GatekeeperPolicyTests {
    private static func text(match: String = "{}", action: String = "deny") -> String {
        """
        apiVersion: templates.gatekeeper.sh/v1
        kind: ConstraintTemplate
        metadata: {name: k8slabels}
        spec:
          crd: {spec: {names: {kind: K8sLabels}}}
          targets:
          - target: admission.k8s.gatekeeper.sh
            code:
            - engine: K8sNativeValidation
              source:
                variables:
                - {name: missing, expression: "variables.params.labels.filter(l, !has(variables.anyObject.metadata.labels) || !(l in variables.anyObject.metadata.labels))"}
                validations:
                - expression: "variables.missing.size() == 0"
                  messageExpression: "'missing: ' + variables.missing.join(', ')"
            rego: package k8slabels
        ---
        apiVersion: constraints.gatekeeper.sh/v1beta1
        kind: K8sLabels
        metadata: {name: must-have-owner}
        spec:
          enforcementAction: \(action)
          match: \(match)
          parameters: {labels: [owner, app]}
        """
    }

    @Test("A constraint gives its template the parameters")
    func violation() throws {
        let verdict = try #require(try PolicyFixture(Self.text()).verdicts(AdmissionPolicyTests.pod).first)
        #expect(verdict.denialMessage == "[must-have-owner] missing: owner")
        let labelled = AdmissionPolicyTests.pod.replacing(#""app": "x""#, with: #""app": "x", "owner": "me""#)
        #expect(try PolicyFixture(Self.text()).verdicts(labelled).first?.outcome == .passed)
    }

    @Test("Parameters that are not written are those of the template's schema")
    func defaults() throws {
        let schema = """
            {type: object, properties: {
              labels: {type: array, default: [team], items: {type: string}},
              rules: {type: array, items: {type: object, properties: {min: {type: integer, default: 7}}}},
              nested: {type: object, default: {}, properties: {level: {type: integer, default: 3}}},
              named: {type: object, additionalProperties: {type: object, properties: {x: {type: string, default: y}}}}}}
            """
        let text = Self.text()
            .replacing(
                "{spec: {names: {kind: K8sLabels}}}",
                with:
                    "{spec: {names: {kind: K8sLabels}, validation: {openAPIV3Schema: \(schema.replacing("\n", with: " "))}}}"
            )
            .replacing(
                "{labels: [owner, app]}", with: "{rules: [{}, {min: 1}], named: {a: {}, b: {x: z}}}"
            )
            .replacing(
                "'missing: ' + variables.missing.join(', ')",
                with: "string(variables.params.rules.map(r, r.min)[0]) + string(variables.params.rules[1].min)"
                    + " + string(variables.params.nested.level) + variables.params.named.a.x + variables.params.named.b.x"
                    + " + variables.missing.join(', ')")
        let verdict = try #require(try PolicyFixture(text).verdicts(AdmissionPolicyTests.pod).first)
        #expect(verdict.denialMessage == "[must-have-owner] 713yzteam")
    }

    @Test("Of a deletion, anyObject is what was there")
    func deletion() throws {
        let verdict = try PolicyFixture(Self.text()).verdicts(AdmissionPolicyTests.pod) {
            $0.operation = .delete
            $0.oldObject = $0.object
            $0.object = .none
        }
        #expect(verdict.first?.outcome == .violated)
    }

    @Test(
        "Who is meant",
        arguments: [
            ("{kinds: [{apiGroups: [''], kinds: [Pod]}]}", true), ("{kinds: [{apiGroups: ['*'], kinds: ['*']}]}", true),
            ("{kinds: [{apiGroups: [apps], kinds: [Pod]}]}", false), ("{namespaces: ['sho*']}", true),
            ("{namespaces: [other]}", false), ("{excludedNamespaces: [shop]}", false), ("{scope: Cluster}", false),
            ("{labelSelector: {matchLabels: {app: x}}}", true), ("{labelSelector: {matchLabels: {app: y}}}", false),
            ("{name: 'p*'}", true), ("{name: q}", false),
            ("{source: Generated}", false), ("{source: All}", true),
        ])
    func match(_ match: String, matches: Bool) throws {
        #expect(try PolicyFixture(Self.text(match: match)).verdicts(AdmissionPolicyTests.pod).isEmpty == !matches)
    }

    @Test("The enforcement action says what a violation does")
    func actions() throws {
        let warned = try #require(
            try PolicyFixture(Self.text(action: "warn")).verdicts(AdmissionPolicyTests.pod).first)
        #expect(warned.outcome == .violated)
        #expect(!warned.denies)
    }

    @Test(
        "Scoped actions count where they are for admission",
        arguments: [
            ("[{action: deny, enforcementPoints: [{name: '*'}]}]", [PolicyBinding.Action.deny]),
            (
                "[{action: deny, enforcementPoints: [{name: audit.gatekeeper.sh}]}, {action: warn, enforcementPoints: [{name: validation.gatekeeper.sh}]}]",
                [.warn]
            ),
            ("[{action: deny, enforcementPoints: [{name: audit.gatekeeper.sh}]}]", []),
        ])
    func scoped(_ actions: String, _ expected: [PolicyBinding.Action]) throws {
        let text = Self.text(action: "scoped\n  scopedEnforcementActions: \(actions)")
        #expect(try PolicyFixture(text).verdicts(AdmissionPolicyTests.pod).flatMap(\.actions) == expected)
    }
}

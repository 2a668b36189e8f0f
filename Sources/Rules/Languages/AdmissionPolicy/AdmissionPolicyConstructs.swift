/// What admission policies consist of, for the table in `docs/rule-languages.md`.
enum AdmissionPolicyConstructs {
    static let all: [RuleConstruct] = kubernetes + refused + kyverno + gatekeeper

    private static let policy = "ValidatingAdmissionPolicy (admissionregistration.k8s.io/v1, v1beta1, v1alpha1)"

    private static let kubernetes: [RuleConstruct] = [
        RuleConstruct(
            "matchConstraints.resourceRules", in: policy,
            note: "groups, versions, resources with `*`, `*/*`, `pods/*`, operations, scope, resourceNames"),
        RuleConstruct("matchConstraints.excludeResourceRules", in: policy),
        RuleConstruct(
            "matchConstraints.matchPolicy", in: policy,
            note:
                "equivalent versions of Kubernetes' own resources are known; of custom ones they are not, and such a match is unknown"
        ),
        RuleConstruct(
            "namespaceSelector", in: policy,
            note: "labels come from the inventory or the log; `kubernetes.io/metadata.name` is always known"),
        RuleConstruct("objectSelector", in: policy),
        RuleConstruct("matchConditions", in: policy, note: "judged before there are variables, as in the API server"),
        RuleConstruct("variables", in: policy, note: "made once a request, when they are first asked for"),
        RuleConstruct(
            "paramKind", in: policy, note: "parameters of every kind, built-in ones too, out of the inventory"),
        RuleConstruct("validations: message, messageExpression, reason", in: policy),
        RuleConstruct("auditAnnotations", in: policy),
        RuleConstruct("failurePolicy", in: policy),
        RuleConstruct(
            "object, oldObject, request, namespaceObject", in: policy,
            note: "an audit log has no old object: what depends on it is unknown"),
        RuleConstruct(
            "authorizer", in: policy, note: "unknown, unless the program that embeds the evaluator brings a provider"),
        RuleConstruct(
            "cost limits", in: policy, note: "the API server's: per expression, per policy, per match conditions"),
        RuleConstruct(
            "ValidatingAdmissionPolicyBinding", in: policy,
            note: "matchResources, paramRef with selector and parameterNotFoundAction, validationActions"),
    ]

    private static let refused: [RuleConstruct] = [
        RuleConstruct(
            refused: "MutatingAdmissionPolicy", in: policy, because: "it changes objects and refuses none",
            instead: "write what must hold as a ValidatingAdmissionPolicy")
    ]

    private static let kyvernoGroup = "Kyverno"

    private static let kyverno: [RuleConstruct] = [
        RuleConstruct(
            "ClusterPolicy, Policy: validate.cel", in: kyvernoGroup,
            note: "match, exclude, celPreconditions, paramKind and paramRef, rules made for Pods' controllers"),
        RuleConstruct(
            "ValidatingPolicy, NamespacedValidatingPolicy", in: kyvernoGroup,
            note:
                "`resource.Get` and `resource.List` (with labels) ask the inventory; `images`, `parseServiceAccount`, "
                + "`image` and its parts, `md5`, `sha1`, `sha256`, `json.unmarshal`, `yaml.parse`, `math.round`, `listObjToMap`; the "
                + "extensions `math`, `base64`, `cel.bind`"),
        RuleConstruct(
            "PolicyException", in: kyvernoGroup,
            note:
                "by match, or by CEL match conditions; `images` and `allowedValues` are asked for as `exceptions`; "
                + "`expiresAt` is compared with the request's time"),
        RuleConstruct(
            refused: "validate.pattern, deny, foreach, podSecurity, assert", in: kyvernoGroup,
            because: "they are not CEL",
            instead: "validate.cel, or --pod-security for podSecurity"),
        RuleConstruct(
            refused: "context, preconditions", in: kyvernoGroup, because: "they are JMESPath and may ask a network",
            instead: "celPreconditions and variables"),
        RuleConstruct(
            refused:
                "mutate, generate, verifyImages; MutatingPolicy, GeneratingPolicy, DeletingPolicy, ImageValidatingPolicy; cleanup policies",
            in: kyvernoGroup, because: "they refuse nothing by an object's content alone",
            instead: "a ValidatingPolicy for what must hold"),
        RuleConstruct(
            refused: "http, globalContext, image.GetMetadata, time.now, random, x509, gzip", in: kyvernoGroup,
            because:
                "they ask servers, the clock or chance while a request waits, or are not built yet (x509, gzip)",
            instead: "resource.Get of what the inventory has"),
    ]

    private static let gatekeeperGroup = "Gatekeeper"

    private static let gatekeeper: [RuleConstruct] = [
        RuleConstruct(
            "ConstraintTemplate with the engine K8sNativeValidation", in: gatekeeperGroup,
            note: "`variables.params`, `variables.anyObject`"),
        RuleConstruct(
            "constraints", in: gatekeeperGroup,
            note:
                "match: kinds, scope, namespaces, excludedNamespaces, labelSelector, namespaceSelector, name, source; enforcementAction, also "
                + "scoped"
        ),
        RuleConstruct(
            refused: "rego", in: gatekeeperGroup, because: "Rego is not read",
            instead: "a template that has a source for K8sNativeValidation as well"),
    ]
}

import Detection
import JSONView
import Rules
import SecurityEvents

@testable import Admission

/// A moment that tests agree on.
let noon = Timestamp(nanoseconds: 1_795_435_200_000_000_000)

extension Timestamp {
    /// So many seconds later.
    func adding(seconds: Int64) -> Timestamp { Timestamp(nanoseconds: nanoseconds + seconds * 1_000_000_000) }
}

/// Time enough for any decision.
var later: ContinuousClock.Instant { ContinuousClock.now + .seconds(600) }

/// An AdmissionReview, made of its parts.
struct Review {
    var operation = "CREATE"
    var resource = "pods"
    var group = ""
    var subresource = ""
    var namespace = "shop"
    var name = "web"
    var user = "carol"
    var groups = ["system:authenticated"]
    var object = "null"
    var oldObject = "null"
    var uid = "705ab4f5-6393-11e8-b7cc-42010a800002"

    var json: String {
        let kinds = [
            "pods": "Pod", "deployments": "Deployment", "replicasets": "ReplicaSet", "namespaces": "Namespace",
        ]
        let written = groups.map { "\"\($0)\"" }.joined(separator: ",")
        return """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"\(uid)",\
            "kind":{"group":"\(group)","version":"v1","kind":"\(kinds[resource] ?? "Thing")"},\
            "resource":{"group":"\(group)","version":"v1","resource":"\(resource)"},"subResource":"\(subresource)",\
            "name":"\(name)","namespace":"\(namespace)","operation":"\(operation)",\
            "userInfo":{"username":"\(user)","groups":[\(written)]},"object":\(object),"oldObject":\(oldObject),\
            "dryRun":false,"options":null}}
            """
    }

    /// The request that a gate hands to its reviewer.
    func request(at time: Timestamp = noon) throws -> ReviewRequest {
        var reader = AdmissionReviewReader()
        var made: ReviewRequest?
        try reader.read(try JSONParser().parse(json), at: SourcePosition(name: "test", line: 1)) { event in
            made = ReviewRequest(event, gate: "kubernetes", id: uid, time: time)
        }
        guard let made else { throw ReadFault("no event") }
        return made
    }
}

/// A Pod of one container.
func pod(
    image: String = "registry.k8s.io/web:1.0.0", context: String = "{}", spec: String = "", labels: String = "{}",
    owner: String? = nil
) -> String {
    let owners = owner.map { owner -> String in
        let parts = owner.split(separator: "/")
        return
            #","ownerReferences":[{"apiVersion":"apps/v1","kind":"\#(parts[0])","name":"\#(parts[1])","uid":"u","controller":true}]"#
    }
    return
        #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop","labels":\#(labels)\#(owners ?? "")},"#
        + #""spec":{"containers":[{"name":"web","image":"\#(image)","securityContext":\#(context)}]\#(spec)}}"#
}

/// The shipped rules, loaded once.
let shippedRules = Result { try RuleLibrary.load() }

/// A reviewer of the shipped rules.
func shipped(_ settings: GateSettings = GateSettings(), podSecurity: PodSecurityQuestion? = nil) throws
    -> AdmissionReviewer
{
    AdmissionReviewer(
        rules: GateRules(library: try shippedRules.get(), podSecurity: podSecurity, settings: settings))
}

/// A reviewer of one rule.
func reviewer(
    _ condition: String, level: String = "high", settings: GateSettings = GateSettings(), policies: String = ""
) throws -> AdmissionReviewer {
    let text = """
        title: Sample
        id: 0e6f1f52-0000-4000-8000-000000000001
        level: \(level)
        logsource: {category: container_deployment}
        detection:
          cel: '\(condition.replacing("'", with: "''"))'
        message: seen
        """
    let library = try RuleLibrary(layers: [[RuleFile(name: "sample/rule.yml", path: "sample/rule.yml", text: text)]])
    let read = PolicyFiles(policies.isEmpty ? [] : [RuleFile(name: "policy.yml", path: "policy.yml", text: policies)])
    return AdmissionReviewer(
        rules: GateRules(
            library: library, policies: AdmissionPolicySet(read.policies, bindings: read.bindings, unbound: .deny),
            settings: settings))
}

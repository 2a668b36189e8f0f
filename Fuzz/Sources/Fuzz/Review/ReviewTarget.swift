import Admission
import Detection
import JSONView
import Rules
import SecurityEvents

/// Reads an input as an AdmissionReview and decides about it.
///
/// Whatever is read, the decision must be whole, the same the second time, and must refuse a Pod in which a plain walk
/// finds a privileged container.
enum ReviewTarget {
    nonisolated(unsafe) private static var reviewer: AdmissionReviewer = {
        guard let library = try? RuleLibrary.load() else { fatalError("the shipped rules do not load") }
        return AdmissionReviewer(
            rules: GateRules(library: library, podSecurity: .enforcing(PodSecurity.Policy(.restricted))))
    }()
    private static let limits = JSONLimits(size: 1 << 20, depth: 256)

    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let document = try? JSONParser(limits: limits).parse(Array(bytes)), document.firstDuplicateKey() == nil
        else { return }
        defer { withExtendedLifetime(document) {} }
        var reader = AdmissionReviewReader()
        try? reader.read(document, at: SourcePosition(name: "fuzz", line: 1)) { event in look(event, document.root) }
    }

    private static func look(_ event: borrowing Event, _ root: JSONValue) {
        let request = ReviewRequest(event, gate: "kubernetes", id: "fuzz", time: Timestamp(nanoseconds: 0))
        let deadline = ContinuousClock.now + .seconds(600)
        let decision = reviewer.review(request, until: deadline)
        precondition(decision.id == "fuzz", "the decision has another name")
        precondition(decision == reviewer.review(request, until: deadline), "the second decision is another")
        precondition(
            decision.verdict == .deny || !decision.reasons.contains { $0.mode == .enforce },
            "an enforced reason let pass")
        precondition(decision.verdict == .deny || decision.unjudged.isEmpty, "not judged and let pass")
        guard let written = try? JSONParser().parse(decision.json) else { preconditionFailure("written, and no JSON") }
        let read = try? Decision(json: written.root)
        withExtendedLifetime(written) {}
        precondition(read == decision, "the decision is not written as it was made")
        guard hasPrivilegedContainer(root), !isController(root) else { return }
        precondition(decision.verdict == .deny, "a privileged container was let pass")
    }

    /// Whether a plain walk finds the creation of a Pod with a privileged container.
    private static func hasPrivilegedContainer(_ root: JSONValue) -> Bool {
        guard let request = root["request"], request["operation"]?.string == "CREATE",
            request["resource"]?["resource"]?.string == "pods", request["subResource"]?.string ?? "" == "",
            request["resource"]?["group"]?.string ?? "" == ""
        else { return false }
        guard let containers = request["object"]?["spec"]?["containers"], containers.kind == .array else {
            return false
        }
        return containers.elements.contains { $0["securityContext"]?["privileged"]?.bool == true }
    }

    /// The shipped rules leave the cluster's own components more room.
    private static func isController(_ root: JSONValue) -> Bool {
        let user = root["request"]?["userInfo"]?["username"]?.string ?? ""
        return user.hasPrefix("system:")
    }
}

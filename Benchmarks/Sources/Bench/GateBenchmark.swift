import Admission
import Detection
import Foundation
import JSONView
import Rules
import SecurityEvents

/// One AdmissionReview, from its bytes to the decision.
///
/// Workload: the Deployment of `cel` in a review, the shipped rules, Pod Security restricted and 20 policies of one CEL
/// expression each. Measured: CPU of this thread for parsing, reading and deciding. Limit: 100 µs, p99 ≤ 2 × p50.
struct GateBenchmark: Benchmark {
    static let name = "gate"
    static let workload =
        "an AdmissionReview of an 8 KB Deployment: bytes to decision, shipped rules, restricted, 20 CEL policies"
    private static let rounds = 20_000

    func run() throws {
        let body = Self.review(of: CELWorkload().document)
        let reviewer = AdmissionReviewer(rules: try Self.rules())
        let parser = JSONParser()
        var reader = AdmissionReviewReader()
        var verdicts: [Decision.Verdict: Int] = [:]
        func decide() throws {
            let document = try parser.parse(body)
            var made: ReviewRequest?
            try reader.read(document, at: SourcePosition(name: "bench", line: 1)) { event in
                made = ReviewRequest(event, gate: "kubernetes", id: "bench", time: Timestamp(nanoseconds: 0))
            }
            made?.isComplete = true
            guard let made else { throw BenchmarkError("no request was read") }
            let decision = reviewer.review(made, until: ContinuousClock.now + .seconds(2))
            guard decision.unjudged.isEmpty else { throw BenchmarkError("not judged: \(decision.unjudged)") }
            verdicts[decision.verdict, default: 0] += 1
        }
        for _ in 0..<2000 { try decide() }
        var times: [Double] = []
        times.reserveCapacity(Self.rounds)
        let before = Measure.threadCPU()
        for _ in 0..<Self.rounds {
            let start = Measure.threadCPU()
            try decide()
            times.append(Measure.threadCPU() - start)
        }
        let mean = (Measure.threadCPU() - before) / Double(Self.rounds)
        times.sort()
        let (p50, p99) = (times[Self.rounds / 2], times[Self.rounds * 99 / 100])
        print(String(format: "  %.1f us CPU a decision; p50 %.1f us, p99 %.1f us", mean * 1e6, p50 * 1e6, p99 * 1e6))
        print("  verdicts: \(verdicts.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", "))")
        Report.ratio("of the limit of 100 us", mean / 100e-6, limit: "1 or less")
        Report.ratio("p99 to p50", p99 / p50, limit: "2 or less")
    }

    /// All that the gate judges by.
    static func rules() throws -> GateRules {
        let read = PolicyFiles([RuleFile(name: "bench.yml", path: "bench.yml", text: policies())])
        guard read.diagnostics.isEmpty else { throw BenchmarkError("\(read.diagnostics)") }
        return GateRules(
            library: try RuleLibrary.load(),
            policies: AdmissionPolicySet(read.policies, bindings: read.bindings, unbound: .deny),
            podSecurity: .enforcing(PodSecurity.Policy(.restricted)))
    }

    /// A ValidatingAdmissionPolicy for each condition of the workload.
    static func policies() -> String {
        CELWorkload().conditions.enumerated().map { number, condition in
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: bench-\(number)}
            spec:
              failurePolicy: Fail
              matchConstraints:
                resourceRules:
                - {apiGroups: [apps], apiVersions: ["*"], operations: [CREATE, UPDATE], resources: [deployments]}
              validations:
              - expression: |
                  \(condition.replacing("\n", with: " "))

            """
        }.joined(separator: "---\n")
    }

    /// An AdmissionReview of an object's creation.
    static func review(of object: [UInt8], uid: String = "705ab4f5-6393-11e8-b7cc-42010a800002") -> [UInt8] {
        Array(
            #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"\#(uid)","kind":{"group":"apps","version":"v1","kind":"Deployment"},"resource":{"group":"apps","version":"v1","resource":"deployments"},"requestKind":{"group":"apps","version":"v1","kind":"Deployment"},"name":"shop","namespace":"payments","operation":"CREATE","userInfo":{"username":"carol","groups":["team-a","system:authenticated"]},"object":"#
                .utf8) + object
            + Array(
                #","oldObject":null,"dryRun":false,"options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}}"#
                    .utf8)
    }
}

import Detection
import Foundation
import SecurityEvents
import TestSupport
import Testing

@testable import Rules

/// What Falco's own tests say of its rules for the audit log.
@Suite("Falco's rules over recorded and made audit events")
struct FalcoCorpusTests {
    /// Cases whose expectation cannot come out, each with the reason.
    static let skipped = [
        "TestK8SAudit_Legacy_CompatEngineV4CreateHostnetworkTrustedPod":
            "trusts the image through the list falco_hostnetwork_images of a rule file that the corpus does not have",
        "create-disallowed-pod/Deployment":
            "the rule is off until the macro allowed_k8s_containers is overridden, as the rule file says",
        "k8s-serviceaccount-created/Role": "the expectation is that of the ServiceAccount in the same file",
        "k8s-serviceaccount-created/RoleBinding": "the expectation is that of the ServiceAccount in the same file",
    ]

    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var rules: [RuleFile]
        var records: [String]
        /// The names of rules, and how often each fires.
        var expected: [String: Int]
        var testDescription: String { name }
        var ruleNames: [String] { rules.map(\.name) }
    }

    /// The rules of all rows; many rows have the same.
    private static let libraries: [[String]: Result<RuleLibrary, RuleFaults>] = {
        let sets = Dictionary((traces + generated).map { ($0.ruleNames, $0.rules) }) { first, _ in first }
        return sets.mapValues { files in
            Result { () throws(RuleFaults) in try RuleLibrary(layers: files.map { [$0] }) }
        }
    }()

    @Test("The expected rules fire, and no others", arguments: traces)
    func trace(_ row: Row) throws {
        guard Self.skipped[row.name] == nil else { return }
        let library = try #require(Self.libraries[row.ruleNames]).get()
        #expect(Self.play(row.records, with: library, row.rules) == row.expected)
    }

    @Test("What the event generator makes fires the rule that it is made for", arguments: generated)
    func made(_ row: Row) throws {
        guard Self.skipped[row.name] == nil else { return }
        let library = try #require(Self.libraries[row.ruleNames]).get()
        var detector = Detector(library: library)
        let fired = Set(Self.findings(of: row.records, by: &detector).map(\.title))
        #expect(fired.isSuperset(of: row.expected.keys), "\(fired.sorted())")
        #expect(detector.statistics.failures.isEmpty, "every condition has an answer")
    }

    @Test("The skip list names cases that exist")
    func skipsExist() {
        guard !Self.traces.isEmpty else { return }
        let names = Set((Self.traces + Self.generated).map(\.name))
        #expect(Self.skipped.keys.filter { !names.contains($0) } == [])
    }

    // MARK: Playing

    /// How often each rule fires where, as is usual in Falco, only the first rule that an event matches counts.
    private static func play(_ records: [String], with library: RuleLibrary, _ files: [RuleFile]) -> [String: Int] {
        var order: [String: Int] = [:]
        for file in files {
            for line in file.text.split(separator: "\n") where line.hasPrefix("- rule: ") {
                let name = String(line.dropFirst("- rule: ".count))
                if order[name] == nil { order[name] = order.count }
            }
        }
        var detector = Detector(library: library)
        var counts: [String: Int] = [:]
        for record in records {
            let fired = findings(of: [record], by: &detector).map(\.title)
            if let first = fired.min(by: { order[$0, default: .max] < order[$1, default: .max] }) {
                counts[first, default: 0] += 1
            }
        }
        #expect(detector.statistics.failures.isEmpty, "every condition has an answer")
        return counts
    }

    private static func findings(of records: [String], by detector: inout Detector) -> [Finding] {
        var findings: [Finding] = []
        var reader = LogReader()
        for record in records {
            Data(record.utf8).withUnsafeBytes { bytes in
                reader.read(bytes, at: SourcePosition(name: "record", line: 1)) { event in
                    findings += detector.observe(event)
                }
            }
        }
        return findings
    }

    // MARK: Rows

    private static let shippedByFalco: RuleFile? = SharedFolder.contents(
        "data/corpora/rules/falco/k8s_audit_rules.yaml"
    ).map { file("k8s_audit_rules", String(decoding: $0, as: UTF8.self)) }

    private static func file(_ name: String, _ text: String) -> RuleFile {
        RuleFile(name: name + ".yaml", path: "falco/" + name + ".yaml", text: text)
    }

    private static func rows(_ name: String) -> [[String: Any]] {
        let data = SharedFolder.contents("data/corpora/" + name) ?? Data()
        return data.split(separator: UInt8(ascii: "\n")).compactMap {
            (try? JSONSerialization.jsonObject(with: $0)) as? [String: Any]
        }
    }

    private static func text(_ value: Any) -> String {
        let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys])
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    static let traces: [Row] = rows("falco-k8saudit-traces.jsonl").compactMap { row in
        guard let id = row["id"] as? String, let records = row["input"] as? [[String: Any]],
            let policy = row["policy"] as? [String: Any], let names = policy["rules"] as? [String],
            let inline = policy["inline"] as? [String: String],
            let detections = (row["expected"] as? [String: Any])?["detections"] as? [[String: Any]]
        else { return nil }
        let rules = names.compactMap { name in
            inline[name].map { file(name, $0) } ?? (name == "K8SAuditRules" ? shippedByFalco : nil)
        }
        let expected = detections.compactMap { detection in
            (detection["rule"] as? String).flatMap { rule in (detection["count"] as? Int).map { (rule, $0) } }
        }
        return Row(
            name: String(id.drop { $0 != "/" }.dropFirst()), rules: rules, records: records.map(text),
            expected: Dictionary(expected) { $0 + $1 })
    }

    /// Each manifest as the audit log of its creation, with that of the Pod that a Deployment's controllers make.
    static let generated: [Row] = rows("event-generator-k8saudit.jsonl").compactMap { row in
        guard let id = row["id"] as? String, let object = row["input"] as? [String: Any], let shippedByFalco,
            let expected = (row["expected"] as? [String: Any])?["falco_rule"] as? String
        else { return nil }
        var records = [creation(of: object, by: "kubernetes-admin")]
        let template = (object["spec"] as? [String: Any])?["template"] as? [String: Any]
        if let template {
            var pod = template
            pod["kind"] = "Pod"
            pod["apiVersion"] = "v1"
            records.append(creation(of: pod, by: "system:serviceaccount:kube-system:replicaset-controller"))
        }
        return Row(
            name: String(id.drop { $0 != "/" }.dropFirst()), rules: [shippedByFalco], records: records,
            expected: [expected: 1])
    }

    private static func creation(of object: [String: Any], by user: String) -> String {
        let kind = object["kind"] as? String ?? ""
        let name = (object["metadata"] as? [String: Any])?["name"] as? String ?? "made"
        return text([
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "RequestResponse", "stage": "ResponseComplete",
            "auditID": "\(kind)-\(name)", "verb": "create", "user": ["username": user],
            "requestURI": "/x",
            "objectRef": ["resource": kind.lowercased() + "s", "name": name, "namespace": "default"],
            "responseStatus": ["code": 201], "requestObject": object, "responseObject": object,
            "requestReceivedTimestamp": "2026-11-23T09:00:00.000000Z", "stageTimestamp": "2026-11-23T09:00:00.100000Z",
        ])
    }
}

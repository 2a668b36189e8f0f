import JSONView
import SecurityEvents
import Testing

@testable import Agent

@Suite("Whether an audit policy tells less than before")
struct AuditPolicyWatchTests {
    static func record(_ level: String, user: String = "alice", namespace: String = "shop", second: Int = 0) -> String {
        #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"\#(level)","auditID":"a\#(second)","stage":"ResponseComplete","verb":"create","user":{"username":"\#(user)"},"objectRef":{"resource":"pods","namespace":"\#(namespace)"},"responseStatus":{"code":201},"stageTimestamp":"2026-11-23T09:00:\#(second < 10 ? "0" : "")\#(second)Z"}"#
    }

    /// The gaps that records make, by the position of the record that shows them.
    func gaps(_ records: [String]) -> [Int: Gap] {
        var watch = AuditPolicyWatch()
        var reader = LogReader()
        var found: [Int: Gap] = [:]
        for (number, record) in records.enumerated() {
            var record = record
            record.withUTF8 { bytes in
                reader.read(UnsafeRawBufferPointer(bytes), at: SourcePosition(name: "log", line: number)) { event in
                    found[number] = watch.observe(event)
                }
            }
        }
        return found
    }

    @Test("the same requests logged at a lower level from some moment on are a gap from that moment, said once")
    func weakened() throws {
        let levels = Array(repeating: "RequestResponse", count: 4) + Array(repeating: "Metadata", count: 6)
        let found = gaps(levels.enumerated().map { Self.record($1, second: $0) })
        #expect(found.keys.sorted() == [6])
        let gap = try #require(found[6])
        #expect(gap.from == Timestamp("2026-11-23T09:00:04Z"))
        #expect(
            gap.reason
                == "the audit policy was changed: create pods in shop by alice was logged at RequestResponse, and now is at Metadata"
        )
        let finding = try #require(Finding(gap, in: .kubernetesAudit))
        #expect(finding.ruleName == "audit-policy-weakened")
        #expect(gap.key == "audit-policy-weakened/RequestResponse/Metadata/\(try #require(gap.from).nanoseconds)")
    }

    /// Records by two habits, of which none is less than before.
    static let ordinaries: [[String]] = [
        records(8) { record($0 < 4 ? "RequestResponse" : "Metadata", user: $0 < 4 ? "alice" : "bob") },
        records(8) { record($0 < 4 ? "RequestResponse" : "Metadata", namespace: $0 < 4 ? "shop" : "kube-system") },
        records(12) { record($0 % 3 == 2 ? "Metadata" : "RequestResponse") },
        records(8) { record($0 < 4 ? "Metadata" : "RequestResponse") },
    ]

    static func records(_ count: Int, _ make: (Int) -> String) -> [String] { (0..<count).map(make) }

    @Test(
        "others' requests, those of another namespace, single exceptions and a level that rises are none",
        arguments: ordinaries)
    func ordinary(records: [String]) { #expect(gaps(records).isEmpty) }
}

@Suite("Findings that no rule makes")
struct BuiltinFindingTests {
    @Test("each suspicion has one, with a page and what to do", arguments: Gap.Suspicion.allCases)
    func complete(suspicion: Gap.Suspicion) {
        let known = BuiltinFinding.of(suspicion)
        #expect(known.name == suspicion.rawValue)
        #expect(known.page.hasPrefix("# \(known.title)\n"))
        for part in ["## How it is used in attacks", "## Telling false positives apart", "## What to do"] {
            #expect(known.page.contains(part))
        }
        #expect(!known.falsePositives.isEmpty && !known.remediation.isEmpty)
        #expect(known.tags.allSatisfy { $0.hasPrefix("attack.") })
    }

    @Test("identifiers are unique, and a gap noticed again is the same finding")
    func identity() throws {
        #expect(Set(BuiltinFinding.all.map(\.id)).count == BuiltinFinding.all.count)
        let moments = [1, 2].map { Timestamp(nanoseconds: $0) }
        let ids = moments.map { moment in
            Finding(
                Gap(source: "log", from: nil, to: moment, reason: "cut", suspicion: .logCut, key: "truncated/1"),
                in: .kubernetesAudit)?.id
        }
        #expect(ids == ["log-cut/log/truncated/1", "log-cut/log/truncated/1"])
    }
}

import Detection
import JSONView
import Rules
import SecurityEvents
import Testing

@testable import Agent

@Suite("Events that another source completes later")
struct LateBindingTests {
    static func audit(_ verb: String, user: String, subresource: String? = nil, second: Int) -> String {
        let part = subresource.map { #","subresource":"\#($0)""# } ?? ""
        let uri =
            subresource == nil ? "/api/v1/namespaces/shop/pods" : "/api/v1/namespaces/shop/pods/web/exec?command=sh"
        let body =
            subresource == nil
            ? #","requestObject":{"kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"app","image":"web:1"}]}},"responseObject":{"kind":"Pod","metadata":{"name":"web","namespace":"shop","uid":"u-1"}}"#
            : ""
        return
            #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"a\#(second)","stage":"ResponseComplete","requestURI":"\#(uri)","verb":"\#(verb)","user":{"username":"\#(user)"},"objectRef":{"resource":"pods","namespace":"shop","name":"web"\#(part)},"responseStatus":{"code":201}\#(body),"stageTimestamp":"2026-11-23T09:00:\#(10 + second)Z"}"#
    }

    /// The names of the findings that each record makes, with what they fill in.
    func judge(_ records: [String], bindsLate: Bool) throws -> [[String]] {
        let library = try RuleLibrary.load()
        var options = DetectorOptions()
        options.tellsFilled = bindsLate
        var judge = RuleJudge(Detector(library: library, options: options), bindsLate: bindsLate)
        var reader = LogReader()
        var told: [[String]] = []
        for (number, record) in records.enumerated() {
            var record = record
            var names: [String] = []
            record.withUTF8 { bytes in
                reader.read(UnsafeRawBufferPointer(bytes), at: SourcePosition(name: "x", line: number + 1)) { event in
                    names += judge.judge(event).map { ([$0.ruleName] + $0.filled).joined(separator: " +") }
                }
            }
            told.append(names.sorted())
        }
        return told
    }

    @Test("an exec into a Pod whose create comes later is judged once more, when it is known whose Pod it is")
    func exec() throws {
        let records = [
            Self.audit("create", user: "bob", subresource: "exec", second: 5),
            Self.audit("create", user: "alice", second: 0),
            Self.audit("create", user: "alice", second: 0),
        ]
        let told = try judge(records, bindsLate: true)
        #expect(!told[0].contains { $0.hasPrefix("exec-into-others-workload") })
        #expect(told[1].contains("exec-into-others-workload +deployment"))
        #expect(!told[2].contains { $0.hasPrefix("exec-into-others-workload") })
        let once = try judge(records, bindsLate: false)
        #expect(!once.joined().contains { $0.hasPrefix("exec-into-others-workload") })
    }

    static let pod =
        #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop","uid":"u-1","creationTimestamp":"2026-11-23T09:00:10Z"},"spec":{"containers":[{"name":"app","image":"web:1","securityContext":{"privileged":true}}]}}"#

    @Test("what a watch tells without a name is told once more when the audit log says who it was")
    func actor() throws {
        let privileged = Self.audit("create", user: "alice", second: 0).replacing(
            #""image":"web:1""#, with: #""image":"web:1","securityContext":{"privileged":true}"#)
        let watched = #"{"type":"ADDED","object":\#(Self.pod)}"#
        let told = try judge([watched, privileged, privileged], bindsLate: true)
        #expect(told[0].contains("privileged-container"))
        #expect(told[1].contains("privileged-container +actor"))
        #expect(!told[2].contains { $0.hasPrefix("privileged-container") })
        let reverse = try judge([privileged, watched], bindsLate: true)
        #expect(reverse[0].contains("privileged-container"))
        #expect(!reverse[1].contains { $0.hasPrefix("privileged-container") })
    }
}

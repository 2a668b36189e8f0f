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

    /// A container of the Pod `u-1`, as a kubelet has containerd make it, with full privileges.
    static func container(_ topic: String, pod: String = "u-1") -> String {
        let labels =
            #"{"io.cri-containerd.kind":"container","io.kubernetes.container.name":"app","io.kubernetes.pod.name":"web","io.kubernetes.pod.namespace":"shop","io.kubernetes.pod.uid":"\#(pod)"}"#
        let capabilities = ["SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_PTRACE", "NET_ADMIN", "DAC_READ_SEARCH"]
            .map { "\"CAP_\($0)\"" }.joined(separator: ",")
        let specification =
            #"{"process":{"args":["app"],"capabilities":{"bounding":[\#(capabilities)]}},"linux":{"namespaces":[{"type":"pid"}]}}"#
        return
            #"{"timestamp":"2026-11-23T09:00:12Z","namespace":"k8s.io","topic":"\#(topic)","event":{"id":"c1"},"container":{"ID":"c1","Namespace":"k8s.io","Labels":\#(labels),"Image":"web:1","Spec":\#(specification)}}"#
    }

    @Test(
        "what a node tells of a container before its Pod is listed is filled in once by the Pod, and once by who made it"
    )
    func pod() throws {
        let watched = #"{"type":"ADDED","object":\#(Self.pod)}"#
        let privileged = Self.audit("create", user: "alice", second: 0).replacing(
            #""image":"web:1""#, with: #""image":"web:1","securityContext":{"privileged":true}"#)
        let records = [
            Self.container("/containers/create"), watched, watched, privileged, privileged,
            Self.container("/containers/create"),
        ]
        let told = try judge(records, bindsLate: true).map { $0.filter { $0.hasPrefix("privileged-container") } }
        #expect(
            told == [
                ["privileged-container"], ["privileged-container +deployment"], [], ["privileged-container +actor"], [],
                [],
            ])
    }

    @Test("a rule that only the node's word fulfils is filled in as well, and not for another Pod")
    func nodeOnly() throws {
        // The Pod as the cluster has it asks for nothing; the node runs it with full privileges.
        let plain = Self.pod.replacing(#","securityContext":{"privileged":true}"#, with: "")
        let other = plain.replacing("u-1", with: "u-2").replacing(#""web""#, with: #""other""#)
        let records = [other, plain, plain].map { #"{"type":"ADDED","object":\#($0)}"# }
        let told = try judge([Self.container("/containers/create")] + records, bindsLate: true)
            .map { $0.filter { $0.hasPrefix("privileged-container") } }
        #expect(told == [["privileged-container"], [], ["privileged-container +deployment"], []])
        let known = try judge([records[1], Self.container("/containers/create")], bindsLate: true)
        #expect(known[1].contains("privileged-container"))
        let apart = try judge([Self.container("/containers/create")] + records, bindsLate: false)
        #expect(!apart.dropFirst().joined().contains { $0.hasPrefix("privileged-container") })
    }

    @Test("a container of a kubelet's own Pod is filled in by the mirror of that Pod, whose identifier is another")
    func mirror() throws {
        let plain = Self.pod.replacing(#","securityContext":{"privileged":true}"#, with: "")
            .replacing(#""uid":"u-1""#, with: #""uid":"m-1","annotations":{"kubernetes.io/config.mirror":"u-1"}"#)
        let told = try judge(
            [Self.container("/containers/create"), #"{"type":"ADDED","object":\#(plain)}"#], bindsLate: true)
        #expect(
            told.map { $0.filter { $0.hasPrefix("privileged-container") } } == [
                ["privileged-container"], ["privileged-container +deployment"],
            ])
    }

    @Test("a Docker container that containerd tells first, without its image, is filled in once by the engine")
    func image() throws {
        let identifier = String(repeating: "ab", count: 32)
        let capabilities = ["SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_PTRACE", "NET_ADMIN", "DAC_READ_SEARCH"]
            .map { "\"CAP_\($0)\"" }.joined(separator: ",")
        let told =
            #"{"timestamp":"2026-11-23T09:00:12Z","namespace":"moby","topic":"/containers/create","event":{"id":"\#(identifier)"},"container":{"ID":"\#(identifier)","Namespace":"moby","Labels":{},"Spec":{"process":{"args":["app"],"capabilities":{"bounding":[\#(capabilities)]}},"linux":{"namespaces":[{"type":"pid"}]}}}}"#
        let inspected =
            #"{"Id":"\#(identifier)","Name":"/web","Created":"2026-11-23T09:00:11Z","Config":{"Image":"shop/web:1"},"HostConfig":{"Privileged":true}}"#
        func privileged(_ records: [String]) throws -> [[String]] {
            try judge(records, bindsLate: true).map { $0.filter { $0.hasPrefix("privileged-container") } }
        }
        #expect(
            try privileged([told, inspected, inspected]) == [
                ["privileged-container"], ["privileged-container +image"], [],
            ])
        #expect(try privileged([inspected, told]) == [["privileged-container"], []])
    }
}

import CEL
import Foundation
import SecurityEvents
import Testing

@testable import Rules

/// What tells an agent of the nodes from a DaemonSet that somebody put there to have the nodes.
@Suite("Agents of the nodes")
struct NodeAgentTests {
    /// A DaemonSet, part by part; as it stands here it is an agent.
    struct DaemonSet: CustomTestStringConvertible, Sendable {
        var why: String
        var kind = "DaemonSet"
        var owner: String?
        var namespace = "storage"
        var account = "storage-node"
        var image = "registry.example.com/storage/driver:v2.1.0"
        var command = #"["/driver","--endpoint=/csi/csi.sock"]"#
        var role = "containers"
        var mount = #"{"name":"root","mountPath":"/host","readOnly":true}"#
        var user = "dana"
        var testDescription: String { why }

        var record: String {
            let container =
                #"{"name":"c","image":"\#(image)","command":\#(command),"volumeMounts":[\#(mount)],"securityContext":{"privileged":true}}"#
            let others = role == "containers" ? "" : #","containers":[]"#
            let spec =
                #"{"serviceAccountName":"\#(account)","volumes":[{"name":"root","hostPath":{"path":"/"}}],"\#(role)":[\#(container)]\#(others)}"#
            let owners =
                owner.map {
                    #","ownerReferences":[{"apiVersion":"apps/v1","kind":"\#($0)","name":"o","uid":"u","controller":true}]"#
                } ?? ""
            let resource = kind == "Pod" ? "pods" : "daemonsets"
            let inner = kind == "Pod" ? spec : #"{"template":{"spec":\#(spec)}}"#
            return """
                {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"1","stage":"ResponseComplete",\
                "requestURI":"/x","verb":"create","user":{"username":"\(user)"},\
                "objectRef":{"resource":"\(resource)","namespace":"\(namespace)","name":"n"},"responseStatus":{"code":201},\
                "requestObject":{"apiVersion":"v1","kind":"\(kind)","metadata":{"name":"n","namespace":"\(namespace)"\(owners)},\
                "spec":\(inner)},"requestReceivedTimestamp":"2026-11-23T09:00:00Z","stageTimestamp":"2026-11-23T09:00:00Z"}
                """
        }
    }

    static let agents = [
        DaemonSet(why: "a driver that reads its host"),
        DaemonSet(why: "a Pod that a DaemonSet owns", kind: "Pod", owner: "DaemonSet"),
        DaemonSet(
            why: "an image by digest", image: "registry.example.com/driver@sha256:" + String(repeating: "a", count: 64)),
        DaemonSet(why: "the namespace of everybody", namespace: "default"),
        DaemonSet(why: "a shell and the image's own script", command: #"["bash","/driver/start.sh","--all"]"#),
        DaemonSet(why: "a shell that hands over to one program", command: #"["/bin/sh","-c","exec /driver --all"]"#),
        DaemonSet(why: "no command but the image's own", command: "[]"),
        DaemonSet(
            why: "an interpreter and the image's own script",
            command: #"["python3","-u","/driver/main.py","-c","/etc/driver.yaml","-e","prod"]"#),
        DaemonSet(why: "an interpreter and a module", command: #"["python3","-m","driver","-c","x"]"#),
        DaemonSet(
            why: "a script that prepares", command: #"["sh","-c","cp /plugin /host/plugin; ls"]"#,
            role: "initContainers"),
        DaemonSet(why: "a registry of one's own network", image: "192.168.4.9:5000/driver:v2.1.0"),
        DaemonSet(why: "a service's request", user: "system:serviceaccount:argocd:argocd-application-controller"),
        // To write there is told of by itself.
        DaemonSet(why: "a host's root that it can write", mount: #"{"name":"root","mountPath":"/host"}"#),
    ]

    static let others = [
        DaemonSet(why: "a Pod of nobody", kind: "Pod"),
        DaemonSet(why: "a Pod of a ReplicaSet", kind: "Pod", owner: "ReplicaSet"),
        DaemonSet(why: "the account of everybody", account: "default"),
        DaemonSet(why: "a tag that moves", image: "registry.example.com/storage/driver:latest"),
        DaemonSet(why: "no tag", image: "registry.example.com/storage/driver"),
        DaemonSet(why: "a shell with a script", command: #"["sh","-c","cp /x /host/y; /driver"]"#),
        DaemonSet(why: "a script that lies on the host", command: #"["sh","/host/x.sh"]"#),
        DaemonSet(why: "code in its command", command: #"["python3","-u","-c","import os; os.system('id')"]"#),
        DaemonSet(why: "code of another language", command: #"["perl","-we","exec '/driver'"]"#),
        DaemonSet(why: "code to evaluate", command: #"["node","--eval=require('x')"]"#),
        DaemonSet(why: "an interpreter's script on the host", command: #"["python3","/host/x.py"]"#),
        DaemonSet(why: "a program that lies on the host", command: #"["/host/opt/x","--all"]"#),
        DaemonSet(why: "a shell with a second line", command: #"["sh","-c","/driver\ncurl x"]"#),
        DaemonSet(why: "a program that only waits", command: #"["sleep","infinity"]"#),
        DaemonSet(why: "a way into the host", command: #"["nsenter","-t","1","-m","/driver"]"#),
        DaemonSet(
            why: "a preparation that goes into the host", command: #"["chroot","/host","/driver"]"#,
            role: "initContainers"),
        DaemonSet(why: "privileges and nothing of the host to use them for", mount: ""),
        DaemonSet(why: "nobody's request", user: "system:anonymous"),
        DaemonSet(why: "the request of an account that every Pod has", user: "system:serviceaccount:web:default"),
        DaemonSet(why: "a registry without a name", image: "198.51.100.9:5000/driver:v2.1.0"),
    ]

    @Test("What has all marks of one is one", arguments: agents)
    func agent(_ set: DaemonSet) throws { #expect(try isAgent(set) == true) }

    @Test("Each mark is needed", arguments: others)
    func other(_ set: DaemonSet) throws { #expect(try isAgent(set) == false) }

    /// What a rule sees; nil where the record has no container.
    private func isAgent(_ set: DaemonSet) throws -> Bool? {
        let rule = ruleFile(ruleText(detection: "\n  cel: container.nodeAgent"))
        let program = try #require(try RuleLibrary(layers: [[rule]]).rules.first).program
        var verdict: Bool?
        var reader = LogReader()
        Data(set.record.utf8).withUnsafeBytes { bytes in
            reader.read(bytes, at: SourcePosition(name: "record", line: 1)) { event in
                let context = EventContext(lists: RuleLists(), event: event)
                context.turn(to: 0)
                verdict = program.matches(context, using: Evaluator())
            }
        }
        return verdict
    }
}

import Detection
import Rules
import SecurityEvents

/// Records of an audit log, made of their parts.
enum Audit {
    static func event(
        _ verb: String, _ resource: String, _ name: String, by user: String, id: String, object: String = "null",
        response: String = "null", subresource: String = "", stage: String = "ResponseComplete", second: Int = 0,
        code: Int = 200
    ) -> String {
        let time = "2026-11-23T09:\(pad(second / 60)):\(pad(second % 60)).000000Z"
        let part = subresource.isEmpty ? "" : "/\(subresource)"
        return """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"\(id)","stage":"\(stage)",\
            "requestURI":"/x/namespaces/shop/\(resource)/\(name)\(part)","verb":"\(verb)",\
            "user":{"username":"\(user)","groups":["system:authenticated"]},"sourceIPs":["192.0.2.1"],\
            "objectRef":{"resource":"\(resource)","namespace":"shop","name":"\(name)"\
            \(subresource.isEmpty ? "" : #","subresource":"\#(subresource)""#)},\
            "responseStatus":{"code":\(code)},"requestObject":\(object),"responseObject":\(response),\
            "requestReceivedTimestamp":"\(time)","stageTimestamp":"\(time)"}
            """
    }

    private static func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// A Pod, a Deployment or a ReplicaSet of one container.
    static func object(
        _ kind: String, _ name: String, uid: String = "", owner: (kind: String, name: String, uid: String)? = nil,
        image: String = "registry.example.com/web:1.0.0", privileged: Bool = false, env: String = "[]",
        extra: String = ""
    ) -> String {
        let owners =
            owner.map {
                #","ownerReferences":[{"apiVersion":"apps/v1","kind":"\#($0.kind)","name":"\#($0.name)","uid":"\#($0.uid)","controller":true}]"#
            } ?? ""
        let identifier = uid.isEmpty ? "" : #","uid":"\#(uid)""#
        let spec =
            #"{"containers":[{"name":"app","image":"\#(image)","env":\#(env),"securityContext":{"privileged":\#(privileged)}}\#(extra)]}"#
        let inner = kind == "Pod" ? spec : #"{"template":{"metadata":{"labels":{"app":"web"}},"spec":\#(spec)}}"#
        return
            #"{"apiVersion":"\#(kind == "Pod" ? "v1" : "apps/v1")","kind":"\#(kind)","metadata":{"name":"\#(name)","namespace":"shop"\#(identifier)\#(owners)},"spec":\#(inner)}"#
    }
}

/// A library of one rule.
func library(
    _ condition: String, message: String = "seen", more: String = "", level: String? = "high",
    lists: [String: String] = [:]
) throws -> RuleLibrary {
    let text = """
        title: Sample
        id: 0e6f1f52-0000-4000-8000-000000000001
        \(level.map { "level: \($0)" } ?? "")
        logsource: {category: container_deployment}
        detection:
          cel: |
            \(condition)
        message: '\(message)'

        """ + more
    var files = [RuleFile(name: "rule.yml", path: "t/sample/rule.yml", text: text)]
    for (name, members) in ["system_namespaces": "[kube-system]", "known_admins": "[]"].merging(
        lists, uniquingKeysWith: { $1 })
    {
        files.append(
            RuleFile(name: name, path: "lists/\(name).yml", text: "name: \(name)\nkind: text\nmembers: \(members)\n"))
    }
    return try RuleLibrary(layers: [files])
}

/// What a rule says about lines, one after the other.
func findings(
    _ condition: String, message: String = "seen", more: String = "", level: String? = "high",
    lists: [String: String] = [:], _ lines: [String], options: DetectorOptions = DetectorOptions()
) throws -> [Finding] {
    var player = EventPlayer(
        try library(condition, message: message, more: more, level: level, lists: lists), options)
    return lines.flatMap { player.play($0) }
}

import CEL
import Foundation
import JSONView
import SecurityEvents

@testable import Rules

/// A Pod's creation with something in every part that fields look at.
let falcoEvent = #"""
    {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"RequestResponse","auditID":"a-1","stage":"ResponseComplete",
    "requestURI":"/api/v1/namespaces/shop/pods?fieldManager=kubectl&command=sh%20-c&command=ls","verb":"create",
    "user":{"username":"mary","groups":["system:masters","system:authenticated"]},"userAgent":"kubectl/v1.30",
    "sourceIPs":["192.0.2.1","10.0.0.1"],
    "objectRef":{"resource":"pods","namespace":"shop","name":"web","apiVersion":"v1"},
    "responseStatus":{"code":201},
    "annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":""},
    "requestObject":{"kind":"Pod","metadata":{"name":"web","labels":{"note":"a \"b\"","blob":"c2VjcmV0LWtleQ"}},"spec":{
      "hostNetwork":true,"securityContext":{"runAsUser":1000,"fsGroup":2000},
      "containers":[
        {"name":"app","image":"registry.example.com/shop/web:1.2","command":["/bin/sh","-c"],"args":["sleep 1"],
         "ports":[{"containerPort":80,"hostPort":8080},{"containerPort":81}],
         "securityContext":{"privileged":true,"runAsUser":0,"capabilities":{"add":["NET_ADMIN","SYS_TIME"]}}},
        {"name":"log","image":"fluentd@sha256:00ff"}],
      "initContainers":[{"name":"init","image":"busybox","securityContext":{"privileged":false}}],
      "volumes":[{"name":"etc","hostPath":{"path":"/etc/kubernetes"}},{"name":"tmp","emptyDir":{}}]}},
    "responseObject":{"metadata":{"name":"web"}},
    "requestReceivedTimestamp":"2026-11-23T09:00:00.000000Z","stageTimestamp":"2026-11-23T09:00:00.123456Z"}
    """#.replacing("\n", with: " ")

/// A file of Falco's rules.
func falcoFile(_ text: String, name: String = "falco.yaml") -> RuleFile {
    RuleFile(name: name, path: "rules/" + name, text: text)
}

/// A rule about the audit log, of which tests change one part.
func falcoRule(
    _ condition: String, output: String = "seen", name: String = "Sample", source: String = "k8s_audit",
    more: String = ""
) -> String {
    """
    - rule: \(name)
      desc: a sample
      condition: >
        \(condition)
      output: '\(output.replacing("'", with: "''"))'
      priority: WARNING
      source: \(source)
    \(more)
    """
}

/// The rules of some files, each file a layer of its own, and everything that was said about them.
func falcoRules(_ texts: [String]) -> (rules: [CompiledRule], diagnostics: [String]) {
    let files = texts.enumerated().map { position, text in
        falcoFile(text, name: texts.count == 1 ? "falco.yaml" : "falco\(position + 1).yaml")
    }
    do {
        let library = try RuleLibrary(layers: files.map { [$0] }, keepSound: true)
        return (library.rules, library.diagnostics.map(\.description))
    } catch {
        return ([], error.diagnostics.map(\.description))
    }
}

/// Looks at an audit event as rules see it.
func withFalcoEvent<Result>(_ record: String = falcoEvent, _ body: (EventContext) -> Result) -> Result? {
    var result: Result?
    var reader = LogReader()
    Data(record.utf8).withUnsafeBytes { bytes in
        reader.read(bytes, at: SourcePosition(name: "record", line: 1)) { event in
            result = body(EventContext(lists: RuleLists(), event: event))
        }
    }
    return result
}

/// Whether a rule is true of an event; nil where it has no answer.
func isTrue(_ rule: CompiledRule, of record: String = falcoEvent) -> Bool? {
    withFalcoEvent(record) { rule.program.matches($0, using: Evaluator()) } ?? nil
}

/// What a rule says of an event.
func message(of rule: CompiledRule, for record: String = falcoEvent) -> String? {
    withFalcoEvent(record) { context in
        rule.messageParts.map { part in
            switch part {
            case .text(let text): return text
            case .value(let program), .finished(let program):
                switch program.evaluate(context) {
                case .string(let text): return text
                case .text(let text): return String(text)
                case let other: return "\(other)"
                }
            }
        }.joined()
    }
}

import Foundation
import JSONView
import SecurityEvents
import TestSupport
import Testing

@testable import Rules

@Suite("The table of an audit record's fields")
struct AuditSchemaTests {
    @Test("Fields are found, refused or left open")
    func places() {
        func place(_ name: String, _ resources: Set<String>? = nil) -> AuditSchema.Place {
            AuditSchema.place(of: name, resources: resources)
        }
        #expect(place("responseStatus.code") == .known(.int))
        #expect(place("user.extra.authentication.kubernetes.io/node-name") == .known(.string))
        #expect(place("objectRef.kind") == .unknown(upTo: "objectRef"))
        #expect(place("requestObject.spec.hostPID", ["pods"]) == .known(.bool))
        #expect(place("requestObject.spec.containers[0].image", ["pods"]) == .known(.string))
        #expect(
            place("requestObject.spec.containers.privileged", ["pods"])
                == .unknown(upTo: "requestObject.spec.containers"))
        #expect(place("requestObject.spec.template.spec.hostPID", ["deployments", "daemonsets"]) == .known(.bool))
        #expect(place("requestObject.spec.hostPID", ["deployments"]) != .known(.bool))
        #expect(place("requestObject.spec.jobTemplate.spec.template.spec.hostPID", ["cronjobs"]) == .known(.bool))
        #expect(place("requestObject.spec.schedule", ["cronjobs"]) == .open)
        #expect(place("requestObject.spec.rules.host", ["ingresses"]) == .open)
        #expect(place("requestObject.spec.hostPID") == .open)
    }

    @Test("Every field of recorded requests is in the table or left open", .enabled(if: SharedFolder.path != nil))
    func recorded() throws {
        var unknown: [String: Int] = [:]
        for name in SharedFolder.files("data/recordings/kubernetes", suffix: ".audit.jsonl") {
            guard let data = SharedFolder.contents(name) else { continue }
            let parser = JSONParser()
            for line in data.split(separator: UInt8(ascii: "\n")) {
                let document = try parser.parse(Array(line))
                let record = document.root
                let resource = record["objectRef"]?["resource"]?.string
                // Patches, statuses and options are no whole objects.
                let isWhole = record["objectRef"]?["subresource"] == nil && record["verb"]?.string == "create"
                for member in record.members {
                    let key = String(copying: member.key)
                    if key == "requestObject", !isWhole { continue }
                    walk(member.value, key, resource.map { [$0] }, &unknown)
                }
            }
        }
        #expect(unknown == [:])
    }

    private func walk(_ value: JSONValue, _ path: String, _ resources: Set<String>?, _ unknown: inout [String: Int]) {
        if case .unknown = AuditSchema.place(of: path, resources: resources) {
            unknown[path, default: 0] += 1
            return
        }
        for member in value.members {
            walk(member.value, path + "." + String(copying: member.key), resources, &unknown)
        }
        for element in value.elements { walk(element, path, resources, &unknown) }
    }
}

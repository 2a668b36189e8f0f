import Testing

@testable import Manifests

@Suite("Patches")
struct FixTests {
    @Test(
        "A scalar is replaced however it is written; anything else is left alone",
        arguments: [
            ("a: true", "a: false"), ("a: yes", "a: false"), ("a: \"true\"", "a: \"true\""),
            ("a: true # why", "a: false # why"), ("a: false", "a: false"),
        ])
    func replace(_ line: String, _ expected: String) {
        let edit = TextEdit.replace(at: Place(line: 1, column: 4), old: .bool(true), new: "false")
        let isText = line.contains("\"")
        #expect(TextEdit.apply([edit], to: [line]) == [isText ? "a: false" : expected])
    }

    @Test("Several changes of one text do not disturb one another")
    func several() {
        let edits: Set<TextEdit> = [
            .replace(at: Place(line: 1, column: 5), old: .bool(true), new: "false"),
            .replace(at: Place(line: 1, column: 14), old: .bool(true), new: "false"), .remove(line: 2),
            .insert(after: 3, lines: ["n"]), .replace(at: Place(line: 9, column: 1), old: .bool(true), new: "x"),
        ]
        #expect(TextEdit.apply(edits, to: ["{a: true, b: true}", "x", "y"]) == ["{a: false, b: false}", "y", "n"])
    }

    @Test("The difference is one that patch takes")
    func diff() {
        let old = (1...12).map(String.init) + [""]
        var new = old
        new[1] = "two"
        new.insert("x", at: 11)
        #expect(
            UnifiedDiff.text(from: old, to: new, file: "./f")
                == "--- a/f\n+++ b/f\n@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n 4\n 5\n@@ -9,4 +9,5 @@\n 9\n 10\n 11\n+x\n 12\n"
        )
        #expect(UnifiedDiff.text(from: old, to: old, file: "f") == "")
    }

    private func edits(_ spec: String, _ path: String) throws -> Set<TextEdit> {
        let read = ManifestReader().read("apiVersion: v1\nkind: Pod\nspec: \(spec)\n", file: "a.yaml")
        return ManifestFix.edits(for: ["request.object." + path], of: try #require(read.manifests.first))
    }

    @Test("Fields that a program may rightly need have no patch")
    func safe() throws {
        #expect(try edits("{hostNetwork: true, containers: [{name: a}]}", "spec.hostNetwork").count == 1)
        #expect(
            try edits("{hostNetwork: true, containers: [{name: a, ports: [{hostPort: 1}]}]}", "spec.hostNetwork")
                .isEmpty)
        #expect(try edits("{hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet}", "spec.hostNetwork").isEmpty)
        #expect(try edits("{hostPID: true}", "spec.hostPID").isEmpty)
        let escalation = "spec.containers[0].securityContext.allowPrivilegeEscalation"
        #expect(
            try edits("{containers: [{securityContext: {allowPrivilegeEscalation: true}}]}", escalation).count == 1)
        #expect(
            try edits(
                "{containers: [{securityContext: {allowPrivilegeEscalation: true, capabilities: {add: [SYS_ADMIN]}}}]}",
                escalation
            ).isEmpty)
    }
}

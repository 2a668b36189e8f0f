import Rules
import SecurityEvents
import Testing

@testable import Detection

@Suite("Searches over events")
struct SearchRunnerTests {
    private static let library = Result { try RuleLibrary.load() }

    private func event(_ user: String, _ image: String, _ second: Int) -> String {
        """
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","stage":"ResponseComplete","auditID":"\(user)\(second)",\
        "verb":"create","user":{"username":"\(user)"},"sourceIPs":["192.0.2.4"],"requestURI":"/api/v1/namespaces/shop/pods",\
        "objectRef":{"resource":"pods","namespace":"shop","name":"p\(second)","apiVersion":"v1"},"responseStatus":{"code":201},\
        "requestObject":{"metadata":{"name":"p\(second)"},"spec":{"containers":[{"name":"a","image":"\(image)"},{"name":"b","image":"b:1"}]}},\
        "stageTimestamp":"2026-11-23T09:00:0\(second).000000Z"}
        """
    }

    private func run(_ search: String, _ lines: [String]) throws -> [[String]] {
        let library = try Self.library.get()
        let runner = SearchRunner(try SearchQuery(search, library: library), library: library, now: 0)
        var reader = LogReader()
        for (number, line) in lines.enumerated() {
            Array(line.utf8).withUnsafeBytes { bytes in
                reader.read(bytes, at: SourcePosition(name: "x", line: number + 1)) { runner.observe($0) }
            }
        }
        reader.finish { runner.observe($0) }
        let result = runner.finish()
        #expect(result.notes.isEmpty)
        return [result.columns] + result.rows.map { row in result.columns.map { row[$0].text } }
    }

    @Test("Conditions, fields with several values, paths into the object, and times")
    func tables() throws {
        let lines = [event("bob", "a:1", 1), event("alice", "a:2", 2), event("bob", "a:1", 3)]
        #expect(
            try run("action=create user=bob | stats count dc(image) AS images by user", lines)
                == [["user", "count", "images"], ["bob", "2", "2"]])
        #expect(
            try run(
                "action=create | sort -_time | head 1 | table _time name event.object.metadata.name code sourcetype",
                lines)
                == [
                    ["_time", "name", "event.object.metadata.name", "code", "sourcetype"],
                    ["2026-11-23T09:00:03Z", "p3", "p3", "201", "kubernetes:audit"],
                ])
        #expect(try run("action=exec | stats count", lines) == [["count"], ["0"]])
        #expect(
            try run("container.name=a | stats count by container.image | where count > 1", lines)
                == [["container.image", "count"], ["a:1", "2"]])
        #expect(
            try run("* | where len(user) = 5 | eval who = user . \"@\" . namespace | table who", lines)
                == [["who"], ["alice@shop"]])
    }

    @Test("A field that no event has is refused with its place")
    func unknownField() throws {
        let library = try Self.library.get()
        #expect(throws: SearchFault.self) { try SearchQuery("* | stats count by usr", library: library) }
        #expect(throws: SearchFault.self) { try SearchQuery("* | stats count by facts.deployer", library: library) }
    }
}

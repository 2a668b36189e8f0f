import SecurityEvents
import Testing

@testable import Rules

@Suite("Searches as rules")
struct SavedSearchTests {
    private func library(_ search: String) throws(RuleFaults) -> RuleLibrary {
        let text =
            "title: T\nid: 00000000-0000-4000-8000-000000000001\nlogsource: {product: kubernetes}\nlevel: low\ndetection:\n  search: '\(search)'\n"
        return try RuleLibrary(layers: [
            RuleFile.embedded.filter { ListReader.isList($0) }, [RuleFile(name: "s.yml", path: "a/s.yml", text: text)],
        ])
    }

    @Test("Conditions alone are a rule about events")
    func conditions() throws {
        let rule = try #require(try library("action=create image NOT IN (\"known_images_list\")").rules.first)
        #expect(rule.aggregation == nil && rule.rule.level == .low && rule.rule.condition.contains("known_images"))
    }

    @Test(
        "A count and a bound are an aggregation",
        arguments: [
            ("* | stats count by user | where count > 5", .eventCount, ["user"], .max, .init(.gt, 5)),
            (
                "* | bin _time span=10m | stats dc(namespace) AS n by _time, user | where n >= 3", .valueCount,
                ["user"], 600_000_000_000, .init(.gte, 3)
            ),
            (
                "action=create | stats count by image, namespace | where count = 2", .eventCount,
                ["image", "namespace"], .max, .init(.eq, 2)
            ),
        ] as [(String, Aggregation.Kind, [String], Int64, Aggregation.Bound)])
    func counts(
        _ search: String, _ kind: Aggregation.Kind, _ groupBy: [String], _ timespan: Int64, _ bound: Aggregation.Bound
    ) throws {
        let aggregation = try #require(try library(search).rules.first?.aggregation)
        #expect(aggregation.kind == kind && aggregation.groupBy == groupBy && aggregation.timespan == timespan)
        #expect(aggregation.condition == .bounds([bound]))
    }

    @Test(
        "What is no rule is refused in its place, with what is",
        arguments: [
            ("* | head 5", "s.yml:6:14: error: a search that counts is a rule in the form"),
            ("* | stats count by _time | where count > 1", "belong together"),
            ("* | stats max(code) by user | where max > 1", "in the form"),
            ("* | stats list(user) AS x | where x > 1", "a rule counts with"),
            ("usr=a", "s.yml:6:12: error: there is no field"),
        ])
    func refused(_ search: String, _ part: String) {
        do throws(RuleFaults) {
            _ = try library(search)
            Issue.record("\(search) is no rule")
        } catch {
            #expect("\(error)".contains(part), "\(error)")
        }
    }
}

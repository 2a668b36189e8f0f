import Rules
import SecurityEvents
import Testing

@testable import Detection

@Suite("Rules about several events")
struct CorrelationTests {
    /// What correlations over the rules `creates`, `execs` and `deletes` say of lines.
    private func findings(_ correlation: String, _ lines: [String], options: DetectorOptions = DetectorOptions()) throws
        -> [Finding]
    {
        let text = """
            title: Creates
            name: creates
            logsource: {product: kubernetes, service: audit}
            detection: {sel: {verb: create, objectRef.resource: pods}, condition: sel}
            ---
            title: Execs
            name: execs
            logsource: {product: kubernetes, service: audit}
            detection: {sel: {objectRef.subresource: exec}, condition: sel}
            ---
            title: Deletes
            name: deletes
            logsource: {product: kubernetes, service: audit}
            detection: {sel: {verb: delete}, condition: sel}
            ---
            title: Together
            id: 0e6f1f52-0000-4000-8000-0000000000aa
            level: high
            name: together
            \(correlation)
            """
        let library = try RuleLibrary(layers: [[RuleFile(name: "c.yml", path: "c/c.yml", text: text)]])
        var log = NumberedLog(library, options: options)
        return lines.flatMap { log.play($0) }.filter { $0.title == "Together" }
    }

    private func line(
        _ verb: String, by user: String = "eve", name: String = "p", at second: Int, id: String? = nil,
        part: String = "",
        stage: String = "ResponseComplete", code: Int = 200
    ) -> String {
        Audit.event(
            verb, "pods", name, by: user, id: id ?? "\(verb)-\(user)-\(name)-\(second)", subresource: part,
            stage: stage,
            second: second, code: code)
    }

    private func correlation(
        _ type: String, rules: String = "[creates]", by group: String = "[user.username]", condition: String,
        timespan: String = "60s", more: String = ""
    ) -> String {
        """
        correlation:
          type: \(type)
          rules: \(rules)
          group-by: \(group)
          timespan: \(timespan)
          \(condition.isEmpty ? "" : "condition: \(condition)")
        \(more.isEmpty ? "" : "  " + more)
        """
    }

    @Test("Enough events of one group within the timespan make one finding that names them")
    func eventCount() throws {
        let lines = [0, 10, 20, 30].map { line("create", at: $0) } + [line("create", by: "bob", at: 35)]
        let found = try findings(correlation("event_count", condition: "{gte: 3}"), lines)
        let finding = try #require(found.first)
        #expect(found.count == 1)
        #expect(finding.message == "Together: 3 events with user.username eve within 60 s")
        let together = try #require(finding.correlation)
        #expect(together.groupBy == [.init(name: "user.username", value: "eve")])
        #expect(together.value == 3)
        #expect(together.events.map(\.position.line) == [1, 2, 3])
        #expect(together.events.allSatisfy { $0.rule == "creates" })
        #expect(finding.position.line == 3)
    }

    @Test("Events that are further apart than the timespan do not count together")
    func apart() throws {
        let lines = [0, 40, 101, 162].map { line("create", at: $0) }
        #expect(try findings(correlation("event_count", condition: "{gte: 3}"), lines).isEmpty)
        // The timespan itself is within.
        let near = [0, 30, 60].map { line("create", at: $0) }
        #expect(try findings(correlation("event_count", condition: "{gte: 3}"), near).count == 1)
    }

    @Test("Events in another order make the same finding, with the same id")
    func unordered() throws {
        let times = [0, 25, 50]
        let orders = [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1], [2, 0, 1], [1, 0, 2]]
        let ids = try orders.map { order in
            try findings(
                correlation("event_count", condition: "{gte: 3}"), order.map { line("create", at: times[$0]) }
            ).map(\.id)
        }
        #expect(Set(ids).count == 1)
        #expect(ids[0].count == 1)
    }

    @Test("The stages of one request are one event")
    func stages() throws {
        let lines = [1, 2].flatMap { second in
            ["RequestReceived", "ResponseComplete"].map { line("create", at: second, id: "r\(second)", stage: $0) }
        }
        #expect(try findings(correlation("event_count", condition: "{gte: 3}"), lines).isEmpty)
        #expect(try findings(correlation("event_count", condition: "{gte: 2}"), lines).count == 1)
    }

    @Test("One burst is one finding, and another one later is a second")
    func bursts() throws {
        let lines = [0, 1, 2, 3, 4, 5, 200, 201, 202].map { line("create", at: $0) }
        let found = try findings(correlation("event_count", condition: "{gte: 3}"), lines)
        #expect(found.map(\.position.line) == [3, 9])
        #expect(Set(found.map(\.id)).count == 2)
    }

    @Test(
        "A range and all comparisons",
        arguments: [
            ("{gt: 2}", [3]), ("{gte: 2}", [2]), ("{lt: 2}", [1]), ("{lte: 1}", [1]), ("{eq: 3}", [3]),
            ("{neq: 1}", [2]),
            ("{gte: 2, lt: 3}", [2]),
        ])
    func comparisons(_ sample: (condition: String, expected: [Int])) throws {
        let lines = [0, 1, 2].map { line("create", at: $0) }
        let found = try findings(correlation("event_count", condition: sample.condition), lines)
        #expect(found.map(\.position.line) == sample.expected)
    }

    @Test("Different values are counted once each, without regard to case")
    func valueCount() throws {
        let lines = ["a", "b", "A", "c"].enumerated().map { line("create", name: $1, at: $0) }
        let found = try findings(correlation("value_count", condition: "{gte: 3, field: objectRef.name}"), lines)
        #expect(found.map(\.position.line) == [4])
        #expect(found.first?.message == "Together: 3 different values in 4 events with user.username eve within 60 s")
    }

    @Test(
        "Sums, averages, medians and percentiles",
        arguments: [
            ("value_sum", "{gte: 900, field: responseStatus.code}", 3),
            ("value_avg", "{gt: 200, field: responseStatus.code}", 2),
            ("value_median", "{gte: 300, field: responseStatus.code}", 2),
            // Of 200, 400, 500 the 75th percentile lies half way between 400 and 500.
            ("value_percentile", "{gte: 450, field: responseStatus.code, percentile: 75}", 3),
        ])
    func numbers(_ sample: (type: String, condition: String, line: Int)) throws {
        let lines = [200, 400, 500].enumerated().map { line("create", at: $0, code: $1) }
        let found = try findings(correlation(sample.type, condition: sample.condition), lines)
        #expect(found.map(\.position.line) == [sample.line])
    }

    @Test("All rules in any order, and in their order")
    func temporal() throws {
        let rules = "[creates, execs, deletes]"
        let forward = [line("create", at: 1), line("get", at: 2, part: "exec"), line("delete", at: 3)]
        let backward = [line("delete", at: 1), line("get", at: 2, part: "exec"), line("create", at: 3)]
        for lines in [forward, backward] {
            #expect(try findings(correlation("temporal", rules: rules, condition: ""), lines).count == 1)
        }
        let ordered = correlation("temporal_ordered", rules: rules, condition: "")
        #expect(
            try findings(ordered, forward).first?.message
                == "Together: creates, then execs, then deletes with user.username eve within 60 s")
        #expect(try findings(ordered, backward).isEmpty)
        #expect(try findings(ordered, [forward[0], line("get", by: "bob", at: 2, part: "exec"), forward[2]]).isEmpty)
        // Handed over late, an event still counts in its place.
        #expect(try findings(ordered, [forward[0], forward[2], forward[1]]).count == 1)
    }

    @Test("A condition on rules asks for those that it names")
    func extended() throws {
        let condition = correlation(
            "temporal", rules: "[creates, execs, deletes]", condition: "creates and (execs or deletes)")
        #expect(try findings(condition, [line("create", at: 1), line("delete", at: 2)]).count == 1)
        #expect(try findings(condition, [line("get", at: 1, part: "exec"), line("delete", at: 2)]).isEmpty)
    }

    @Test("Keys may be called differently in each rule")
    func aliases() throws {
        let condition = """
            correlation:
              type: temporal
              rules: [creates, deletes]
              group-by: [who]
              timespan: 1m
              aliases:
                who: {creates: user.username, deletes: objectRef.name}
            """
        #expect(
            try findings(condition, [line("create", by: "eve", at: 1), line("delete", by: "x", name: "eve", at: 2)])
                .count == 1)
        #expect(
            try findings(condition, [line("create", by: "eve", at: 1), line("delete", by: "eve", name: "x", at: 2)])
                .isEmpty)
    }

    @Test("A correlation counts how often another one spoke")
    func chained() throws {
        let text = """
            correlation:
              type: value_count
              rules: [bursts]
              group-by: [objectRef.namespace]
              timespan: 10m
              condition: {gte: 2, field: user.username}
            ---
            title: Bursts
            name: bursts
            correlation:
              type: event_count
              rules: [creates]
              group-by: [user.username, objectRef.namespace]
              timespan: 1m
              condition: {gte: 2}
            """
        let lines = [line("create", by: "a", at: 0), line("create", by: "a", at: 1), line("create", by: "b", at: 5)]
        #expect(try findings(text, lines).isEmpty)
        let found = try findings(text, lines + [line("create", by: "b", at: 6)])
        #expect(found.map(\.position.line) == [4])
        #expect(found.first?.correlation?.groupBy == [.init(name: "objectRef.namespace", value: "shop")])
    }

    @Test("What is counted makes no findings of its own, unless it is asked to")
    func generate() throws {
        func titles(_ more: String) throws -> Set<String> {
            let text = """
                title: Creates
                name: creates
                logsource: {product: kubernetes, service: audit}
                detection: {sel: {verb: create}, condition: sel}
                ---
                title: Together
                correlation: {type: event_count, rules: [creates], timespan: 1m, condition: {gte: 1}\(more)}
                """
            var log = NumberedLog(try RuleLibrary(layers: [[RuleFile(name: "c.yml", path: "c/c.yml", text: text)]]))
            return Set(log.play(line("create", at: 1)).map(\.title))
        }
        #expect(try titles("") == ["Together"])
        #expect(try titles(", generate: true") == ["Creates", "Together"])
    }

    @Test("What is forgotten and what has no key is counted, and memory stays bounded")
    func bounds() throws {
        var options = DetectorOptions()
        options.groups = 4
        options.groupEvents = 8
        let text = """
            title: Creates
            name: creates
            logsource: {product: kubernetes, service: audit}
            detection: {sel: {verb: create}, condition: sel}
            ---
            title: Together
            correlation: {type: event_count, rules: [creates], group-by: [user.username], timespan: 1d, condition: {gte: 1000}}
            """
        let library = try RuleLibrary(layers: [[RuleFile(name: "c.yml", path: "c/c.yml", text: text)]])
        var log = NumberedLog(library, options: options)
        for second in 0..<50 { _ = log.play(line("create", by: "u\(second)", at: second)) }
        #expect(log.statistics.uncounted > 0)
        _ = log.play(#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","verb":"create","auditID":"x"}"#)
        #expect(log.statistics.ungrouped == 1)
    }
}

/// A log whose lines are played one by one, each with its number.
private struct NumberedLog {
    private var detector: Detector
    private var number = 0

    init(_ library: RuleLibrary, options: DetectorOptions = DetectorOptions()) {
        detector = Detector(library: library, options: options)
    }

    var statistics: DetectorStatistics { detector.statistics }

    mutating func play(_ line: String) -> [Finding] {
        number += 1
        var reader = LogReader()
        var findings: [Finding] = []
        var detector = self.detector
        let position = SourcePosition(name: "log", line: number)
        Array(line.utf8).withUnsafeBytes { bytes in
            reader.read(bytes, at: position) { findings += detector.observe($0) }
        }
        reader.finish { findings += detector.observe($0) }
        self.detector = detector
        return findings
    }
}

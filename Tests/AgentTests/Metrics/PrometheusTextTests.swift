import EventSources
import SecurityEvents
import Testing

@testable import Agent

@Suite("Prometheus' text format")
struct PrometheusTextTests {
    @Test("names, labels and numbers are written as the format has them")
    func form() {
        var text = PrometheusText()
        text.single("a_total", .counter, "What it counts.", 3)
        text.begin("b", .gauge, "Two\nlines \\ \"quoted\".")
        text.sample("b", [("x", "1"), ("y", "2")], 0.25)
        text.sample("b", .infinity)
        text.sample("b", .nan)
        #expect(
            text.text == """
                # HELP a_total What it counts.
                # TYPE a_total counter
                a_total 3
                # HELP b Two\\nlines \\\\ "quoted".
                # TYPE b gauge
                b{x="1",y="2"} 0.25
                b +Inf
                b NaN

                """)
    }

    @Test(
        "a label's value cannot leave its quotes or its line, nor be endless",
        arguments: [
            ("a\"} 1\nevil 2", #"a\"} 1\nevil 2"#), ("back\\slash", #"back\\slash"#), ("\u{1B}[31m\r", " [31m "),
            (String(repeating: "x", count: 5000), String(repeating: "x", count: 200)),
        ])
    func hostile(_ value: String, _ written: String) {
        var text = PrometheusText()
        text.sample("m", [("source", value)], 1)
        #expect(text.text == "m{source=\"\(written)\"} 1\n")
    }

    @Test("only so many values of labels are kept apart; the others are counted together")
    func bounded() {
        var counts = LabelledCounts(limit: 3)
        for number in 0..<100 { counts.add(1, ["name-\(number)", "x"]) }
        counts.add(5, ["name-1", "x"])
        #expect(counts.values.count == 4)
        #expect(counts.values[["name-1", "x"]] == 6)
        #expect(counts.values[["other", "other"]] == 97)
    }

    @Test("a histogram's ranges hold all below them")
    func histogram() {
        var histogram = Histogram()
        for duration in [Duration.microseconds(1), .microseconds(5), .milliseconds(2), .seconds(3)] {
            histogram.observe(duration)
        }
        var text = PrometheusText()
        histogram.write("h", to: &text)
        let lines = text.text.split(separator: "\n")
        #expect(lines.contains("h_bucket{le=\"5e-06\"} 2"))
        #expect(lines.contains("h_bucket{le=\"0.005\"} 3"))
        #expect(lines.contains("h_bucket{le=\"1.0\"} 3"))
        #expect(lines.contains("h_bucket{le=\"+Inf\"} 4"))
        #expect(lines.contains("h_count 4"))
    }

    @Test("a source's counters begin at nothing, and whether it is followed is what it said last")
    func sources() {
        let metrics = AgentMetrics()
        metrics.begin("a")
        metrics.begin("b")
        metrics.count(SourceNotice(source: "a", message: "following", isFollowing: true))
        metrics.count(SourceNotice(source: "a", message: "something else"))
        metrics.count(Gap(source: "b", from: nil, to: Timestamp(nanoseconds: 1), reason: "lost"))
        let lines = metrics.prometheus(MetricsMoment()).split(separator: "\n")
        #expect(lines.contains(#"tallyman_gaps_total{source="a"} 0"#))
        #expect(lines.contains(#"tallyman_gaps_total{source="b"} 1"#))
        #expect(lines.contains(#"tallyman_faults_total{source="a"} 0"#))
        #expect(lines.contains(#"tallyman_source_up{source="a"} 1"#))
        #expect(lines.contains(#"tallyman_source_up{source="b"} 0"#))
        metrics.count(SourceNotice(source: "a", message: "gone; trying again", isFollowing: false))
        #expect(metrics.prometheus(MetricsMoment()).contains(#"tallyman_source_up{source="a"} 0"#))
    }
}

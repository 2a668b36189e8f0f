package import Ledger
internal import SecurityEvents

/// What the metrics need from elsewhere in the moment they are asked for.
package struct MetricsMoment: Sendable {
    /// How many items wait to be judged, and how many bytes they hold.
    package var queue: (items: Int, bytes: Int) = (0, 0)
    /// How many bytes may wait.
    package var queueCapacity = 0
    /// How the ledger does; nil where there is none.
    package var ledger: LedgerWriter.State?
    /// Whether the agent is ready.
    package var isReady = false
    /// When the agent started, in seconds since 1970.
    package var started = 0.0
    /// The version of the program.
    package var version = ""

    /// A moment of which nothing is known.
    package init() {}
}

extension AgentMetrics {
    /// All metrics in Prometheus' text format.
    ///
    /// - Parameter moment: what is known elsewhere.
    /// - Returns: the text, as it is answered.
    package func prometheus(_ moment: MetricsMoment) -> String {
        ask()
        var text = PrometheusText()
        read { counts in
            Self.writeSources(counts, to: &text)
            Self.writeJudging(counts, to: &text)
        }
        Self.write(moment, to: &text)
        Self.writeProcess(moment, to: &text)
        return text.text
    }

    private static func writeSources(_ counts: Counts, to text: inout PrometheusText) {
        let tables: [(String, PrometheusText.Kind, String, LabelledCounts, [String])] = [
            ("tallyman_records_total", .counter, "Records that a source told.", counts.records, ["source"]),
            (
                "tallyman_record_bytes_total", .counter, "Bytes of the records that a source told.", counts.bytes,
                ["source"]
            ),
            ("tallyman_events_total", .counter, "Events that were judged.", counts.events, ["source", "type"]),
            (
                "tallyman_faults_total", .counter, "Records or parts of them that were not understood.", counts.faults,
                ["source"]
            ),
            (
                "tallyman_gaps_total", .counter, "Stretches of time for which a source could not answer.", counts.gaps,
                ["source"]
            ),
            (
                "tallyman_gap_records_total", .counter, "Records that are missing in gaps, where that is known.",
                counts.gapEstimates, ["source"]
            ),
            (
                "tallyman_source_up", .gauge, "Whether a source is followed (1) or cannot be reached (0).",
                counts.following, ["source"]
            ),
            ("tallyman_notices_total", .counter, "Changes of a source's state.", counts.notices, ["source"]),
            (
                "tallyman_source_heard_timestamp_seconds", .gauge, "When a source told something last.", counts.heard,
                ["source"]
            ),
            (
                "tallyman_source_event_timestamp_seconds", .gauge, "The time of the last event of a source.",
                counts.eventTimes, ["source"]
            ),
            (
                "tallyman_source_lag_seconds", .gauge, "How old the last event of a source was when it was judged.",
                counts.lags, ["source"]
            ),
            ("tallyman_findings_total", .counter, "Findings made.", counts.findings, ["rule", "level"]),
        ]
        for (name, kind, help, table, labels) in tables {
            text.begin(name, kind, help)
            for (values, value) in table.sorted {
                text.sample(name, zip(labels, values).map { (name: $0, value: $1) }, value)
            }
        }
    }

    private static func writeJudging(_ counts: Counts, to text: inout PrometheusText) {
        text.begin("tallyman_judging_seconds", .histogram, "How long all rules together took for an event.")
        counts.judging.write("tallyman_judging_seconds", to: &text)
        text.single("tallyman_rules", .gauge, "Rules in force.", Double(counts.rules))
        text.begin("tallyman_rule_reloads_total", .counter, "Times that rules were read again.")
        for (isTaken, count) in counts.reloads.sorted(by: { $0.key && !$1.key }) {
            text.sample("tallyman_rule_reloads_total", [("outcome", isTaken ? "taken" : "refused")], Double(count))
        }
        text.begin("tallyman_forgotten_total", .counter, "What was forgotten because a limit was reached.")
        for (what, count) in counts.forgotten {
            text.sample("tallyman_forgotten_total", [("what", what)], Double(count))
        }
    }

    private static func write(_ moment: MetricsMoment, to text: inout PrometheusText) {
        text.single("tallyman_ready", .gauge, "Whether the agent is ready (1) or not (0).", moment.isReady ? 1 : 0)
        text.single("tallyman_queue_items", .gauge, "Items that wait to be judged.", Double(moment.queue.items))
        text.single("tallyman_queue_bytes", .gauge, "Bytes that wait to be judged.", Double(moment.queue.bytes))
        text.single(
            "tallyman_queue_capacity_bytes", .gauge, "Bytes that may wait to be judged.", Double(moment.queueCapacity))
        guard let ledger = moment.ledger else { return }
        text.single("tallyman_ledger_up", .gauge, "Whether the ledger takes entries.", ledger.trouble == nil ? 1 : 0)
        text.single("tallyman_ledger_entries_total", .counter, "Entries that were kept.", Double(ledger.appended))
        text.single(
            "tallyman_ledger_known_total", .counter, "Entries that the ledger had already.", Double(ledger.known))
        text.single(
            "tallyman_ledger_failures_total", .counter, "Batches that could not be kept.", Double(ledger.failures))
        text.single("tallyman_ledger_lost_total", .counter, "Entries that were left out.", Double(ledger.lost))
        text.single("tallyman_ledger_waiting", .gauge, "Entries that wait for the disk.", Double(ledger.waiting))
        text.single(
            "tallyman_ledger_sequence", .gauge, "The number of the last entry.", Double(ledger.head?.sequence ?? 0))
    }

    private static func writeProcess(_ moment: MetricsMoment, to text: inout PrometheusText) {
        let figures = ProcessFigures.now
        text.single("process_cpu_seconds_total", .counter, "Processor time, in seconds.", figures.processor)
        if let resident = figures.resident {
            text.single("process_resident_memory_bytes", .gauge, "Resident memory, in bytes.", Double(resident))
        }
        if let descriptors = figures.descriptors {
            text.single("process_open_fds", .gauge, "Open descriptors.", Double(descriptors))
        }
        text.single("process_start_time_seconds", .gauge, "When the process started.", moment.started)
        text.begin("tallyman_build_info", .gauge, "The version of the program.")
        text.sample("tallyman_build_info", [("version", moment.version)], 1)
    }
}

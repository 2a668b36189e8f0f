internal import SecurityEvents
internal import Synchronization

/// What a gate did, in numbers.
final class GateCounters: Sendable {
    private struct Counts {
        var verdicts: [Decision.Verdict: Int] = [:]
        var unjudged: [Decision.Unjudged.Cause: Int] = [:]
        var exemptions = 0
        var faults = 0
        var tooLarge = 0
        /// Bounds of the classes, in microseconds, and how many requests fell into each.
        var classes = Array(repeating: 0, count: GateCounters.bounds.count + 1)
        var microseconds = 0
    }

    private static let bounds = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000, 1_000_000]
    private let counts = Mutex(Counts())

    /// Counts a decision and how long it took.
    func count(_ decision: Decision, took time: Duration) {
        let (seconds, attoseconds) = time.components
        let micro = Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
        counts.withLock { counts in
            counts.verdicts[decision.verdict, default: 0] += 1
            for cause in Set(decision.unjudged.map(\.cause)) { counts.unjudged[cause, default: 0] += 1 }
            if decision.exemption != nil { counts.exemptions += 1 }
            counts.classes[Self.bounds.firstIndex { micro <= $0 } ?? Self.bounds.count] += 1
            counts.microseconds += micro
        }
    }

    /// Counts a body that was no AdmissionReview.
    func countFault() { counts.withLock { $0.faults += 1 } }
    /// Counts a body that was too large to be read.
    func countTooLarge() { counts.withLock { $0.tooLarge += 1 } }

    /// The numbers as Prometheus reads them (text format 0.0.4).
    func text(lost: Int, kept: Int, certificateExpiry: Timestamp?) -> String {
        let counts = counts.withLock { $0 }
        var text = "# HELP tallyman_gate_requests_total Requests that the gate decided.\n"
        text += "# TYPE tallyman_gate_requests_total counter\n"
        for verdict in Decision.Verdict.allCases {
            text += "tallyman_gate_requests_total{verdict=\"\(verdict.rawValue)\"} \(counts.verdicts[verdict] ?? 0)\n"
        }
        text += "# HELP tallyman_gate_unjudged_total Requests that were decided without being judged.\n"
        text += "# TYPE tallyman_gate_unjudged_total counter\n"
        for cause in Decision.Unjudged.Cause.allCases {
            text += "tallyman_gate_unjudged_total{cause=\"\(cause.rawValue)\"} \(counts.unjudged[cause] ?? 0)\n"
        }
        text += Self.counter("exemptions_used_total", "Requests that an exemption let through.", counts.exemptions)
        text += Self.counter("unreadable_total", "Bodies that were no AdmissionReview.", counts.faults)
        text += Self.counter("too_large_total", "Bodies that were too large to be read.", counts.tooLarge)
        text += Self.counter("ledger_entries_total", "Entries that the ledger has taken.", kept)
        text += Self.counter("ledger_lost_total", "Entries that the ledger could not take.", lost)
        if let certificateExpiry {
            text += "# HELP tallyman_gate_certificate_expiry_seconds When the certificate ends, since 1970.\n"
            text += "# TYPE tallyman_gate_certificate_expiry_seconds gauge\n"
            text += "tallyman_gate_certificate_expiry_seconds \(certificateExpiry.nanoseconds / 1_000_000_000)\n"
        }
        text += "# HELP tallyman_gate_duration_seconds From the whole body to the answer.\n"
        text += "# TYPE tallyman_gate_duration_seconds histogram\n"
        var sum = 0
        for (bound, count) in zip(Self.bounds, counts.classes) {
            sum += count
            text += "tallyman_gate_duration_seconds_bucket{le=\"\(Double(bound) / 1_000_000)\"} \(sum)\n"
        }
        sum += counts.classes.last ?? 0
        text += "tallyman_gate_duration_seconds_bucket{le=\"+Inf\"} \(sum)\n"
        text += "tallyman_gate_duration_seconds_sum \(Double(counts.microseconds) / 1_000_000)\n"
        return text + "tallyman_gate_duration_seconds_count \(sum)\n"
    }

    private static func counter(_ name: String, _ help: String, _ value: Int) -> String {
        "# HELP tallyman_gate_\(name) \(help)\n# TYPE tallyman_gate_\(name) counter\ntallyman_gate_\(name) \(value)\n"
    }
}

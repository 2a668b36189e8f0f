import Foundation

/// Programs written for these rules alone, in C++ with simdjson, as peers of hunting (`peers/simdjson`).
///
/// They have the conditions that ClickHouse is asked, with the same truth (`peers/simdjson-same.py`), and count a number a rule.
/// `peers/install` builds them; what is compared is the CPU of whole processes, alternately on one processor.
enum Simdjson {
    /// The conditions that are asked.
    enum Conditions: String {
        /// Sigma's for the audit log.
        case sigma = "Sigma's rules' conditions written by hand"
        /// Those, Falco's and the shipped rules'.
        case all = "the same rules' conditions written by hand"
        /// Fourteen plain comparisons of a few fields.
        case few = "14 plain conditions, the floor"

        fileprivate var arguments: [String] {
            switch self {
            case .sigma: ["--sigma"]
            case .all: []
            case .few: ["--few"]
            }
        }
    }

    private static let program = ".build/peers/same-rules"

    /// Runs hunting and the peer alternately, and prints the ratios to the conditions and to the floor.
    static func compare(_ conditions: Conditions, with arguments: [String], _ file: String, _ events: Int) throws {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            print("  simdjson: absent, no ratio (needs g++ and libsimdjson-dev; peers/install builds it)")
            return
        }
        for (asked, limit) in [(conditions, "0.3 or more"), (.few, "more is better")] {
            let pairs = try RuleFiles.pairs(arguments + [file], program, asked.arguments + [file])
            let peer = pairs.map(\.peer).sorted { $0.cpu < $1.cpu }[pairs.count / 2]
            Report.line(
                "simdjson, \(asked.rawValue)", perEvent: peer.cpu / Double(events), bytes: 300_000_000,
                seconds: peer.cpu)
            print("    \(String(format: "%.2f", peer.elapsed)) s of wall clock, \(peer.memory / 1_048_576) MiB")
            let ratios = pairs.map { $0.peer.cpu / $0.ours.cpu }.sorted()
            Report.ratio(
                "hunt against simdjson, \(asked.rawValue), events/s", ratios[ratios.count / 2], limit: limit)
        }
    }
}

import Foundation
import SecurityEvents
import TestSupport
import Testing

/// A recorded scenario as one kind of log tells it.
struct Recording: CustomTestStringConvertible, Sendable {
    enum Verdict: String, Sendable { case benign, suspicious, malicious }

    var scenario: String
    var verdict: Verdict
    /// The kind of log: `audit.jsonl`, `inspect.json + events.jsonl`.
    var kind: String
    /// The files, within the shared folder, in the order in which they are read.
    var files: [String]

    var testDescription: String { "\(scenario), \(kind)" }

    /// All recordings that are at hand.
    static let all: [Recording] =
        of("kubernetes", kinds: [["audit.jsonl"], ["reviews.jsonl"]])
        + of("docker", kinds: [["authz.jsonl"], ["daemon.log"], ["inspect.json", "events.jsonl"]])

    /// What a kind of log can't tell of a scenario, and why.
    private static let untold: [String: String] = [
        "exec-into-running, daemon.log": "the engine's log names nobody, so nobody is another than the deployer",
        "exec-into-running, inspect.json + events.jsonl": "the engine's events name nobody",
        "shortlived-spread, inspect.json + events.jsonl": "the containers were gone before they could be inspected",
        "unknown-image, inspect.json + events.jsonl": "no container was made",
    ]

    /// Whether the log has what it takes to judge the scenario.
    var isTelling: Bool { Self.untold[testDescription] == nil }

    private static func of(_ platform: String, kinds: [[String]]) -> [Recording] {
        let folder = "data/recordings/\(platform)"
        guard let index = SharedFolder.contents(folder + "/index.json"),
            let scenarios = try? JSONDecoder().decode([Scenario].self, from: index)
        else { return [] }
        return scenarios.flatMap { scenario in
            kinds.compactMap { kind -> Recording? in
                guard let verdict = Verdict(rawValue: scenario.verdict) else { return nil }
                let files = kind.map { "\(folder)/\(scenario.scenario).\($0)" }.filter(hasContent)
                guard !files.isEmpty else { return nil }
                return Recording(
                    scenario: scenario.scenario, verdict: verdict, kind: kind.joined(separator: " + "), files: files)
            }
        }
    }

    private struct Scenario: Decodable {
        var scenario: String
        var verdict: String
    }

    /// Whether a file is there and has something in it: a webhook on workloads has no word of some scenarios.
    private static func hasContent(_ name: String) -> Bool {
        guard let folder = SharedFolder.path,
            let size = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.size] as? Int
        else { return false }
        return size > 0
    }
}

import Foundation
import SecurityEvents
import TestSupport
import Testing

@testable import Detection

/// The shipped rules over BishopFox's badPods, as an audit log and as admission reviews.
@Suite("badPods")
struct BadPodsTests {
    enum Wrapping: String, CaseIterable, Sendable { case audit, admission }

    @Test("Every pod that is meant to be denied is high or critical", arguments: Wrapping.allCases)
    func denied(_ wrapping: Wrapping) throws {
        var counts: [String: [Level: Int]] = [:]
        for (number, badPod) in BadPod.all().enumerated() {
            var player = try LogPlayer()
            player.play(record: try badPod.record(wrapping, number: number + 1))
            let highest = player.highest ?? .informational
            counts[badPod.group, default: [:]][highest, default: 0] += 1
            if badPod.isDenied || badPod.opensShell {
                #expect(highest >= .high, "\(badPod.id): \(player.summary)")
            } else if badPod.runsNothing {
                #expect(highest <= .low, "\(badPod.id): \(player.summary)")
            }
        }
        for (group, levels) in counts.sorted(by: { $0.key < $1.key }) {
            let text = levels.sorted { $0.key > $1.key }.map { "\($0.value) \($0.key.rawValue)" }
            print("badPods \(group), \(wrapping): \(text.joined(separator: ", "))")
        }
    }
}

/// One manifest of badPods and what is expected of it.
private struct BadPod {
    var id: String
    var manifest: [String: Any]
    var verdict: String
    var group: String
    var isReverseShell: Bool

    var isDenied: Bool { verdict == "deny" }
    /// A pod that asks for nothing, but runs a shell for somebody.
    var opensShell: Bool { verdict == "allow-baseline" && isReverseShell }
    /// Services and the like.
    var runsNothing: Bool { verdict == "ignore" }

    static func all() -> [BadPod] {
        guard let corpus = SharedFolder.contents("data/corpora/badpods.jsonl") else { return [] }
        return corpus.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let row = try? JSONSerialization.jsonObject(with: line) as? [String: Any],
                let id = row["id"] as? String, let manifest = row["input"] as? [String: Any],
                let expected = row["expected"] as? [String: Any]
            else { return nil }
            return BadPod(
                id: id, manifest: manifest, verdict: expected["verdict"] as? String ?? "",
                group: expected["class"] as? String ?? "", isReverseShell: expected["revshell"] as? Bool ?? false)
        }
    }

    func record(_ wrapping: BadPodsTests.Wrapping, number: Int) throws -> Data {
        try ManifestRecord(manifest, user: "carol", groups: ["dev", "system:authenticated"], number: number)
            .data(asReview: wrapping == .admission)
    }
}

import Foundation
import SecurityEvents
import Testing

@testable import Detection

/// The shipped rules over what ordinary clusters and hosts do, and over attacks in all the forms that an API allows.
///
/// The cases were written for this: manifests as the makers of common components write them, cut to what rules look at,
/// and one behaviour in many spellings.
@Suite("Verdicts")
struct VerdictTests {
    @Test("A component of an ordinary cluster is not serious", arguments: Case.all("ordinary-manifests"))
    func manifest(_ one: Case) throws {
        let limit = try #require(one.atMost)
        for (user, groups) in Self.deployers {
            for asReview in [false, true] {
                var player = try LogPlayer()
                let manifest = try #require(one.row["manifest"] as? [String: Any])
                let record = ManifestRecord(manifest, user: user, groups: groups, number: 1)
                player.play(record: try record.data(asReview: asReview))
                #expect(player.events == 1)
                #expect(player.highest.map { $0 <= limit } ?? true, "by \(user): \(player.said)")
            }
        }
    }

    /// A cluster's administrator as kubeadm makes one, and a cloud's own installer.
    private static let deployers: [(String, [String])] = [
        ("kubernetes-admin", ["kubeadm:cluster-admins", "system:authenticated"]),
        ("eks:addon-manager", ["system:authenticated"]),
    ]

    @Test("An ordinary container of a Docker host is not serious", arguments: Case.all("ordinary-calls"))
    func call(_ one: Case) throws {
        let limit = try #require(one.atMost)
        let player = try one.played()
        #expect(player.highest.map { $0 <= limit } ?? true, "\(player.said)")
    }

    @Test(
        "An ordinary cluster has nothing serious: a day of its machinery, weeks of its people",
        arguments: [("ordinary-day", 90), ("ordinary-weeks", 60)])
    func log(_ name: String, _ least: Int) throws {
        var player = try LogPlayer()
        for (number, line) in try Case.lines(name).enumerated() {
            player.play(record: Data(line), line: number + 1)
        }
        #expect(player.events > least)
        for finding in player.findings where finding.level >= .high {
            Issue.record("line \(finding.position.line): \(finding.ruleName): \(finding.message)")
        }
    }

    @Test("An attack is seen in whatever form it comes", arguments: Case.all("attacks"))
    func attack(_ one: Case) throws {
        let limit = try #require(one.atLeast)
        let player = try one.played()
        #expect(player.highest.map { $0 >= limit } ?? false, "\(player.said)")
    }
}

extension LogPlayer {
    /// What was found, in short.
    fileprivate var said: String {
        findings.map { "\($0.level.rawValue) \($0.ruleName): \($0.message.prefix(100))" }.joined(separator: "; ")
    }
}

extension VerdictTests {
    /// A line of a file of cases.
    struct Case: CustomTestStringConvertible, @unchecked Sendable {
        // JSON that is read once and never changed.
        let row: [String: Any]

        var testDescription: String { row["name"] as? String ?? "" }
        var atMost: Level? { (row["atMost"] as? String).flatMap(Level.init(rawValue:)) }
        var atLeast: Level? { (row["atLeast"] as? String).flatMap(Level.init(rawValue:)) }

        /// The shipped rules over the case's manifest, or its records one after the other.
        func played() throws -> LogPlayer {
            var player = try LogPlayer()
            if let manifest = row["manifest"] as? [String: Any] {
                let record = ManifestRecord(manifest, user: "mallory", groups: ["system:authenticated"], number: 1)
                player.play(record: try record.data())
            }
            for (number, record) in (row["records"] as? [Any] ?? []).enumerated() {
                player.play(record: try JSONSerialization.data(withJSONObject: record), line: number + 1)
            }
            #expect(player.events > 0)
            return player
        }

        static func lines(_ name: String) throws -> [Data.SubSequence] {
            let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")
            return try Data(contentsOf: folder.appendingPathComponent(name + ".jsonl"))
                .split(separator: UInt8(ascii: "\n"))
        }

        /// Every line of a file; a file that cannot be read gives a case that fails.
        static func all(_ name: String) -> [Case] {
            guard let lines = try? lines(name), !lines.isEmpty else {
                return [Case(row: ["name": "\(name).jsonl cannot be read"])]
            }
            return lines.map { line in
                Case(row: (try? JSONSerialization.jsonObject(with: line) as? [String: Any]) ?? ["name": "no JSON"])
            }
        }
    }
}

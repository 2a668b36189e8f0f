import Foundation
import JSONView
import Rules
import TestSupport
import Testing

@Suite("The fixtures of Pod Security admission")
struct PodSecurityCorpusTests {
    @Test("Each fixture gets the verdict of its folder, and a refused one fails the check that it was made for")
    func fixtures() throws {
        guard let data = SharedFolder.contents("data/corpora/psa-fixtures.jsonl") else { return }
        var (passed, failures): (Int, [String]) = (0, [])
        let parser = JSONParser()
        for line in data.split(separator: UInt8(ascii: "\n")) {
            let document = try parser.parse(Array(line))
            try withExtendedLifetime(document) {
                if let failure = try failure(document.root) {
                    failures.append("\(document.root["id"]?.string ?? ""): \(failure)")
                } else {
                    passed += 1
                }
            }
        }
        print("psa-fixtures: \(passed) passed, \(failures.count) failed, 0 skipped")
        #expect(failures.isEmpty, "\(failures.prefix(20).joined(separator: "\n"))")
        #expect(passed > 2000)
    }

    private func failure(_ row: JSONValue) throws -> String? {
        let expected = try #require(row["expected"])
        let level = try #require(expected["level"]?.string.flatMap { PodSecurity.Level(rawValue: $0) })
        let version = try #require(expected["version"]?.string.flatMap { PodSecurity.Version($0) })
        let pod = try #require(row["input"].flatMap { PodSecurityPod($0) })
        let violations = PodSecurity.evaluate(level, version: version, pod: pod)
        if expected["verdict"]?.string == "allow" {
            return violations.isEmpty ? nil : "refused: \(PodSecurity.text(of: violations))"
        }
        let check = try #require(expected["check"]?.string)
        if violations.isEmpty { return "allowed" }
        // Where a level's own check takes the place of a lower one, the fixture is still named for the lower.
        let accepted = [check] + (Self.replaced[check] ?? [])
        if !violations.contains(where: { accepted.contains($0.check.lowercased()) }) {
            return "failed \(violations.map(\.check)) only"
        }
        if violations.contains(where: { $0.fields.isEmpty || $0.detail.isEmpty }) {
            return "a violation without a place"
        }
        return nil
    }

    private static let replaced = [
        "hostpathvolumes": ["restrictedvolumes"], "procmount": ["procmount_restricted"],
        "seccompprofile_baseline": ["seccompprofile_restricted"],
    ]
}

import Foundation
import Rules
import SecurityEvents
import Testing

@testable import Detection

/// The folder of the shipped rules beside this package's sources.
private let shippedRules = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "rules").resolvingSymlinksInPath().path

/// The shipped rules, read once.
private let shipped = Result { try RuleLibrary.load() }

/// The folder of a shipped rule: `rules/t1610/privileged-container`.
private struct RuleFolderCase: CustomTestStringConvertible, Sendable {
    var path: String
    var testDescription: String { path }

    static let all: [RuleFolderCase] = {
        guard let library = try? shipped.get() else { return [] }
        return library.rules.map { rule in
            RuleFolderCase(path: String(rule.rule.file.dropFirst("embedded:".count).dropLast("/rule.yml".count)))
        }
    }()

    func lines(_ name: String) -> [Substring] {
        let text = try? String(contentsOfFile: "\(shippedRules)/\(path)/\(name)", encoding: .utf8)
        return text?.split(separator: "\n") ?? []
    }

    /// The shipped rules, with the lists of `lists.jsonl` in the place of those that are shipped empty.
    func library() throws -> RuleLibrary {
        let lists = lines("lists.jsonl").enumerated().map { number, line in
            RuleFile(name: "\(path)/lists.jsonl", path: "lists/\(number).yml", text: String(line))
        }
        guard !lists.isEmpty else { return try shipped.get() }
        return try RuleLibrary(layers: [RuleFile.embedded, lists])
    }
}

@Suite("Shipped rules and their events")
struct ShippedRuleTests {
    @Test("Each line of fires.jsonl makes its rule fire, none of silent.jsonl does", arguments: RuleFolderCase.all)
    fileprivate func events(_ folder: RuleFolderCase) throws {
        let library = try folder.library()
        let name = folder.path.split(separator: "/").last.map(String.init) ?? ""
        let rule = try #require(library.rules.first { $0.rule.name == name }, "folder and rule have one name")
        #expect(!folder.lines("fires.jsonl").isEmpty && !folder.lines("silent.jsonl").isEmpty)
        let events = RuleTrial.Events(
            before: folder.lines("before.jsonl").map(String.init), fires: folder.lines("fires.jsonl").map(String.init),
            silent: folder.lines("silent.jsonl").map(String.init))
        for failure in RuleTrial.run(rule, in: library, events: events) {
            Issue.record("\(folder.path)/\(failure.file):\(failure.line): \(failure.reason)")
        }
    }

    @Test("Findings below a level are not made, and the others are the same")
    func level() throws {
        var limits = DetectorOptions()
        limits.level = .high
        var counts = (all: 0, high: 0)
        for folder in RuleFolderCase.all {
            var (all, high) = (EventPlayer(try folder.library()), EventPlayer(try folder.library(), limits))
            for line in folder.lines("before.jsonl") + folder.lines("fires.jsonl") {
                let (made, wanted) = (all.play(line), high.play(line))
                #expect(wanted == made.filter { $0.level >= .high })
                counts = (counts.all + made.count, counts.high + wanted.count)
            }
        }
        #expect(counts.high > 50 && counts.all > counts.high)
    }

    @Test("Every finding names its evidence and says something, and comes only once from a log read twice")
    func findings() throws {
        for folder in RuleFolderCase.all {
            var player = EventPlayer(try folder.library())
            var ids: Set<String> = []
            for line in folder.lines("before.jsonl") + folder.lines("fires.jsonl") {
                for finding in player.play(line) {
                    #expect(!finding.evidence.isEmpty, "\(finding.ruleName) of \(folder.path) has evidence")
                    #expect(!finding.message.isEmpty && !finding.message.contains("no such"))
                    #expect(
                        ids.insert(finding.id).inserted, "\(finding.ruleName) of \(folder.path) has an id of its own")
                }
            }
            for line in folder.lines("fires.jsonl") { #expect(player.play(line).allSatisfy { !ids.contains($0.id) }) }
        }
    }
}

/// What other tests call it.
typealias Player = EventPlayer

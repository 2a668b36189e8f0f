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
        for (file, mustFire) in [("fires.jsonl", true), ("silent.jsonl", false)] {
            var player = Player(library)
            for line in folder.lines("before.jsonl") { _ = player.play(line) }
            for (number, line) in folder.lines(file).enumerated() {
                let fired = player.play(line).contains { $0.rule == rule.rule.id }
                #expect(fired == mustFire, "\(folder.path)/\(file):\(number + 1)")
            }
            #expect(player.faults.isEmpty, "\(folder.path)/\(file) is understood")
            #expect(player.detector.statistics.failures[name] == nil, "the condition of \(name) always has an answer")
        }
    }

    @Test("Every finding names its evidence and says something, and comes only once from a log read twice")
    func findings() throws {
        for folder in RuleFolderCase.all {
            var player = Player(try folder.library())
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

/// Reads lines and shows their events to a detector.
struct Player {
    var detector: Detector
    var faults: [Diagnostic] = []

    init(_ library: RuleLibrary, _ options: DetectorOptions = DetectorOptions()) {
        detector = Detector(library: library, options: options)
    }

    /// Plays one line, as if the log ended behind it.
    mutating func play(_ line: some StringProtocol) -> [Finding] {
        var reader = LogReader()
        var findings: [Finding] = []
        var detector = self.detector
        func take(_ event: borrowing Event) { findings += detector.observe(event) }
        let bytes = Array(line.utf8)
        bytes.withUnsafeBytes { reader.read($0, at: SourcePosition(name: "line", line: 1), emit: take) }
        reader.finish(emit: take)
        self.detector = detector
        faults += reader.takeDiagnostics()
        return findings
    }
}

import Foundation
import Testing

@testable import Rules

/// The folder of the shipped rules beside this package's sources.
let shippedRules = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "rules").resolvingSymlinksInPath().path

@Suite("The shipped rules inside the program")
struct EmbeddedRulesTests {
    @Test("They are those of the folder rules/, byte for byte")
    func equalFolder() throws {
        let embedded = Dictionary(uniqueKeysWithValues: RuleFile.embedded.map { ($0.path, $0.text) })
        var onDisk: [String: String] = [:]
        let files = FileManager.default.enumerator(atPath: shippedRules)
        while let path = files?.nextObject() as? String {
            let isRule = path.hasSuffix("/rule.yml") || path.hasSuffix("/page.md")
            guard isRule || (path.hasPrefix("lists/") && path.hasSuffix(".yml")) else { continue }
            onDisk[path] = try String(contentsOfFile: shippedRules + "/" + path, encoding: .utf8)
        }
        #expect(embedded == onDisk)
    }

    @Test("They load without a fault")
    func sound() throws {
        let library = try RuleLibrary.load()
        #expect(library.diagnostics.isEmpty)
        #expect(Set(library.rules.map(\.rule.name)).count == library.rules.count, "names are unique")
        #expect(library.lists["known_images"]?.kind == .image)
    }

    @Test("Every rule has its page, its events, tags and a way to mend things")
    func complete() throws {
        for rule in try RuleLibrary.load().rules.map(\.rule) {
            let path = rule.file.dropFirst("embedded:".count)
            let folder = shippedRules + "/" + path.dropLast("rule.yml".count)
            #expect(!(rule.page ?? "").isEmpty, "\(rule.name) has a page")
            #expect(rule.page?.hasPrefix("# ") == true, "the page of \(rule.name) begins with a title")
            #expect(!rule.tags.isEmpty && !(rule.remediation ?? "").isEmpty && !rule.falsePositives.isEmpty)
            for name in ["fires.jsonl", "silent.jsonl"] {
                #expect(FileManager.default.fileExists(atPath: folder + name), "\(rule.name) has \(name)")
            }
        }
    }
}

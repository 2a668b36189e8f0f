import Foundation
import Testing

@testable import Rules

@Suite("The page about the rule languages")
struct RuleLanguagePageTests {
    private let path = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/rule-languages.md").path

    @Test("It says what the code says; TALLYMAN_REGENERATE=1 writes it again")
    func current() throws {
        let page = RuleLanguagePage.text()
        if ProcessInfo.processInfo.environment["TALLYMAN_REGENERATE"] == "1" {
            try page.write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect((try? String(contentsOfFile: path, encoding: .utf8)) == page)
    }

    @Test("Every construct has one row, and what is refused has a reason and something to write instead")
    func rows() {
        for language in RuleLanguages.all {
            #expect(!language.constructs.isEmpty, "\(language.name)")
            #expect(Set(language.constructs.map { "\($0.group)/\($0.name)" }).count == language.constructs.count)
            for construct in language.constructs {
                guard case .refused(let reason, let instead) = construct.support else { continue }
                #expect(!reason.isEmpty && !instead.isEmpty, "\(language.name): \(construct.name)")
            }
        }
    }
}

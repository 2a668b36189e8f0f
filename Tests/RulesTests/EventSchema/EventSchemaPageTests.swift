import CEL
import Foundation
import Testing

@testable import Rules

@Suite("The page about the event schema")
struct EventSchemaPageTests {
    private let path = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/event-schema.md").path

    @Test("It says what the tables say; TALLYMAN_REGENERATE=1 writes it again")
    func current() throws {
        let page = EventSchema.documentation()
        if ProcessInfo.processInfo.environment["TALLYMAN_REGENERATE"] == "1" {
            try page.write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect((try? String(contentsOfFile: path, encoding: .utf8)) == page)
    }

    @Test("Every field has one name and one sentence about it")
    func fields() {
        for variable in EventSchema.variables {
            guard case .object(let type) = variable.type else { continue }
            #expect(Set(type.fields.map(\.name)).count == type.fields.count)
            for field in type.fields { #expect(field.documentation.hasSuffix("."), "\(type.name).\(field.name)") }
        }
    }
}

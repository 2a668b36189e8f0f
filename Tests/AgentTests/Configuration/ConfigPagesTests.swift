import Foundation
import JSONView
import TestSupport
import Testing

@testable import Agent

@Suite("What is written of the configuration")
struct ConfigPagesTests {
    @Test(
        "the page and the schema are what the code says; TALLYMAN_REGENERATE=1 writes them again",
        arguments: [
            ("docs/configuration.md", ConfigReference.text), ("docs/configuration.schema.json", ConfigSchema.text),
        ])
    func current(_ path: String, _ text: String) throws {
        let url = ConfigKeysTests.root.appending(path: path)
        if ProcessInfo.processInfo.environment["TALLYMAN_REGENERATE"] == "1" {
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        #expect((try? String(contentsOf: url, encoding: .utf8)) == text)
    }

    @Test("the example of the page is sound")
    func example() throws {
        let loaded = try ConfigLoader.load(file: ("example", ConfigReference.example.joined(separator: "\n")))
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.effective.values.ledger.file == "/var/lib/tallyman/ledger.db")
    }

    @Test(
        "the schema takes what the loader takes, and refuses what it refuses",
        arguments: [
            (#"{"judging":{"level":"high","workloads":5}}"#, true),
            (#"{"sources":{"docker":{"use":"always","waiting":"64MiB"},"files":{"paths":["a"]}}}"#, true),
            (#"{"shutdown":{"deadline":"10s"},"queue":{"size":1048576}}"#, true),
            (#"{"judging":{"level":"severe"}}"#, false), (#"{"judging":{"wokloads":5}}"#, false),
            (#"{"judging":{"workloads":0}}"#, false), (#"{"shutdown":{"deadline":"10 s"}}"#, false),
            (#"{"rules":{"shipped":"yes"}}"#, false), (#"{"sources":{"files":{"paths":"a"}}}"#, false),
        ])
    func agrees(_ json: String, _ isSound: Bool) throws {
        let schema = try JSONSchema(JSONParser().parse(Array(ConfigSchema.text.utf8)))
        let document = try JSONParser().parse(Array(json.utf8))
        withExtendedLifetime(document) {
            #expect(schema.faults(in: document.root).isEmpty == isSound, "\(schema.faults(in: document.root))")
        }
        // JSON is YAML.
        let isTaken = (try? ConfigLoader.load(file: ("t", json))) != nil
        #expect(isTaken == isSound)
    }
}

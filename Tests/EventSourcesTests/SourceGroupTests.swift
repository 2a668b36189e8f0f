import EventSources
import SecurityEvents
import Testing

@Suite("Listening to several sources", .timeLimit(.minutes(10)))
struct SourceGroupTests {
    struct Told: EventSource {
        let name: String
        var count = 1000
        var failure: (any Error)?

        func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
            for number in 0..<count {
                try await emit(.notice(SourceNotice(source: name, message: "\(number)")))
            }
            if let failure { throw failure }
        }
    }

    struct Endless: EventSource {
        let name = "endless"

        func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
            while true { try await emit(.notice(SourceNotice(source: name, message: ""))) }
        }
    }

    struct Broken: Error {}

    @Test("everything is told, each source's items in order, and then it ends")
    func all() async throws {
        let sources = ["a", "b", "c"].map { Told(name: $0) }
        let told = try await withSourceItems(from: sources, capacity: 1024) { items in
            var told: [String: [String]] = [:]
            for try await case .notice(let notice) in items { told[notice.source, default: []].append(notice.message) }
            return told
        }
        let expected = (0..<1000).map { "\($0)" }
        #expect(told == ["a": expected, "b": expected, "c": expected])
    }

    @Test("no sources, no items")
    func none() async throws {
        let first = try await withSourceItems(from: []) { try await $0.next() }
        #expect(first == nil)
    }

    @Test("returning early ends sources that never end")
    func early() async throws {
        let count = try await withSourceItems(from: [Endless(), Told(name: "a")], capacity: 1024) { items in
            var count = 0
            for try await _ in items {
                count += 1
                if count == 50 { break }
            }
            return count
        }
        #expect(count == 50)
    }

    @Test("a source that is of no use ends the others, and its error is thrown after what was told")
    func broken() async throws {
        var told = 0
        await #expect(throws: Broken.self) {
            try await withSourceItems(from: [Told(name: "a", count: 3, failure: Broken())]) { items in
                for try await _ in items { told += 1 }
            }
        }
        #expect(told == 3)
        await #expect(throws: Broken.self) {
            let sources: [any EventSource] = [Endless(), Told(name: "a", count: 0, failure: Broken())]
            try await withSourceItems(from: sources, capacity: 1024) { items in
                for try await _ in items {}
            }
        }
    }
}

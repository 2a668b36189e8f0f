import SecurityEvents
import TestSupport
import Testing

@testable import Ledger

/// What every store promises.
@Suite("Every store of entries")
struct LedgerStoreContractTests {
    /// The stores there are.
    enum Store: CaseIterable {
        case memory, sqlite

        func make(in folder: ScratchFolder) throws -> any LedgerStore {
            switch self {
            case .memory: MemoryLedger(now: noon)
            case .sqlite: try SQLiteLedger(path: folder.file("ledger"), now: noon)
            }
        }
    }

    @Test("numbers entries, chains them and passes over what it has", arguments: Store.allCases)
    func contract(store: Store) async throws {
        let folder = try ScratchFolder()
        let ledger = try store.make(in: folder)
        #expect(try await ledger.append([]).head == .origin)
        let first = try await ledger.append(oneOfEach)
        #expect(first.head.sequence == 4)
        #expect(first.appended == 4)
        let second = try await ledger.append([
            .finding(.sample()), .finding(.sample(id: "f-2")), .finding(.sample(id: "f-2")),
        ])
        #expect(second.head.sequence == 5)
        #expect(second.appended == 1)
        #expect(second.known == 2)
    }

    @Test("the same entries at the same time have the same chain in every store")
    func sameChain() async throws {
        var heads: Set<LedgerHead> = []
        for store in Store.allCases {
            let folder = try ScratchFolder()
            heads.insert(try await store.make(in: folder).append(oneOfEach).head)
        }
        #expect(heads.count == 1)
    }

    @Test("a batch with an entry over the limit is refused whole", arguments: Store.allCases)
    func tooLarge(store: Store) async throws {
        let folder = try ScratchFolder()
        let ledger = try store.make(in: folder)
        let large = LedgerNote(text: String(repeating: "x", count: 17 << 20))
        await #expect(throws: LedgerError.self) { try await ledger.append(oneOfEach + [.note(large)]) }
        #expect(try await ledger.append([]).head == .origin)
    }

    @Test(
        "places of sources are kept with the entries or not at all, and each replaces the one before",
        arguments: Store.allCases)
    func places(store: Store) async throws {
        let folder = try ScratchFolder()
        let ledger = try store.make(in: folder)
        #expect(try await ledger.places().isEmpty)
        _ = try await ledger.append(oneOfEach, places: ["a": [1], "b\0": [2]])
        // Known entries only: the place moves on all the same.
        let position = try await ledger.append([.finding(.sample())], places: ["a": [3]])
        #expect(position.head.sequence == 4)
        let large = LedgerNote(text: String(repeating: "x", count: 17 << 20))
        await #expect(throws: LedgerError.self) { try await ledger.append([.note(large)], places: ["a": [4]]) }
        let kept = try await ledger.places()
        #expect(kept["a"] == [3])
        #expect(kept.count == 2)
        _ = try await ledger.append([], places: ["b\0": [], "c": []])
        #expect(try await ledger.places() == ["a": [3]], "an empty place is forgotten")
    }
}

import Admission
import Foundation
import Gate
import HTTPListener
import Ledger
import PlatformAPIs
import Rules
import SecurityEvents
import TestSupport
import Testing

@testable import DockerGate

/// What must not change an answer: a full disk, rules that are read anew, an engine that goes and comes.
@Suite("Faults around the Docker gate", .timeLimit(.minutes(10)))
struct FaultsTests {
    struct Done: Error {}

    /// A ledger whose disk is full.
    private struct FullLedger: LedgerStore {
        func places() async throws(LedgerError) -> [String: [UInt8]] { [:] }
        func append(_ batch: [LedgerEntry], places: [String: [UInt8]]) async throws(LedgerError) -> LedgerPosition {
            throw .diskFull(path: "ledger")
        }
    }

    private static let plain = #"{"Image":"a"}"#

    private func rules() throws -> GateRules { GateRules(library: try RuleLibrary.load()) }

    private func authorizer(_ judge: ReviewerJudge, _ journal: any GateJournal) -> DockerAuthorizer {
        var options = DockerAuthorizer.Options()
        options.time = .seconds(600)
        return DockerAuthorizer(judge: judge, facts: PluginServerTests.Facts(), journal: journal, options: options)
    }

    @Test("a ledger whose disk is full changes no answer and holds none up")
    func fullDisk() async throws {
        let journal = DecisionJournal(store: FullLedger(), sleep: { _ in await Task.yield() }, say: { _ in })
        let kept = LedgerJournal(journal, say: { _ in })
        let gate = authorizer(ReviewerJudge(rules: try rules(), host: "h", journal: kept), kept)
        let writing = Task { await journal.run() }
        for _ in 0..<50 {
            let bad = await gate.authorize(
                PluginServerTests.record("/v1.41/containers/create", body: ReviewerJudgeTests.privileged))
            #expect(!bad.allow && bad.message.contains("privileged-container"))
            #expect(await gate.authorize(PluginServerTests.record("/v1.41/containers/create", body: Self.plain)).allow)
        }
        journal.finish()
        await writing.value
        #expect(journal.counts.kept == 0)
        // What could not be written is counted: each decision was to be.
        #expect(journal.counts.lost == 100)
    }

    @Test("rules that are exchanged while calls are decided change no answer that they agree on")
    func reloads() async throws {
        let judge = ReviewerJudge(rules: try rules(), host: "h", journal: NoJournal())
        let gate = authorizer(judge, NoJournal())
        let others = try rules()
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<120 {
                group.addTask {
                    let isBad = number.isMultiple(of: 2)
                    let answer = await gate.authorize(
                        PluginServerTests.record(
                            "/v1.41/containers/create", body: isBad ? ReviewerJudgeTests.privileged : Self.plain))
                    return answer.allow != isBad
                }
                if number.isMultiple(of: 10) { judge.exchange(for: others) }
            }
            for await isRight in group { #expect(isRight) }
        }
        #expect(gate.counts.undecided == 0)
    }

    @Test("an engine that goes and comes again is reached again by the proxy before it")
    func engineComesAgain() async throws {
        let folder = try ScratchFolder()
        let answer = "HTTP/1.1 201 Created\r\nContent-Length: 11\r\n\r\n{\"Id\":\"c1\"}"
        let path = folder.file("e.sock")
        let judge = EngineProxyTests.Strict()
        let proxy = EngineProxy(
            socket: UnixSocket(path: folder.file("p.sock")), engine: DockerSocket(path: path),
            authorizer: DockerAuthorizer(judge: judge, facts: EngineProxyTests.Nothing()))
        let ask: @Sendable () async throws -> String = {
            let client = try RawClient(path: folder.file("p.sock"))
            client.send(EngineProxyTests.post("/v1.41/containers/create", Self.plain))
            return await client.rest()
        }
        await #expect(throws: Done.self) {
            try await proxy.run {
                let before = try await ask()
                #expect(before.hasPrefix("HTTP/1.1 502"))
                for _ in 0..<2 {
                    try await EngineProxyTests.PlayedEngine(path: path, answer: answer).run {
                        let answer = try await ask()
                        #expect(answer.hasPrefix("HTTP/1.1 201"))
                    }
                    try? FileManager.default.removeItem(atPath: path)
                    let between = try await ask()
                    #expect(between.hasPrefix("HTTP/1.1 502"))
                }
                throw Done()
            }
        }
    }
}

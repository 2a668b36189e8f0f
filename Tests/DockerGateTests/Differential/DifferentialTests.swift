import Admission
import Foundation
import HTTPListener
import JSONView
import Ledger
import Rules
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@testable import DockerGate

/// Drives a real engine, which asks this test as its authorization plugin, with odd creates, and compares what it made
/// with what the gate believed.
///
/// Needs an engine on a unix socket that was started with `--authorization-plugin=NAME` and an image of its own:
///
///     TALLYMAN_TEST_DOCKER_ENGINE=/path/docker.sock TALLYMAN_TEST_DOCKER_PLUGIN=/run/docker/plugins/NAME.sock \
///       TALLYMAN_TEST_DOCKER_IMAGE=lab/busybox:1 TALLYMAN_TEST_DOCKER_ROUNDS=3000 swift test --filter Differential
@Suite("A real engine and the gate read the same", .serialized)
struct DifferentialTests {
    static let engine = ProcessInfo.processInfo.environment["TALLYMAN_TEST_DOCKER_ENGINE"]
    static let plugin = ProcessInfo.processInfo.environment["TALLYMAN_TEST_DOCKER_PLUGIN"]
    static let image = ProcessInfo.processInfo.environment["TALLYMAN_TEST_DOCKER_IMAGE"] ?? "lab/busybox:1"
    static let rounds = ProcessInfo.processInfo.environment["TALLYMAN_TEST_DOCKER_ROUNDS"].flatMap { Int($0) } ?? 300
    static let seed = ProcessInfo.processInfo.environment["TALLYMAN_TEST_DOCKER_SEED"].flatMap { UInt64($0) } ?? 1

    struct Done: Error {}

    /// What the gate believed of a request.
    struct Belief: Sendable {
        var objections: [DockerObjection]
        var body: BodyState
        /// The body with the engine's names, compact.
        var object: [UInt8]?
        var route: String
        /// The path and query, as the gate was told them.
        var uri = ""
        /// What an exec runs, and where.
        var command: [String] = []
        /// The name or identifier of what the call is about.
        var target = ""
    }

    /// Lets everything through, and remembers what was believed of creates.
    final class Believer: CallJudge {
        private let beliefs = Mutex<[String: Belief]>([:])

        func judge(_ call: borrowing JudgedCall, until deadline: ContinuousClock.Instant) -> CallVerdict {
            let headers = call.event.document.root["RequestHeaders"]
            guard let round = headers?["X-Round"]?.string else { return CallVerdict(allows: true) }
            var written: CompactJSON?
            if let object = call.event.object {
                written = CompactJSON()
                written?.write(object)
            }
            var belief = Belief(
                objections: call.objections, body: call.event.body, object: written?.bytes,
                route: "\(call.event.action)", uri: call.event.document.root["RequestUri"]?.string ?? "")
            belief.command = call.event.execution?.command?.elements.map { $0.string ?? "" } ?? []
            belief.target = (call.event.target.uid ?? call.event.target.name).map { String($0) } ?? ""
            beliefs.withLock { $0[round] = belief }
            return CallVerdict(allows: true)
        }

        func take(_ round: String) -> Belief? { beliefs.withLock { $0.removeValue(forKey: round) } }
    }

    @Test(
        "nothing is made that the gate believed to be another thing, or knew nothing of",
        .enabled(if: engine != nil && plugin != nil, "TALLYMAN_TEST_DOCKER_ENGINE and _PLUGIN name no engine"))
    func differential() async throws {
        let engine = try #require(Self.engine)
        let believer = Believer()
        var options = DockerAuthorizer.Options()
        options.time = .seconds(20)
        options.failsOpen = true
        let server = PluginServer(
            socket: UnixSocket(path: try #require(Self.plugin)),
            authorizer: DockerAuthorizer(judge: believer, options: options))
        await #expect(throws: Done.self) {
            try await server.run {
                try await Self.play(engine, believer)
                throw Done()
            }
        }
    }

    @Test(
        "where the gate enforces, nothing is made that its rules refuse when they see what was made",
        .enabled(if: engine != nil && plugin != nil, "TALLYMAN_TEST_DOCKER_ENGINE and _PLUGIN name no engine"))
    func enforced() async throws {
        let engine = try #require(Self.engine)
        var options = DockerAuthorizer.Options()
        options.time = .seconds(20)
        let rules = GateRules(library: try RuleLibrary.load())
        let server = PluginServer(
            socket: UnixSocket(path: try #require(Self.plugin)),
            authorizer: DockerAuthorizer(
                judge: ReviewerJudge(rules: rules, host: "test", journal: NoJournal()), options: options))
        await #expect(throws: Done.self) {
            try await server.run {
                try await Self.playEnforced(engine, rules)
                throw Done()
            }
        }
    }

    private static func playEnforced(_ engine: String, _ rules: GateRules) async throws {
        let mutator = CreateMutator(image: image)
        let reviewer = AdmissionReviewer(rules: rules)
        var made = 0
        var refused = 0
        for round in 0..<(rounds / 2) {
            let number = seed &* 1_000_000 &+ 500_000 &+ UInt64(round)
            let request = mutator.request(seed: number, name: "tallyman-enforced-\(number)")
            let answer = try await ask(engine, request)
            if answer.status == 403 { refused += 1 }
            guard answer.status == 201, let id = answer.identifier else { continue }
            made += 1
            let inspection = try await ask(engine, plain("GET", "/v1.41/containers/\(id)/json"))
            _ = try await ask(engine, plain("DELETE", "/v1.41/containers/\(id)?force=1&v=1"))
            var inspect = DockerInspectReader()
            let document = try JSONParser().parse(inspection.body)
            try inspect.read(document, at: SourcePosition(name: "inspect", line: 1)) { event in
                let asked = ReviewRequest(event, gate: "docker", id: "test", time: SystemTime.now)
                let decision = reviewer.review(asked, until: .now + .seconds(20))
                guard decision.verdict == .deny else { return }
                let shown = String(decoding: request.prefix(3000), as: UTF8.self)
                Issue.record(
                    "seed \(number) was made: \(decision.reasons.map(\.message)) \(decision.unjudged)\n\(shown)")
            }
        }
        print("differential: \(rounds / 2) requests where the gate enforces: \(made) made, \(refused) refused")
        #expect(made > 0 && refused > 0)
    }

    private static func play(_ engine: String, _ believer: Believer) async throws {
        let mutator = CreateMutator(image: image)
        var counts: [String: Int] = [:]
        let first = seed &* 1_000_000
        for round in 0..<rounds {
            let number = first &+ UInt64(round)
            let name = "tallyman-diff-\(number)"
            let request = mutator.request(seed: number, name: name)
            let answer = try await ask(engine, request)
            let belief = believer.take(name)
            let outcome = try await compare(engine, answer, belief, number, request)
            counts[outcome, default: 0] += 1
        }
        let told = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        print("differential: \(rounds) requests from seed \(seed): \(told)")
        // A run in which nothing is made, or nothing is odd, tests nothing.
        #expect(counts["made as believed", default: 0] > rounds / 20)
        #expect(counts["made, and would have been refused", default: 0] > 0)
    }

    private static func compare(
        _ engine: String, _ answer: Answer, _ belief: Belief?, _ number: UInt64, _ request: [UInt8]
    ) async throws -> String {
        guard answer.status == 201, let id = answer.identifier else {
            return answer.status == 301 ? "sent elsewhere" : "not made"
        }
        let inspection = try await ask(engine, plain("GET", "/v1.41/containers/\(id)/json"))
        _ = try await ask(engine, plain("DELETE", "/v1.41/containers/\(id)?force=1&v=1"))
        func differs(_ what: String) {
            let shown = String(decoding: request.prefix(3000), as: UTF8.self)
            Issue.record("seed \(number): \(what)\n\(shown)")
        }
        guard let belief else {
            differs("made, and the gate was not asked, or did not know the route")
            return "unseen"
        }
        guard belief.body == .present, let object = belief.object else {
            // What nobody saw must be refused where the gate enforces.
            if belief.objections.isEmpty { differs("made, and the gate believed that there is nothing to judge") }
            return "made without a readable body, and would have been refused"
        }
        let parser = JSONParser(limits: JSONLimits(size: 32 << 20))
        let (believed, inspected) = (try parser.parse(object), try parser.parse(inspection.body))
        let differences = withExtendedLifetime((believed, inspected)) {
            MadeContainer.differences(believed: believed.root, inspected: inspected.root)
        }
        if !differences.isEmpty { differs(differences.joined(separator: "\n") + "\nobjections: \(belief.objections)") }
        return belief.objections.isEmpty ? "made as believed" : "made, and would have been refused"
    }

    struct Answer {
        var status: Int
        var body: [UInt8]
        var identifier: String? {
            guard let document = try? JSONParser().parse(body) else { return nil }
            return withExtendedLifetime(document) { document.root["Id"]?.string }
        }
    }

    static func plain(_ method: String, _ path: String) -> [UInt8] {
        Array("\(method) \(path) HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n".utf8)
    }

    /// Sends a request and reads the answer to its end.
    static func ask(_ engine: String, _ request: [UInt8]) async throws -> Answer {
        let client = try RawClient(path: engine)
        client.send(request)
        var text = await client.rest()
        while text.hasPrefix("HTTP/1.1 100 "), let end = text.range(of: "\r\n\r\n") {
            text.removeSubrange(..<end.upperBound)
        }
        guard let split = text.range(of: "\r\n\r\n") else { return Answer(status: 0, body: []) }
        let head = text[..<split.lowerBound]
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        var body = String(text[split.upperBound...])
        if head.lowercased().contains("transfer-encoding: chunked") { body = joined(body) }
        return Answer(status: status, body: Array(body.utf8))
    }

    private static func joined(_ chunks: String) -> String {
        var rest = Array(chunks.utf8)[...]
        var body: [UInt8] = []
        while let end = rest.firstIndex(of: 0x0D),
            let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16),
            size > 0
        {
            rest = rest[end...].dropFirst(2)
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return String(decoding: body, as: UTF8.self)
    }
}

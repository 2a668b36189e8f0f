import Foundation
import HTTPListener
import SecurityEvents
import TestSupport
import Testing

@testable import DockerGate

/// Drives a real engine by its other deploying routes, as ``DifferentialTests`` does by creates; services need a swarm.
@Suite("A real engine and the gate read the same of other routes", .serialized)
struct RouteDifferentialTests {
    private typealias Creates = DifferentialTests

    @Test(
        "what was done is what the gate believed, or would have been refused",
        .enabled(
            if: Creates.engine != nil && Creates.plugin != nil, "TALLYMAN_TEST_DOCKER_ENGINE and _PLUGIN name no engine"
        ))
    func differential() async throws {
        let socket = try #require(Creates.engine)
        let believer = DifferentialTests.Believer()
        var options = DockerAuthorizer.Options()
        options.time = .seconds(60)
        options.failsOpen = true
        let server = PluginServer(
            socket: UnixSocket(path: try #require(Creates.plugin)),
            authorizer: DockerAuthorizer(judge: believer, options: options))
        await #expect(throws: Creates.Done.self) {
            try await server.run {
                for route in DeployingRoute.all { try await Self.play(route, socket, believer) }
                throw Creates.Done()
            }
        }
    }

    private static func play(
        _ route: DeployingRoute, _ socket: String, _ believer: DifferentialTests.Believer
    ) async throws {
        let engine: DeployingRoute.Engine = { method, path, body in
            let text = body ?? ""
            let head =
                "\(method) /v1.41\(path) HTTP/1.1\r\nHost: docker\r\nConnection: close\r\nContent-Type: application/json\r\n"
            return try await DifferentialTests.ask(
                socket, Array("\(head)Content-Length: \(text.utf8.count)\r\n\r\n\(text)".utf8))
        }
        let mutator = CreateMutator(image: Creates.image)
        var counts: [String: Int] = [:]
        for round in 0..<max(4, Creates.rounds / route.every) {
            let number = Creates.seed &* 1_000_000 &+ UInt64(round)
            var random = SeededGenerator(seed: number ^ route.name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
            let name = "tallyman-diff-\(number)"
            let thing = try await route.prepare(engine, name)
            let node = route.body(&random, thing)
            let body = route.structure == nil ? node.bytes : mutator.odd(node, &random, atMost: 2)
            let request = OddRequest(
                method: route.method, path: route.path(thing), query: route.query(thing), round: name,
                other: route.other, type: route.type, version: route.version
            ).bytes(body, &random)
            let answer = try await DifferentialTests.ask(socket, request)
            let belief = believer.take(name)
            var outcome = "refused by the engine"
            if (200..<300).contains(answer.status), isWriting(request) {
                var found: [String] = []
                if let belief {
                    found = try await route.differences(engine, thing, answer, belief)
                    outcome = belief.objections.isEmpty ? "done as believed" : "done, and would have been refused"
                    // Where there is nothing to believe, a gate that enforces must refuse.
                    if belief.object == nil, route.structure != nil, !belief.objections.isEmpty { found = [] }
                } else {
                    found = ["done, and the gate was not asked"]
                }
                if !found.isEmpty {
                    let shown = String(decoding: request.prefix(2000), as: UTF8.self)
                    Issue.record(
                        "\(route.name), seed \(number): \(found.joined(separator: "; ")); objections: \(belief?.objections ?? [])\n\(shown)"
                    )
                }
            }
            counts[outcome, default: 0] += 1
            try await route.clean(engine, thing, answer)
        }
        let told = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        print("differential: \(route.name), seed \(Creates.seed): \(told)")
        // A run in which nothing is done tests nothing.
        #expect(counts.keys.contains { $0.hasPrefix("done") })
    }

    /// Reads are answered with success, and change nothing.
    private static func isWriting(_ request: [UInt8]) -> Bool {
        !["GET ", "HEAD ", "OPTIONS "].contains { request.starts(with: $0.utf8) }
    }
}

import Foundation
import HTTPListener
import JSONView
import PlatformAPIs
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@testable import DockerGate

/// Sends a real engine requests through the proxy in shapes that two servers may take apart in two ways.
///
/// The engine asks this test, as its plugin, about every call that it finds; the proxy must have judged each of them, and
/// the same. It needs what ``DifferentialTests`` needs.
@Suite("A real engine finds no call that the proxy before it did not judge", .serialized)
struct ProxyDifferentialTests {
    private typealias Creates = DifferentialTests

    /// One call, as it was judged.
    struct Call: Equatable, CustomStringConvertible {
        var method: String
        var uri: String
        /// The body with the engine's names, compact.
        var body: String?

        var description: String { "\(method) \(uri) \(body ?? "without a body")" }
    }

    /// Lets everything through, and remembers it in order.
    final class Notes: CallJudge {
        private let calls = Mutex<[Call]>([])

        func judge(_ call: borrowing JudgedCall, until deadline: ContinuousClock.Instant) -> CallVerdict {
            let record = call.event.document.root
            var written: CompactJSON?
            if let object = call.event.object {
                written = CompactJSON()
                written?.write(object)
            }
            let noted = Call(
                method: record["RequestMethod"]?.string ?? "", uri: record["RequestUri"]?.string ?? "",
                body: written.map { String(decoding: $0.bytes, as: UTF8.self) })
            calls.withLock { $0.append(noted) }
            return CallVerdict(allows: true)
        }

        func take() -> [Call] {
            calls.withLock { calls in
                defer { calls = [] }
                return calls
            }
        }
    }

    @Test(
        "whatever shape a request has, the engine is asked for what was judged and for nothing else",
        .enabled(
            if: Creates.engine != nil && Creates.plugin != nil, "TALLYMAN_TEST_DOCKER_ENGINE and _PLUGIN name no engine"
        ))
    func differential() async throws {
        let engine = try #require(Creates.engine)
        let folder = try ScratchFolder()
        let (judged, found) = (Notes(), Notes())
        var options = DockerAuthorizer.Options()
        options.time = .seconds(60)
        options.failsOpen = true
        let plugin = PluginServer(
            socket: UnixSocket(path: try #require(Creates.plugin)),
            authorizer: DockerAuthorizer(judge: found, options: options))
        let proxy = EngineProxy(
            socket: UnixSocket(path: folder.file("p.sock")), engine: DockerSocket(path: engine),
            authorizer: DockerAuthorizer(judge: judged, options: options))
        await #expect(throws: Creates.Done.self) {
            try await plugin.run {
                try await proxy.run {
                    try await Self.play(folder.file("p.sock"), engine, judged, found)
                    throw Creates.Done()
                }
                throw Creates.Done()
            }
        }
    }

    private static func play(_ proxy: String, _ engine: String, _ judged: Notes, _ found: Notes) async throws {
        let mutator = CreateMutator(image: Creates.image)
        var counts: [String: Int] = [:]
        for round in 0..<Creates.rounds {
            let number = Creates.seed &* 1_000_000 &+ UInt64(round)
            var random = SeededGenerator(seed: number ^ 0x5A5A)
            let name = "tallyman-proxied-\(number)"
            let plain = mutator.request(seed: number, name: name)
            let hidden = Self.create("tallyman-hidden-\(number)")
            let request = random.chance(40) ? plain : SmuggledRequest.any(around: hidden, name: name, &random)
            let client = try RawClient(path: proxy)
            client.send(request)
            client.finishSending()
            let answer = await client.rest()
            let (wanted, got) = (judged.take(), found.take())
            let status = answer.split(separator: " ").dropFirst().first.map(String.init) ?? "none"
            // The engine shows nothing of a body that it does not read, and of one of more than a mebibyte.
            let isDone = (200..<300).contains(Int(status) ?? 0)
            let isShown = isDone && request.count <= 1 << 20
            let calls = { (calls: [Call]) in calls.map { isShown ? $0 : Call(method: $0.method, uri: $0.uri) } }
            if calls(got) != calls(wanted), isDone || !got.isEmpty {
                let shown = String(decoding: request.prefix(3000), as: UTF8.self)
                Issue.record(
                    "seed \(number): the proxy judged \(wanted), the engine found \(got), answered \(status)\n\(shown)")
            }
            counts[got.isEmpty ? "not let through" : "let through as judged", default: 0] += 1
            for made in [name, "other", "tallyman-hidden-\(number)"] {
                let removed = try await DifferentialTests.ask(
                    engine, DifferentialTests.plain("DELETE", "/v1.41/containers/\(made)?force=1&v=1"))
                if made.hasPrefix("tallyman-hidden"), removed.status == 204,
                    !wanted.contains(where: { $0.uri.contains(made) })
                {
                    let shown = String(decoding: request.prefix(3000), as: UTF8.self)
                    Issue.record("seed \(number): the engine made what the proxy did not judge\n\(shown)")
                }
            }
            _ = found.take()
        }
        let told = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        print("differential: \(Creates.rounds) requests through the proxy, seed \(Creates.seed): \(told)")
        // A run in which nothing arrives, or nothing is kept back, tests nothing.
        #expect(counts["let through as judged", default: 0] > Creates.rounds / 20)
        #expect(counts["not let through", default: 0] > 0)
    }

    /// A request that nobody may let through unseen.
    private static func create(_ name: String) -> String {
        let body = #"{"Image":"\#(Creates.image)","HostConfig":{"Privileged":true}}"#
        return
            "POST /v1.41/containers/create?name=\(name) HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}

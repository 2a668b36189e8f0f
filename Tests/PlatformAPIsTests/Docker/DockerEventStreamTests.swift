import PlatformAPIs
import TestSupport
import Testing

@Suite("Following the Docker engine's events")
struct DockerEventStreamTests {
    func read(_ stream: DockerEventStream) async throws -> [String] {
        var seen: [String] = []
        for try await element in stream {
            switch element {
            case .event(let bytes): seen.append(String(decoding: bytes, as: UTF8.self))
            case .tooLong(let limit): seen.append("longer than \(limit)")
            }
        }
        return seen
    }

    @Test("events come a line each, however the engine cuts them")
    func cuts() async throws {
        let engine = try ScriptedEngine { _ in .chunks([#"{"a""#, ":1}\n{\"b\":2}", "\n\n", #"{"c":3}"#]) }
        try await withClient(engine) { client in
            let seen = try await read(client.events())
            #expect(seen == [#"{"a":1}"#, #"{"b":2}"#, #"{"c":3}"#])
        }
    }

    @Test("an event beyond the bound is skipped and told")
    func tooLong() async throws {
        let engine = try ScriptedEngine { _ in .chunks(["1\n", String(repeating: "x", count: 100_000), "\n2\n"]) }
        try await withClient(engine) { client in
            let seen = try await read(client.events(lineLimit: 1000))
            #expect(seen == ["1", "longer than 1000", "2"])
        }
    }

    @Test("moments and filters are escaped")
    func query() async throws {
        let engine = try ScriptedEngine { _ in .chunks([]) }
        try await withClient(engine) { client in
            _ = try await read(
                try await client.events(since: "17.5", until: "18", filters: ["type": ["container", "\"&"]]))
        }
        #expect(
            engine.requests == [
                "GET /events?since=17.5&until=18&filters=%7B%22type%22%3A%5B%22container%22%2C%22%5C%22%26%22%5D%7D HTTP/1.1"
            ])
    }

    @Test("a stream that breaks is an error, and not an end")
    func broken() async throws {
        let engine = try ScriptedEngine { _ in
            var answer = ScriptedEngine.Answer.chunks(["1\n"], ends: false)
            answer.holds = false
            return answer
        }
        try await withClient(engine) { client in
            let stream = try await client.events()
            await #expect(throws: (any Error).self) { _ = try await read(stream) }
        }
    }

    @Test("cancelling the reader ends a silent stream")
    func cancelled() async throws {
        let engine = try ScriptedEngine { _ in .chunks(["1\n"], ends: false) }
        try await withClient(engine) { client in
            let stream = try await client.events()
            let reader = Task {
                var count = 0
                for try await _ in stream { count += 1 }
                return count
            }
            reader.cancel()
            _ = await reader.result
        }
    }
}

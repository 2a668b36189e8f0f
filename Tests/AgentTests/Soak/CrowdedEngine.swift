import EventSources
import PlatformAPIs
import Synchronization

/// A Docker engine whose containers come and go within milliseconds, as its events and inspections are on a real one.
final class CrowdedEngine: DockerEngineAPI {
    typealias Events = AsyncThrowingStream<DockerEventStream.Element, any Error>

    let path = "/crowded.sock"
    private let count: Int
    private let pause: Duration
    /// How many containers are there at the same time, so how long each lives.
    private let alive: Int
    private let state = Mutex((alive: Set<String>(), answered: 0))

    /// How many inspections were asked for.
    var answered: Int { state.withLock { $0.answered } }

    init(count: Int, pause: Duration, alive: Int) {
        self.count = count
        self.pause = pause
        self.alive = alive
    }

    func negotiate() async throws -> DockerVersion { DockerVersion(engine: "1.0", newest: .init(1, 41), oldest: nil) }

    func runningContainers() async throws -> [String] { [] }

    func events(since: String?, until: String?) async throws -> Events {
        let (stream, continuation) = Events.makeStream()
        guard until == nil else {
            continuation.finish()
            return stream
        }
        let work = Task {
            for number in 0..<count {
                let identifier = Self.identifier(number)
                state.withLock { _ = $0.alive.insert(identifier) }
                for (step, action) in ["create", "start"].enumerated() {
                    continuation.yield(.event(Array(Self.event(action, identifier, number * 4 + step).utf8)))
                }
                if number >= alive { end(number - alive, continuation) }
                try await Task.sleep(for: pause)
            }
            for number in max(count - alive, 0)..<count {
                end(number, continuation)
                try await Task.sleep(for: pause)
            }
        }
        continuation.onTermination = { _ in work.cancel() }
        return stream
    }

    /// A container ends and is removed: nobody can inspect it from here on.
    private func end(_ number: Int, _ continuation: Events.Continuation) {
        let identifier = Self.identifier(number)
        state.withLock { _ = $0.alive.remove(identifier) }
        for (step, action) in ["die", "destroy"].enumerated() {
            continuation.yield(.event(Array(Self.event(action, identifier, number * 4 + 2 + step).utf8)))
        }
    }

    func inspect(_ identifier: String) async throws -> [UInt8]? {
        let isAlive = state.withLock { state in
            state.answered += 1
            return state.alive.contains(identifier)
        }
        guard isAlive else { return nil }
        return Array(
            """
            [{"Id":"\(identifier)","Created":"2026-11-23T10:00:00.000000000Z","Name":"/c","State":{"Status":"running"},\
            "Image":"sha256:1","Config":{"Image":"busybox:1","Env":["A=1"],"Cmd":["sleep"]},\
            "HostConfig":{"Privileged":false,"NetworkMode":"none"},"Mounts":[]}]
            """.utf8)
    }

    private static func identifier(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 64 - digits.count) + digits
    }

    private static func event(_ action: String, _ identifier: String, _ number: Int) -> String {
        let nanoseconds = 1_795_456_333_000_000_000 + number * 1_000_000
        return """
            {"status":"\(action)","id":"\(identifier)","from":"busybox:1","Type":"container","Action":"\(action)",\
            "Actor":{"ID":"\(identifier)","Attributes":{"image":"busybox:1","name":"c"}},"scope":"local",\
            "time":\(nanoseconds / 1_000_000_000),"timeNano":\(nanoseconds)}
            """
    }
}

import PlatformAPIs
import Synchronization
import TestSupport
import Testing

@Suite("Asking the Docker engine")
struct DockerEngineTests {
    static let version = #"{"Version":"20.10.24","ApiVersion":"1.41","MinAPIVersion":"1.12"}"#

    @Test("requests name the version that was agreed on")
    func negotiated() async throws {
        let engine = try ScriptedEngine { path in
            switch path {
            case "/version": .body(Self.version)
            case "/v1.41/containers/json": .body(#"[{"Id":"a"},{"Id":"b","Names":[]},{"Names":[]}]"#)
            case "/v1.41/containers/json?all=1": .body("[]")
            case "/v1.41/containers/a/json": .body(#"{"Id":"a"}"#)
            case "/_ping": .body("OK")
            default: .body(#"{"message":"No such container"}"#, status: "404 Not Found")
            }
        }
        try await withClient(engine) { client in
            let version = try await client.negotiate()
            #expect(version.engine == "20.10.24")
            #expect(version.api == .init(1, 41))
            try await client.ping()
            #expect(try await client.runningContainers() == ["a", "b"])
            #expect(try await client.containers() == Array("[]".utf8))
            #expect(try await client.inspect("a") == Array(#"{"Id":"a"}"#.utf8))
            #expect(try await client.inspect("gone") == nil)
            #expect(try await client.inspect("../../x?y z") == nil)
        }
        #expect(engine.requests.last == "GET /v1.41/containers/..%2F..%2Fx%3Fy%20z/json HTTP/1.1")
    }

    /// An engine as it is since 29.0: it refuses versions outside of its range, whatever is asked.
    ///
    /// <https://github.com/moby/moby/blob/v29.0.0/daemon/server/middleware/version.go>
    static func modernEngine(_ answer: @escaping @Sendable (_ path: String) -> ScriptedEngine.Answer) throws
        -> ScriptedEngine
    {
        try ScriptedEngine { path in
            guard path.hasPrefix("/v1.") else {
                return path == "/version"
                    ? .body(#"{"Version":"29.1.2","ApiVersion":"1.52","MinAPIVersion":"1.44"}"#) : answer(path)
            }
            let version = path.dropFirst(2).prefix { $0 != "/" }
            let minor = Int(version.dropFirst(2)) ?? 0
            guard minor >= 44 else {
                return .body(
                    #"{"message":"client version \#(version) is too old. Minimum supported API version is 1.44"}"#,
                    status: "400 Bad Request")
            }
            guard minor <= 52 else {
                return .body(
                    #"{"message":"client version \#(version) is too new. Maximum supported API version is 1.52"}"#,
                    status: "400 Bad Request")
            }
            return answer(String(path.dropFirst(2 + version.count)))
        }
    }

    @Test("an engine that refuses old versions is asked in one that it knows, and its events need no old members")
    func modern() async throws {
        let event = #"{"Type":"container","Action":"start","Actor":{"ID":"a","Attributes":{"image":"x"}},"timeNano":1}"#
        let engine = try Self.modernEngine { path in
            switch path {
            case "/_ping": .body("OK")
            case "/containers/json": .body(#"[{"Id":"a"}]"#)
            case "/containers/a/json": .body(#"{"Id":"a"}"#)
            case "/events?since=1.000000000": .chunks([event + "\n"])
            default: .body(#"{"message":"page not found"}"#, status: "404 Not Found")
            }
        }
        try await withClient(engine) { client in
            // Before anything is agreed on no version is named, which an engine takes for its own.
            #expect(try await client.runningContainers() == ["a"])
            let version = try await client.negotiate()
            #expect(version.engine == "29.1.2")
            #expect(version.api >= .init(1, 44) && version.api <= .init(1, 52))
            try await client.ping()
            #expect(try await client.runningContainers() == ["a"])
            #expect(try await client.inspect("a") == Array(#"{"Id":"a"}"#.utf8))
            var told: [DockerEventStream.Element] = []
            for try await element in try await client.events(since: "1.000000000") { told.append(element) }
            #expect(told == [.event(Array(event.utf8))])
        }
    }

    @Test("an engine that was replaced by a newer one is asked in a version that the new one knows")
    func replaced() async throws {
        let isNew = Mutex(false)
        let modern = #"{"Version":"29.1.2","ApiVersion":"1.52","MinAPIVersion":"1.44"}"#
        let engine = try ScriptedEngine { path in
            let isNew = isNew.withLock { $0 }
            switch path {
            case "/version": return .body(isNew ? modern : Self.version)
            case "/v1.41/containers/json" where !isNew: return .body("[]")
            case "/v1.47/containers/json" where isNew: return .body(#"[{"Id":"a"}]"#)
            default: return .body(#"{"message":"client version is too old"}"#, status: "400 Bad Request")
            }
        }
        try await withClient(engine) { client in
            try await client.negotiate()
            #expect(try await client.runningContainers() == [])
            isNew.withLock { $0 = true }
            #expect(try await client.runningContainers() == ["a"])
        }
    }

    @Test("a refusal gives the engine's own words")
    func refusal() async throws {
        let engine = try ScriptedEngine { _ in
            .body(#"{"message":"client version 9.99 is too new"}"#, status: "400 Bad Request")
        }
        try await withClient(engine) { client in
            await #expect(
                throws: DockerError.refused(
                    request: "GET /_ping", status: 400, message: "client version 9.99 is too new")
            ) { try await client.ping() }
            await #expect(
                throws: DockerError.refused(
                    request: "GET /events", status: 400, message: "client version 9.99 is too new")
            ) { _ = try await client.events() }
        }
    }

    @Test(
        "an answer that makes no sense is refused",
        arguments: ["", "[]", "{}", "{", #"{"ApiVersion":"x"}"#, #"{"ApiVersion":1}"#])
    func nonsense(body: String) async throws {
        let engine = try ScriptedEngine { _ in .body(body) }
        try await withClient(engine) { client in
            let error = await #expect(throws: DockerError.self) { try await client.negotiate() }
            guard case .malformed("GET /version", _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test(
        "bytes that aren't HTTP, and connections that end early, are errors",
        arguments: ["", "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"])
    func notHTTP(bytes: String) async throws {
        let engine = try ScriptedEngine { _ in .init(bytes: Array(bytes.utf8)) }
        try await withClient(engine) { client in
            let error = await #expect(throws: DockerError.self) { try await client.negotiate() }
            guard case .interrupted("GET /version", _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("an answer that never comes is given up")
    func silence() async throws {
        let engine = try ScriptedEngine { _ in .init(bytes: [], holds: true) }
        try await withClient(engine, timeout: .milliseconds(50)) { client in
            await #expect(throws: DockerError.timedOut(request: "GET /_ping")) { try await client.ping() }
            await #expect(throws: DockerError.timedOut(request: "GET /events")) { _ = try await client.events() }
        }
    }

    @Test("an answer that is too large is given up")
    func tooLarge() async throws {
        let engine = try ScriptedEngine { _ in .body(String(repeating: "x", count: 2000)) }
        try await withClient(engine) { client in
            await #expect(throws: DockerError.tooLarge(request: "GET /_ping", limit: 1024)) { try await client.ping() }
        }
    }

    @Test("a missing socket is told as one")
    func missing() async throws {
        let folder = try ScratchFolder()
        let socket = DockerSocket(path: folder.file("docker.sock"))
        try await withClient(socket) { client in
            await #expect(throws: DockerError.noSocket(socket)) { try await client.negotiate() }
        }
    }
}

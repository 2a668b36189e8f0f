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

@Suite("The authorization plugin", .timeLimit(.minutes(10)))
struct PluginServerTests {
    struct Done: Error {}

    /// Keeps what it is told.
    final class Kept: GateJournal {
        private let state = Mutex((made: [EventRecord](), decisions: [DecisionRecord](), notes: [String]()))
        var made: [EventRecord] { state.withLock { $0.made } }
        var decisions: [DecisionRecord] { state.withLock { $0.decisions } }
        var notes: [String] { state.withLock { $0.notes } }
        func note(made record: EventRecord) { state.withLock { $0.made.append(record) } }
        func note(_ decision: DecisionRecord) { state.withLock { $0.decisions.append(decision) } }
        func note(_ text: String) { state.withLock { $0.notes.append(text) } }
        func note(gap reason: String) { state.withLock { $0.notes.append("gap: \(reason)") } }
    }

    /// One container, privileged, and one exec in it.
    struct Facts: EngineFacts {
        func answer(to question: EngineQuestion) async -> EngineAnswer {
            switch question {
            case .container("slow"): return await never()
            case .exec("e2"): return .unavailable("nobody answers")
            default: return Self.known[question].map { .known(Array($0.utf8)) } ?? .absent
            }
        }

        static let known: [EngineQuestion: String] = [
            .container("web"): web, .container("c1"): web, .container(identifier): web, .exec("broken"): "{",
            .container("mounter"):
                #"{"Id":"c2","HostConfig":{"Binds":["/:/h"]},"Mounts":[{"Type":"bind","Source":"/","Destination":"/h","RW":true}]}"#,
            .container("watcher"):
                #"{"Id":"c3","HostConfig":{"PidMode":"host","IpcMode":"host","NetworkMode":"host"}}"#,
            .container("joins"): #"{"Id":"c4","HostConfig":{"PidMode":"container:watcher","NetworkMode":"none"}}"#,
            .container("round"): #"{"Id":"c5","HostConfig":{"PidMode":"container:round"}}"#,
            .container("plain"): #"{"Id":"c6","HostConfig":{"NetworkMode":"bridge"},"Mounts":[]}"#,
            .exec("e1"):
                #"{"ID":"e1","ContainerID":"c1","ProcessConfig":{"entrypoint":"nsenter","arguments":["-t","1"],"privileged":true}}"#,
            .exec("e3"):
                #"{"ID":"e3","ContainerID":"c1","ProcessConfig":{"entrypoint":"sh","arguments":[],"privileged":false}}"#,
            .volume("disguised"):
                #"{"Name":"disguised","Driver":"local","Options":{"type":"none","o":"bind","device":"/"}}"#,
            .volume("layered"):
                #"{"Name":"layered","Driver":"local","Options":{"type":"overlay","o":"lowerdir=/srv,upperdir=/etc","device":"x"}}"#,
            .network("986a2"): #"{"Name":"host","Id":"986a2d41b2a8","Driver":"host","Scope":"local"}"#,
            .network("front"): #"{"Name":"front","Id":"77","Driver":"overlay","Scope":"swarm"}"#,
            .service("s1"):
                #"{"ID":"s1","Spec":{"Name":"s"},"PreviousSpec":{"Name":"s","TaskTemplate":{"ContainerSpec":{"Image":"a","Mounts":[{"Type":"bind","Source":"/","Target":"/h"}]}}}}"#,
            .service("s2"): #"{"ID":"s2","Spec":{"Name":"s"}}"#,
            .service("s3"):
                #"{"ID":"s3","Spec":{"Name":"s"},"PreviousSpec":{"Name":"s","TaskTemplate":{"ContainerSpec":{"Image":"a"}}}}"#,
        ]
        static let identifier = String(repeating: "c1", count: 32)
        private static let web =
            #"{"Id":"c1","Name":"/web","Config":{"Image":"a"},"HostConfig":{"Privileged":true},"State":{}}"#

        private func never() async -> EngineAnswer {
            try? await Task.sleep(for: .seconds(3600))
            return .absent
        }
    }

    /// Remembers what it was asked, and refuses nothing but objections.
    final class Asked: CallJudge {
        private let state = Mutex<[String]>([])
        var calls: [String] { state.withLock { $0 } }

        func judge(_ call: borrowing JudgedCall, until deadline: ContinuousClock.Instant) -> CallVerdict {
            let event = call.event
            let words = [
                "\(event.action)", event.containers.first?.privileged?.bool == true ? "privileged" : "",
                event.execution?.command.map { $0.elements.compactMap { $0.string }.joined(separator: " ") } ?? "",
                event.actor.user.map { String($0) } ?? "", call.unknown.isEmpty ? "" : "unknown",
                call.objections.map(\.code).joined(separator: ","),
            ]
            state.withLock { $0.append(words.filter { !$0.isEmpty }.joined(separator: "|")) }
            return CallVerdict(allows: call.objections.isEmpty, message: "no")
        }
    }

    static func record(_ uri: String, body: String? = nil, more: String = "") -> [UInt8] {
        let encoded =
            body.map { ",\"RequestBody\":\"\(String(decoding: Base64.encode(Array($0.utf8)), as: UTF8.self))\"" } ?? ""
        let headers = body == nil ? "{}" : #"{"Content-Type":"application/json"}"#
        return Array(
            #"{"RequestMethod":"POST","RequestUri":"\#(uri)","RequestHeaders":\#(headers)\#(encoded)\#(more)}"#.utf8)
    }

    @Test("the engine's handshake and questions are answered over its socket")
    func protocols() async throws {
        let folder = try ScratchFolder()
        var options = DockerAuthorizer.Options()
        options.time = .seconds(1800)
        let server = PluginServer(
            socket: UnixSocket(path: folder.file("t.sock")),
            authorizer: DockerAuthorizer(judge: Asked(), options: options))
        await #expect(throws: Done.self) {
            try await server.run {
                for (path, body, expected) in [
                    ("/Plugin.Activate", [UInt8](), #"{"Implements":["authz"]}"#),
                    (
                        "/AuthZPlugin.AuthZReq", Self.record("/v1.41/containers/create", body: #"{"Image":"a"}"#),
                        #"{"Allow":true}"#
                    ),
                    ("/AuthZPlugin.AuthZReq", Self.record("/v1.41/containers/create"), #"{"Allow":false,"Msg":"no"}"#),
                    ("/AuthZPlugin.AuthZRes", Self.record("/v1.41/containers/create"), #"{"Allow":true}"#),
                ] {
                    let client = try RawClient(path: folder.file("t.sock"))
                    client.send(
                        "POST \(path) HTTP/1.1\r\nHost: p\r\nConnection: close\r\nContent-Length: \(body.count)\r\n\r\n"
                    )
                    client.send(body)
                    let answer = await client.rest()
                    #expect(answer.hasPrefix("HTTP/1.1 200"))
                    #expect(answer.hasSuffix(expected), "\(path): \(answer)")
                }
                throw Done()
            }
        }
    }

    @Test(
        "who begins a head and does not end it is sent away, within the proxy's time",
        arguments: ["", "GET /\r\n", "POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: p\r\nContent-Le"])
    func halfHeads(part: String) async throws {
        #expect(PluginServer.usualLimits.head == EngineProxy.Limits().head)
        var limits = PluginServer.usualLimits
        limits.head = .milliseconds(1)
        limits.idle = .seconds(1800)
        try await listening(limits) { path in
            let client = try RawClient(path: path)
            client.send(part)
            #expect(await client.rest() == "")
        }
    }

    @Test("between two questions an engine may be silent for longer than it may take for a head")
    func idleEngine() async throws {
        let usual = PluginServer.usualLimits
        #expect(try #require(usual.idle) > usual.head)
        // That the other limit holds there is seen by its end: with that of heads this would take half an hour.
        var limits = usual
        limits.head = .seconds(1800)
        limits.idle = .milliseconds(1)
        try await listening(limits) { path in
            let client = try RawClient(path: path)
            client.send("POST /Plugin.Activate HTTP/1.1\r\nHost: p\r\nContent-Length: 0\r\n\r\n")
            #expect(await client.rest().hasSuffix(#"{"Implements":["authz"]}"#))
        }
    }

    /// Runs a plugin until `body` is done with its socket.
    private func listening(
        _ limits: HTTPListener.Limits, _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        let folder = try ScratchFolder()
        let path = folder.file("t.sock")
        let server = PluginServer(
            socket: UnixSocket(path: path), authorizer: DockerAuthorizer(judge: Asked()), limits: limits)
        await #expect(throws: Done.self) {
            try await server.run {
                try await body(path)
                throw Done()
            }
        }
    }

    /// A question, and what the judge is asked of it.
    static let questions: [(record: [UInt8], asked: String)] = [
        (record("/v1.41/containers/web/start"), "start|privileged"),
        (record("/v1.41/containers/web/restart"), "start|privileged"),
        (record("/v1.41/containers/web/exec", body: #"{"Cmd":["ls"]}"#), "exec|privileged|ls"),
        (record("/v1.41/exec/e1/start", body: "{}"), "exec|privileged|nsenter -t 1"),
        (record("/v1.41/exec/e2/start", body: "{}"), "exec|unknown"),
        (record("/v1.41/exec/broken/start", body: "{}"), "exec|unknown"),
        (record("/v1.41/containers/none/start"), "start"),
        (
            record("/v1.41/containers/create", body: "{}", more: #","User":"bob","RequestPeerCertificates":["x"]"#),
            "create|bob|contradiction"
        ),
        (record("/v1.41/containers/create", body: "{}", more: #","User":"bob","UserAuthNMethod":"TLS""#), "create|bob"),
    ]

    @Test("a call about something that exists is judged with what the engine says of it", arguments: questions)
    func facts(record: [UInt8], asked: String) async {
        let judge = Asked()
        var options = DockerAuthorizer.Options()
        options.time = .seconds(1800)
        let authorizer = DockerAuthorizer(judge: judge, facts: Facts(), options: options)
        _ = await authorizer.authorize(record)
        #expect(judge.calls == [asked])
    }

    @Test("an engine that does not answer keeps no call waiting, and what it would have said is not known")
    func slowEngine() async {
        let judge = Asked()
        let authorizer = DockerAuthorizer(judge: judge, facts: Facts())
        let answer = await authorizer.authorize(Self.record("/v1.41/containers/slow/start"))
        // On a machine that is busy elsewhere there may be no time left to ask the judge.
        #expect(judge.calls == ["start|unknown"] || !answer.allow)
    }

    @Test("the whole subject of a certificate is the caller, and a common name that is not its own is refused")
    func certificates() async throws {
        let judge = Asked()
        var options = DockerAuthorizer.Options()
        options.time = .seconds(1800)
        let authorizer = DockerAuthorizer(judge: judge, options: options)
        let encoded = String(decoding: Base64.encode(Array(CertificateCallersTests.pem.utf8)), as: UTF8.self)
        for name in ["alice", "mallory"] {
            _ = await authorizer.authorize(
                Self.record(
                    "/v1.41/containers/create", body: "{}",
                    more: #","User":"\#(name)","UserAuthNMethod":"TLS","RequestPeerCertificates":["\#(encoded)"]"#))
        }
        let subject = #"CN=alice,OU=Build,O=Dev\, Ops,C=DE"#
        #expect(judge.calls == ["create|\(subject)", "create|\(subject)|contradiction"])
    }

    @Test("reads are let through without a question to anybody")
    func reads() async {
        let judge = Asked()
        let authorizer = DockerAuthorizer(judge: judge)
        let answer = await authorizer.authorize(
            Array(#"{"RequestMethod":"GET","RequestUri":"/v1.41/containers/json"}"#.utf8))
        #expect(answer == .allowed)
        #expect(judge.calls.isEmpty)
    }

    @Test("what is no question is refused, or let through where that was chosen; either way it is noted")
    func failures() async {
        for (opens, text) in [(false, "{"), (true, "{"), (false, "{}"), (false, "[]")] {
            let kept = Kept()
            var options = DockerAuthorizer.Options()
            options.failsOpen = opens
            let authorizer = DockerAuthorizer(judge: Asked(), journal: kept, options: options)
            #expect(await authorizer.authorize(Array(text.utf8)).allow == opens)
            #expect(kept.notes.count == 1)
            #expect(authorizer.counts.undecided == 1)
        }
    }

    @Test("a container is bound to who created it, by the engine's answer")
    func binds() async throws {
        let kept = Kept()
        let authorizer = DockerAuthorizer(judge: Asked(), journal: kept)
        let id = String(repeating: "ab", count: 32)
        let answer = String(decoding: Base64.encode(Array(#"{"Id":"\#(id)","Warnings":[]}"#.utf8)), as: UTF8.self)
        authorizer.note(
            answer: Self.record(
                "/v1.41/containers/create?name=web", body: #"{"Image":"a"}"#,
                more: #","User":"bob","ResponseStatusCode":201,"ResponseBody":"\#(answer)""#))
        let made = try #require(kept.made.first)
        #expect(made.containers.first?.id == id)
        #expect(made.actor.user == "bob")
        #expect(made.outcome == .succeeded)
    }

    @Test(
        "an answer to a call that makes something is a gap where it cannot be read, and none where nothing was made",
        arguments: [
            (201, "not json", 1), (201, "{}", 1), (201, "", 1), (404, "not json", 0), (409, "{}", 0), (nil, "", 0),
            (nil, "garbage", 1),
        ] as [(Int?, String, Int)])
    func unreadableAnswers(status: Int?, text: String, gaps: Int) {
        let kept = Kept()
        let authorizer = DockerAuthorizer(judge: Asked(), journal: kept)
        let answer = String(decoding: Base64.encode(Array(text.utf8)), as: UTF8.self)
        let told = status.map { #","ResponseStatusCode":\#($0)"# } ?? ""
        authorizer.note(
            answer: Self.record(
                "/v1.41/containers/create?name=web", body: #"{"Image":"a"}"#,
                more: #"\#(told),"ResponseBody":"\#(answer)""#))
        #expect(kept.made.isEmpty)
        #expect(kept.notes.filter { $0.hasPrefix("gap: ") }.count == gaps, "\(kept.notes)")
        #expect(authorizer.counts.unbound == gaps)
    }

    @Test("a word about an answer that is no record is a gap")
    func unreadableRecords() {
        let kept = Kept()
        DockerAuthorizer(judge: Asked(), journal: kept).note(answer: Array("{".utf8))
        #expect(kept.notes.count == 1)
    }

    @Test("an exec that was created through the gate by its container's identifier is known at its start")
    func remembersExecs() async {
        // By a name nothing is remembered: another container may have it when the exec starts.
        for (container, expected) in [(Facts.identifier, "exec|privileged|id"), ("web", "exec|unknown")] {
            let judge = Asked()
            var options = DockerAuthorizer.Options()
            options.time = .seconds(1800)
            let authorizer = DockerAuthorizer(judge: judge, facts: Facts(), options: options)
            let answer = String(decoding: Base64.encode(Array(#"{"Id":"e2"}"#.utf8)), as: UTF8.self)
            authorizer.note(
                answer: Self.record(
                    "/v1.41/containers/\(container)/exec", body: #"{"Cmd":["id"]}"#,
                    more: #","ResponseStatusCode":201,"ResponseBody":"\#(answer)""#))
            _ = await authorizer.authorize(Self.record("/v1.41/exec/e2/start", body: "{}"))
            #expect(judge.calls == [expected])
        }
    }
}

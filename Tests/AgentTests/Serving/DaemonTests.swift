import Detection
import EventSources
import HTTPListener
import Foundation
import JSONView
import Ledger
import Logging
import Reports
import Rules
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite("The daemon", .timeLimit(.minutes(10)))
struct DaemonTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// What a daemon said and found.
    final class Heard: Sendable {
        private let state = Mutex((lines: [String](), findings: [Finding](), aborts: 0))
        var lines: [String] { state.withLock { $0.lines } }
        var findings: [Finding] { state.withLock { $0.findings } }
        var aborts: Int { state.withLock { $0.aborts } }
        func hear(_ line: String) { state.withLock { $0.lines.append(line) } }
        func hear(_ finding: Finding) { state.withLock { $0.findings.append(finding) } }
        func abort() { state.withLock { $0.aborts += 1 } }
        func has(_ part: String) -> Bool { lines.contains { $0.contains(part) } }
    }

    let heard = Heard()
    let stop = StopSignal()
    let reloads = AsyncStream<Void>.makeStream()

    private func run(
        _ text: String, environment: [String: String] = [:],
        exists: @escaping @Sendable (String) -> Bool = { _ in false }
    ) async throws -> RunSummary {
        let effective = try ConfigLoader.load(file: ("t.yaml", text)).effective
        let heard = heard
        let daemon = Daemon(
            effective, redactor: Redactor(),
            logger: effective.values.log.logger(redactor: Redactor()) { heard.hear($0) },
            surroundings: .init(
                environment: { environment[$0] }, exists: exists, print: { heard.hear($0) }, abort: { heard.abort() },
                version: "0"))
        return try await daemon.run(until: stop, reloads: reloads.stream)
    }

    private func eventually(_ isTrue: () async -> Bool) async {
        while await !isTrue() { try? await Task.sleep(for: .milliseconds(5)) }
    }

    private func kept(_ path: String) async throws -> [StoredEntry] {
        var query = LedgerQuery()
        query.limit = LedgerQuery.pageLimit
        return try await SQLiteLedger(path: path, access: .read).entries(matching: query)
    }

    private var files: String {
        "sources: {docker: {use: never}, files: {paths: [\(folder.file("audit.log"))], from: start}}\n"
    }

    @Test("asked to stop, it judges what waits, keeps it, and goes on from there the next time")
    func stops() async throws {
        for number in 0..<300 { try folder.append("audit.log", HuntTests.audit("p\(number)") + "\n") }
        let text = files + "ledger: {file: \(folder.file("l.db"))}\n"
        async let summary = run(text)
        await eventually { heard.has("following") }
        await eventually { !heard.findings.isEmpty }
        stop.give()
        let first = try await summary.eventCount
        let rest = DaemonTests.Rest(heard: heard)
        for number in 300..<310 { try folder.append("audit.log", HuntTests.audit("p\(number)") + "\n") }
        let second = try await rest.run(text, until: 310 - first)
        #expect(first + second == 310)
        #expect(try await kept(folder.file("l.db")).filter { $0.entry.kind == .deployment }.count == 310)
        #expect(heard.aborts == 0)
    }

    /// A daemon of a later start, which is stopped when it has judged so many events.
    struct Rest {
        let heard: Heard

        func run(_ text: String, until count: Int) async throws -> Int {
            let effective = try ConfigLoader.load(file: ("t.yaml", text)).effective
            let stop = StopSignal()
            let seen = Mutex(0)
            let daemon = Daemon(
                effective, redactor: Redactor(), logger: effective.values.log.logger(redactor: Redactor()) { _ in },
                surroundings: .init(
                    environment: { _ in nil }, exists: { _ in false },
                    print: { _ in
                        // Each event has one finding: a mutable tag.
                        if seen.withLock({ seen in
                            seen += 1
                            return seen >= count
                        }) {
                            stop.give()
                        }
                    }, abort: {}, version: "0"))
            return try await daemon.run(until: stop, reloads: AsyncStream { $0.finish() }).eventCount
        }
    }

    @Test("what is written while nobody looks is read, though nothing was when the log was first followed from its end")
    func quietStart() async throws {
        try folder.append("audit.log", HuntTests.audit("before") + "\n")
        let text = files.replacing("from: start", with: "from: end") + "ledger: {file: \(folder.file("l.db"))}\n"
        async let first = run(text)
        await eventually { heard.has("following") }
        await eventually {
            guard let ledger = try? SQLiteLedger(path: folder.file("l.db"), access: .read) else { return false }
            defer { try? ledger.close() }
            return (try? await ledger.places())?.isEmpty == false
        }
        stop.give()
        #expect(try await first.eventCount == 0)
        try folder.append("audit.log", HuntTests.audit("meanwhile") + "\n")
        #expect(try await Rest(heard: heard).run(text, until: 1) == 1)
        let names = try await kept(folder.file("l.db")).compactMap { $0.entry.key }
        #expect(names.contains { $0.contains("/meanwhile/") } && !names.contains { $0.contains("/before/") })
    }

    @Test("nothing to follow is said, with everything that was looked for")
    func nothing() async throws {
        let error = await #expect(throws: NothingToFollow.self) {
            _ = try await run("sources: {docker: {host: null}}\n".replacing("{host: null}", with: "{use: never}"))
        }
        let text = try #require(error.map { "\($0)" })
        for name in [
            "docker: not followed", "files: not found: no audit log in", "kubernetes: not found",
            "auditWebhook: not followed",
        ] {
            #expect(text.contains(name), "\(text)")
        }
    }

    @Test("an audit log in its usual place is found where nothing is named, and not looked for where something is")
    func discovery() throws {
        func setting(_ text: String) throws -> SourceSetting {
            SourceSetting(
                configuration: try ConfigLoader.load(file: ("t", text)).effective, places: [:],
                environment: { _ in nil },
                exists: { $0 == "/var/log/kubernetes/audit.log" })
        }
        guard case .followed(let sources, _, _) = try FilesOpener.open(setting("")) else {
            Issue.record("not found")
            return
        }
        #expect(sources.map(\.name) == ["/var/log/kubernetes/audit.log"])
        let named = "sources: {auditWebhook: {listen: '127.0.0.1:0', tokenFile: x}}"
        guard case .off = try FilesOpener.open(setting(named)) else {
            Issue.record("looked for")
            return
        }
        guard case .off = try KubernetesOpener.open(setting(named)) else {
            Issue.record("looked for")
            return
        }
    }

    @Test(
        "a source that has to be there and is not stops the start; one that may be is passed over",
        arguments: [true, false])
    func required(isRequired: Bool) throws {
        let text = isRequired ? "sources: {docker: {use: always}}" : ""
        let setting = SourceSetting(
            configuration: try ConfigLoader.load(file: ("t", text)).effective, places: [:],
            environment: { $0 == "DOCKER_HOST" ? "unix://\(folder.file("none.sock"))" : nil }, exists: { _ in false })
        if isRequired {
            #expect(throws: SourceUnusable.self) { try DockerOpener.open(setting) }
        } else {
            guard case .notFound(let reason) = try DockerOpener.open(setting) else {
                Issue.record("found")
                return
            }
            #expect(reason.contains("none.sock"))
        }
    }

    @Test("a cluster that does not say which one it is goes by its address, and that is said")
    func unnamedCluster() async throws {
        // No service of this century listens there (tcpmux).
        let server = "http://127.0.0.1:1"
        let kubeconfig = try folder.write(
            "kubeconfig",
            Array(
                """
                {"apiVersion":"v1","kind":"Config","current-context":"c",
                "clusters":[{"name":"c","cluster":{"server":"\(server)"}}],
                "users":[{"name":"u","user":{}}],"contexts":[{"name":"c","context":{"cluster":"c","user":"u"}}]}
                """.utf8))
        let text = "sources: {kubernetes: {use: always, allowInsecure: true, kubeconfig: '\(kubeconfig)'}}"
        let setting = SourceSetting(
            configuration: try ConfigLoader.load(file: ("t", text)).effective, places: ["x": []],
            environment: { _ in nil }, exists: { FileManager.default.fileExists(atPath: $0) })
        let change = await KubernetesOpener.recognize(setting)
        #expect(change.places.isEmpty)
        let trouble = try #require(change.trouble)
        #expect(trouble.hasPrefix("\(server): which cluster it is could not be read"), "\(trouble)")
        #expect(trouble.contains("cannot connect"), "\(trouble)")
    }

    private func rule(_ name: String, image: String) throws {
        try FileManager.default.createDirectory(atPath: folder.file("rules/\(name)"), withIntermediateDirectories: true)
        _ = try folder.write(
            "rules/\(name)/rule.yml",
            Array(
                """
                title: Image \(name)
                id: 11111111-2222-4333-8444-5555555555\(name.utf8.count % 90 + 10)
                level: high
                logsource: {product: kubernetes, service: audit}
                detection: {cel: 'event.deploys && container.image == "\(image)"'}
                message: seen
                """.utf8))
    }

    @Test("rules are read again when asked to, faulty ones leave those that were, and what is remembered stays")
    func reload() async throws {
        try rule("one", image: "i")
        let text = files + "rules: {paths: [\(folder.file("rules"))], shipped: false}\n"
        async let summary = run(text)
        try folder.append("audit.log", HuntTests.audit("a") + "\n")
        await eventually { heard.findings.count == 1 }
        _ = try folder.write("rules/one/rule.yml", Array("title: [".utf8))
        reloads.continuation.yield()
        await eventually { heard.has("those that were stay in force") }
        try folder.append("audit.log", HuntTests.audit("b") + "\n")
        await eventually { heard.findings.count == 2 }
        try rule("one", image: "other")
        reloads.continuation.yield()
        await eventually { heard.has("were read again") }
        try folder.append("audit.log", HuntTests.audit("c") + "\n")
        try folder.append(
            "audit.log", HuntTests.audit("d").replacing("\"image\":\"i\"", with: "\"image\":\"other\"") + "\n")
        await eventually { heard.findings.count == 3 }
        #expect(heard.findings.last?.container?.image == "other")
        stop.give()
        #expect(try await summary.findingCount == 3)
    }

    @Test("health, readiness and metrics are answered, and a path that is none is not")
    func server() async throws {
        let ledger = LedgerWriter(store: MemoryLedger())
        let metrics = AgentMetrics()
        let health = AgentHealth()
        let server = ObservationServer(metrics: metrics, health: health, ledger: ledger, version: "1.2", started: 5)
        #expect(await server.answer("/readyz") == HTTPAnswer(503, "starting"))
        let watch = Watch(judge: WatchTests.Silent(), ledger: ledger, metrics: metrics, health: health)
        let told = SourceNotice(source: "played", message: "following", isFollowing: true)
        _ = try await watch.run([WatchTests.Played(items: [.notice(told), WatchTests.record("a")])]) { _ in }
        #expect(await server.answer("/readyz") == HTTPAnswer(200, "ok"))
        #expect(await server.answer("/healthz") == HTTPAnswer(200, "ok"))
        let text = String(decoding: await server.answer("/metrics").body, as: UTF8.self)
        for line in [
            "tallyman_records_total{source=\"played\"} 1",
            "tallyman_events_total{source=\"played\",type=\"kubernetes:audit\"} 1", "tallyman_ledger_up 1",
            "tallyman_ledger_entries_total 1", "tallyman_ready 1", "tallyman_build_info{version=\"1.2\"} 1",
            "process_start_time_seconds 5",
        ] {
            #expect(text.split(separator: "\n").contains { $0 == line }, "\(line)")
        }
        health.stops()
        #expect(await server.answer("/readyz") == HTTPAnswer(503, "stopping"))
        #expect(ObservationServer.refusal("GET", "/etc")?.status == 404)
        #expect(ObservationServer.refusal("POST", "/metrics")?.status == 405)
        #expect(ObservationServer.refusal("GET", "/metrics") == nil)
    }

    @Test("ready is who heard of each source that it is there, or why it is not")
    func sources() async throws {
        let health = AgentHealth()
        let server = ObservationServer(
            metrics: AgentMetrics(), health: health, ledger: nil, version: "1.2", started: 5)
        try await withSourceItems(from: [WatchTests.Played(items: [])]) { items in
            health.begins(items, of: ["engine", "cluster"])
        }
        func ready() async -> HTTPAnswer { await server.answer("/readyz") }
        #expect(await ready() == HTTPAnswer(503, "starting: nothing was heard yet of cluster, engine"))
        health.note(SourceNotice(source: "engine", message: "following", isFollowing: true))
        // A remark is none that something is followed.
        health.note(SourceNotice(source: "cluster", message: "a page was large"))
        #expect(await ready() == HTTPAnswer(503, "starting: nothing was heard yet of cluster"))
        health.note(SourceNotice(source: "cluster", message: "cannot connect; trying again", isFollowing: false))
        #expect(await ready() == HTTPAnswer(200, "ok\nnot followed: cluster: cannot connect; trying again"))
        health.note(SourceNotice(source: "cluster", message: "following again", isFollowing: true))
        #expect(await ready() == HTTPAnswer(200, "ok"))
        health.remark("which cluster it is could not be read")
        #expect(await ready() == HTTPAnswer(200, "ok\nwhich cluster it is could not be read"))
    }

    @Test("a pipeline that does not move while items wait is ill, an idle one is not")
    func ailment() async throws {
        let health = AgentHealth(patience: .seconds(60))
        let now = ContinuousClock.now
        #expect(health.ailment(at: now) == nil)
        let gate = StopSignal()
        let source = WatchTests.Played(items: (0..<10).map { WatchTests.record("\($0)", line: $0) })
        let work = Task {
            try await withSourceItems(from: [source]) { items in
                health.begins(items)
                await gate.wait()
            }
        }
        await eventually { health.queue.items == 10 }
        #expect(health.ailment(at: now) == nil)
        #expect(health.ailment(at: now + .seconds(61)) != nil)
        health.took()
        #expect(health.ailment(at: now + .seconds(62)) == nil)
        gate.give()
        try await work.value
    }

    @Test("an agent that cannot listen does not start")
    func portTaken() async throws {
        let listener = try #require(RawListener())
        let text = files + "server: {listen: '127.0.0.1:\(listener.port)'}\n"
        await #expect(throws: (any Error).self) { _ = try await run(text) }
    }

    /// Takes a port of this machine.
    final class RawListener {
        let descriptor: Int32
        let port: Int

        init?() {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            self.descriptor = descriptor
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && listen(descriptor, 1) == 0
                        && getsockname(descriptor, $0, &length) == 0
                }
            }
            port = Int(UInt16(bigEndian: address.sin_port))
            guard isBound else { return nil }
        }

        deinit { close(descriptor) }
    }

    @Test("what was kept of a cluster that has not been followed for long is forgotten at the start")
    func forgetsClusters() async throws {
        let path = folder.file("l.db")
        let store = try SQLiteLedger(path: path)
        let kept = ["https://old:6443/objects/pods": [UInt8]("1 7".utf8), folder.file("other.log"): [UInt8]("{}".utf8)]
        _ = try await store.append([], places: kept)
        try store.close()
        try folder.append("audit.log", HuntTests.audit("p") + "\n")
        async let summary = run(files + "ledger: {file: \(path)}\n")
        await eventually { heard.has("following") }
        stop.give()
        _ = try await summary
        let places = try await SQLiteLedger(path: path, access: .read).places()
        #expect(places["https://old:6443/objects/pods"] == nil)
        #expect(places[folder.file("other.log")] == Array("{}".utf8))
        #expect(heard.has("forgot how far clusters were read"))
    }
}

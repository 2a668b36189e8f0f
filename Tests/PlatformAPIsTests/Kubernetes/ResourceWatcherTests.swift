import JSONView
import PlatformAPIs
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@Suite("Watching a resource", .timeLimit(.minutes(10)))
struct ResourceWatcherTests {
    static let now: Int64 = 1_795_456_333_000_000_000

    /// A clock that a test puts forward.
    final class Clock: Sendable {
        private let nanoseconds = Mutex(ResourceWatcherTests.now)

        var now: Timestamp { Timestamp(nanoseconds: nanoseconds.withLock { $0 }) }

        func pass(seconds: Int64) { nanoseconds.withLock { $0 += seconds * 1_000_000_000 } }
    }

    /// Ends watching when a test has seen enough.
    struct Enough: Error {}

    /// Runs a watcher and calls `step` with every change, as a word, until it says that it is enough.
    func watch(
        _ cluster: PlayedCluster, pageSize: Int = 500, from start: WatchStart? = nil,
        slept: @escaping @Sendable (Duration) -> Void = { _ in }, reached: (String) -> Void = { _ in },
        _ step: (String) throws -> Bool
    ) async throws {
        var options = ResourceWatcher<PlayedCluster>.Options()
        options.pageSize = pageSize
        let time = SourceTime(
            now: { Timestamp(nanoseconds: Self.now) },
            sleep: { duration in
                slept(duration)
                try await Task.sleep(for: .microseconds(100))
            }, random: { 0 })
        let watcher = ResourceWatcher(.pods, of: cluster, options: options, from: start, time: time)
        await #expect(throws: Enough.self) {
            try await watcher.run { change in
                // Told behind each list and bookmark; a test of its own looks at them.
                if case .reached(let version) = change { return reached(version) }
                if try step(word(change)) { throw Enough() }
            }
        }
    }

    func word(_ change: ResourceChange) -> String {
        switch change {
        case .listing: "listing"
        case .page(let page): "page " + names(page)
        case .listed: "listed"
        case .change(let line): names(line)
        case .expired: "expired"
        case .tooLong(let limit): "tooLong \(limit)"
        case .interrupted(let reason): "interrupted \(reason)"
        case .unavailable: "unavailable"
        case .survey(let page): "survey " + names(page)
        case .surveyed: "surveyed"
        case .reached(let version): "reached \(version)"
        }
    }

    func names(_ text: [UInt8]) -> String {
        guard let document = try? JSONParser().parse(text) else { return "?" }
        return withExtendedLifetime(document) {
            if let items = document.root["items"] {
                return items.elements.compactMap { $0["metadata"]?["name"]?.string }.joined(separator: " ")
            }
            let name = document.root["object"]?["metadata"]?["name"]?.string ?? ""
            return (document.root["type"]?.string ?? "") + " " + name
        }
    }

    @Test("objects are listed in pages, changes follow, and after a lost connection go on where they were")
    func resuming() async throws {
        let cluster = PlayedCluster()
        for name in ["a", "b", "c"] { cluster.put(name) }
        var seen: [String] = []
        try await watch(cluster, pageSize: 2) { word in
            seen.append(word)
            switch word {
            case "listed": cluster.put("d")
            case "ADDED d":
                cluster.bookmark()
                cluster.disconnect()
            case "interrupted connection lost": cluster.delete("a")
            default: break
            }
            return word == "DELETED a"
        }
        #expect(
            seen == [
                "listing", "page a b", "page c", "listed", "ADDED d", "interrupted connection lost", "DELETED a",
            ])
        #expect(cluster.requests == ["list 2 ", "list 2 2", "watch 103", "watch 104", "list 1 "])
    }

    @Test("a place that the server forgot is a gap, and everything is listed again", arguments: [true, false])
    func expired(asEvent: Bool) async throws {
        let cluster = PlayedCluster()
        cluster.put("a")
        var seen: [String] = []
        try await watch(cluster) { word in
            seen.append(word)
            if seen.count == 3 { cluster.put("b") }
            if word == "ADDED b" {
                if asEvent {
                    let status = #"{"kind":"Status","code":410,"reason":"Expired","message":"too old"}"#
                    cluster.send(.line(Array(#"{"type":"ERROR","object":\#(status)}"#.utf8)))
                } else {
                    cluster.disconnect(nil)
                    cluster.put("c")
                    cluster.compact()
                }
            }
            return seen.count > 4 && word == "listed"
        }
        let page = asEvent ? "page a b" : "page a b c"
        #expect(seen == ["listing", "page a", "listed", "ADDED b", "expired", "listing", page, "listed"])
    }

    @Test("a server that was put back to an earlier state is a gap, and everything is listed again")
    func putBack() async throws {
        let cluster = PlayedCluster()
        for name in ["a", "b", "c"] { cluster.put(name) }
        var seen: [String] = []
        try await watch(cluster) { word in
            seen.append(word)
            switch word {
            case "listed" where seen.count == 3: cluster.set(down: true)
            case "interrupted connection lost":
                cluster.restore(101, objects: ["a"])
                // Its version is one that another object had.
                cluster.put("d")
                cluster.set(down: false)
            default: break
            }
            return seen.count > 3 && word == "listed"
        }
        #expect(
            seen == [
                "listing", "page a b c", "listed", "interrupted connection lost", "expired", "listing", "page a d",
                "listed",
            ])
    }

    @Test("a bookmark moves the place from which watching goes on")
    func bookmarks() async throws {
        let cluster = PlayedCluster()
        cluster.put("a")
        try await watch(cluster) { word in
            if word == "listed" { cluster.put("b") }
            if word == "ADDED b" {
                cluster.bookmark()
                cluster.disconnect()
            }
            return word.hasPrefix("interrupted")
        }
        #expect(cluster.requests.last == "watch 101")
    }

    @Test("waits grow while the server does not answer, the reason is told once")
    func backoff() async throws {
        let cluster = PlayedCluster()
        let down = KubernetesError.unreachable(server: cluster.server, "connection refused")
        cluster.fail(down, down, down)
        let waits = Mutex<[Duration]>([])
        var seen: [String] = []
        try await watch(cluster, slept: { wait in waits.withLock { $0.append(wait) } }) { word in
            seen.append(word)
            return word == "listed"
        }
        #expect(seen == ["interrupted \(down)", "listing", "page ", "listed"])
        #expect(waits.withLock { $0 } == [.milliseconds(250), .milliseconds(500), .seconds(1)])
    }

    @Test("pages that are too large are asked for in smaller parts")
    func smaller() async throws {
        let cluster = PlayedCluster()
        for name in ["a", "b"] { cluster.put(name) }
        cluster.fail(KubernetesError.tooLarge(request: "LIST", limit: 1))
        try await watch(cluster, pageSize: 10) { $0 == "listed" }
        #expect(cluster.requests.prefix(3) == ["list 10 ", "list 1 ", "list 1 1"])
    }

    @Test("a continuation that expired begins the list again")
    func expiredPage() async throws {
        let cluster = PlayedCluster()
        for name in ["a", "b"] { cluster.put(name) }
        var seen: [String] = []
        try await watch(cluster, pageSize: 1) { word in
            seen.append(word)
            if seen.count == 2 { cluster.fail(PlayedCluster.gone) }
            return word == "listed"
        }
        #expect(seen == ["listing", "page a", "listing", "page a", "page b", "listed"])
    }

    @Test(
        "a resource that is not served, or not allowed, is said once and asked for again later", arguments: [403, 404])
    func unavailable(status: Int) async throws {
        let cluster = PlayedCluster()
        let refusal = KubernetesError.refused(request: "LIST", status: status, reason: "", message: "no")
        cluster.fail(refusal, refusal)
        let waits = Mutex<[Duration]>([])
        var seen: [String] = []
        try await watch(cluster, slept: { wait in waits.withLock { $0.append(wait) } }) { word in
            seen.append(word)
            return word == "listed"
        }
        #expect(seen == ["unavailable", "listing", "page ", "listed"])
        #expect(waits.withLock { $0 } == [.seconds(300), .seconds(300)])
    }

    @Test("a change that makes no sense is a gap, and everything is listed again", arguments: ["}{", "{}", "[1]"])
    func garbage(line: String) async throws {
        let cluster = PlayedCluster()
        var seen: [String] = []
        var lists = 0
        try await watch(cluster) { word in
            seen.append(word)
            if word == "listed" {
                lists += 1
                // The place is asked for before the change is sent, so that it is seen.
                if lists == 1 { cluster.put("a") }
            }
            if word == "ADDED a", lists == 1 { cluster.send(.line(Array(line.utf8))) }
            return lists == 2
        }
        #expect(seen.contains("expired"))
    }

    @Test("a change that is too long is told, and watching goes on")
    func tooLong() async throws {
        let cluster = PlayedCluster()
        try await watch(cluster) { word in
            if word == "listed" { cluster.put("a") }
            if word == "ADDED a" { cluster.send(.tooLong(limit: 9)) }
            return word == "tooLong 9"
        }
    }

    // MARK: Going on where an earlier process was

    static func start(_ version: Int) -> WatchStart {
        WatchStart(version: "\(version)", moment: Timestamp(nanoseconds: now - 60_000_000_000))
    }

    @Test("a new start shows what there is, and tells what happened since, down to what came and went")
    func restart() async throws {
        let cluster = PlayedCluster()
        for name in ["a", "b"] { cluster.put(name) }
        cluster.put("c")
        cluster.delete("c")
        cluster.delete("a")
        var seen: [String] = []
        try await watch(cluster, pageSize: 1, from: Self.start(102)) { word in
            seen.append(word)
            return word == "DELETED a"
        }
        #expect(seen == ["survey b", "surveyed", "ADDED c", "DELETED c", "DELETED a"])
    }

    @Test("a new start at a place that the server has forgotten is a gap from that moment, and a list")
    func restartExpired() async throws {
        let cluster = PlayedCluster()
        for name in ["a", "b"] { cluster.put(name) }
        cluster.compact()
        var seen: [String] = []
        try await watch(cluster, from: Self.start(101)) { word in
            seen.append(word)
            return word == "listed"
        }
        #expect(seen == ["survey a b", "surveyed", "expired", "listing", "page a b", "listed"])
    }

    @Test("a server that is behind the place, restored from a backup perhaps, is a gap and a list")
    func restored() async throws {
        let cluster = PlayedCluster()
        cluster.put("a")
        var seen: [String] = []
        try await watch(cluster, from: Self.start(5000)) { word in
            seen.append(word)
            return word == "listed"
        }
        #expect(seen == ["survey a", "expired", "listing", "page a", "listed"])
    }

    @Test("pages of the first look that were left begin it again; the place stays")
    func restartPages() async throws {
        let cluster = PlayedCluster()
        for name in ["a", "b"] { cluster.put(name) }
        var seen: [String] = []
        try await watch(cluster, pageSize: 1, from: Self.start(101)) { word in
            seen.append(word)
            if seen.count == 1 { cluster.fail(PlayedCluster.gone) }
            return word == "ADDED b"
        }
        #expect(seen == ["survey a", "survey a", "survey b", "surveyed", "ADDED b"])
    }

    @Test("lists and bookmarks say up to which version everything was told")
    func reached() async throws {
        let cluster = PlayedCluster()
        cluster.put("a")
        var versions: [String] = []
        try await watch(cluster, reached: { versions.append($0) }) { word in
            if word == "listed" { cluster.put("b") }
            if word == "ADDED b" {
                cluster.bookmark()
                cluster.put("c")
            }
            return word == "ADDED c"
        }
        #expect(versions == ["101", "102"])
    }

    @Test(
        "a quiet resource without bookmarks is watched on from where the server was, after a watch that stood",
        arguments: [true, false])
    func quiet(asksForPlace: Bool) async throws {
        let cluster = PlayedCluster()
        cluster.put("a")
        let clock = Clock()
        let time = SourceTime(
            now: { clock.now },
            sleep: { _ in try await Task.sleep(for: .microseconds(100)) }, random: { 0 })
        var options = ResourceWatcher<PlayedCluster>.Options()
        options.asksForPlace = asksForPlace
        let watcher = ResourceWatcher(.events, of: cluster, options: options, time: time)
        // The server's place is asked for after a watch is open.
        let opened = asksForPlace ? ["watch 101", "list 1 "] : ["watch 101"]
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while Array(cluster.requests.suffix(opened.count)) != opened {
                    try await Task.sleep(for: .microseconds(100))
                }
                clock.pass(seconds: 11)
                cluster.compact()
                cluster.disconnect(nil)
            }
            var seen: [String] = []
            await #expect(throws: Enough.self) {
                try await watcher.run { change in
                    let word = word(change)
                    seen.append(word)
                    if word == "listed" { cluster.changeOthers(times: 50) }
                    if word == "reached 151" { throw Enough() }
                }
            }
            #expect(seen.contains("expired") == !asksForPlace)
            try await group.waitForAll()
        }
    }
}

import EventSources
import JSONView
import PlatformAPIs
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@Suite("Following a cluster's workloads", .timeLimit(.minutes(10)))
struct KubernetesObjectsTests {
    struct Stage: EventSourceStage {
        let cluster = PlayedCluster()

        var source: any EventSource { KubernetesObjectsTests.source(of: cluster) }

        func happen(_ number: Int) { cluster.put("pod-\(number)") }

        func number(_ record: SourceRecord) -> Int? {
            KubernetesObjectsTests.words(record).split(separator: "pod-").last.flatMap { Int($0) }
        }

        func interrupt() { cluster.disconnect() }
    }

    static func source(of cluster: PlayedCluster) -> KubernetesObjects<PlayedCluster> {
        var options = KubernetesObjects<PlayedCluster>.Options()
        options.stages = [[.pods]]
        return KubernetesObjects(of: cluster, options: options, time: .hasty)
    }

    /// `FOUND pod-1`, `ADDED pod-2`.
    static func words(_ record: SourceRecord) -> String {
        guard let document = try? JSONParser().parse(record.bytes) else { return "unreadable" }
        return withExtendedLifetime(document) {
            let root = document.root
            let name = (root["object"] ?? root)["metadata"]?["name"]?.string ?? "nameless"
            return "\(root["type"]?.string ?? "FOUND") \(name)"
        }
    }

    @Test("Pods come in order")
    func order() async throws { try await EventSourceContract.order(Stage()) }

    @Test("a lost connection loses nothing and repeats nothing")
    func resume() async throws { try await EventSourceContract.resume(Stage()) }

    @Test("cancellation ends it")
    func cancellation() async throws {
        try await EventSourceContract.cancellationWhileIdle(Stage())
        try await EventSourceContract.cancellationWhileWaiting(Stage())
    }

    @Test("an error of the taker ends it")
    func refusal() async throws { try await EventSourceContract.refusal(Stage()) }

    /// What a Pod runs, for `PlayedCluster.put(_:extra:)`.
    static func running(_ image: String, node: String? = nil, phase: String = "Pending") -> String {
        let node = node.map { #""nodeName":"\#($0)","# } ?? ""
        return
            #","uid":"u"},"spec":{\#(node)"containers":[{"name":"app","image":"\#(image)"}]},"status":{"phase":"\#(phase)""#
    }

    /// Follows a cluster and says in words what is told, until something is.
    func follow(
        _ cluster: PlayedCluster, until last: String, _ act: @escaping (String) -> Void
    ) async throws -> [String] {
        var words: [String] = []
        try await withSourceItems(from: [Self.source(of: cluster)]) { items in
            while words.last != last, let item = try await items.next() {
                switch item {
                case .record(let record):
                    #expect(record.format == .kubernetesObjects)
                    words.append(Self.words(record))
                case .gap(let gap): words.append("gap: \(gap.reason.prefix(24))")
                case .notice(let notice) where notice.message == "following": words.append("following")
                case .notice, .mark, .pause: continue
                case .fault(let fault): words.append("\(fault)")
                }
                act(words.last ?? "")
            }
        }
        return words
    }

    @Test("what was there is found; what comes, changes and goes is told; where a Pod is put and how it fares is not")
    func changes() async throws {
        let cluster = PlayedCluster()
        cluster.put("old", extra: Self.running("web:1"))
        let words = try await follow(cluster, until: "DELETED old") { word in
            guard word == "following" else { return }
            cluster.put("old", extra: Self.running("web:1", node: "node-1"))
            cluster.put("old", extra: Self.running("web:1", node: "node-1", phase: "Running"))
            cluster.put("old", extra: Self.running("web:2", node: "node-1", phase: "Running"))
            cluster.put("new")
            cluster.delete("old")
        }
        #expect(words == ["FOUND old", "following", "MODIFIED old", "ADDED new", "DELETED old"])
    }

    @Test("after a place that the server forgot there is a gap, and the new list tells only what is different")
    func expired() async throws {
        let cluster = PlayedCluster()
        for name in ["stays", "goes"] { cluster.put(name) }
        cluster.put("changes", extra: Self.running("web:1"))
        let words = try await follow(cluster, until: "DELETED goes") { word in
            guard word == "following" else { return }
            cluster.set(down: true)
            cluster.delete("goes")
            cluster.put("comes")
            cluster.put("changes", extra: Self.running("web:2"))
            cluster.put("passes")
            cluster.delete("passes")
            cluster.compact()
            cluster.set(down: false)
        }
        #expect(words.prefix(4).sorted() == ["FOUND changes", "FOUND goes", "FOUND stays", "following"])
        #expect(
            words.dropFirst(4) == [
                "gap: the server no longer kno", "MODIFIED changes", "ADDED comes", "DELETED goes",
            ])
    }

    @Test("a change that is too long to be read is a gap")
    func tooLong() async throws {
        let cluster = PlayedCluster()
        let words = try await follow(cluster, until: "gap: a change of pods of more") { word in
            if word == "following" {
                while !cluster.requests.contains(where: { $0.hasPrefix("watch") }) {}
                cluster.send(.tooLong(limit: 10))
            }
        }
        #expect(words == ["following", "gap: a change of pods of more"])
    }

    @Test("what may not be seen is a gap, and the others are followed all the same")
    func forbidden() async throws {
        let cluster = PlayedCluster()
        cluster.fail(KubernetesError.refused(request: "LIST", status: 403, reason: "Forbidden", message: "no"))
        var options = KubernetesObjects<PlayedCluster>.Options()
        options.stages = [[KubernetesResource.workloads[0]], [.pods]]
        cluster.put("pod-1")
        var words: [String] = []
        try await withSourceItems(from: [KubernetesObjects(of: cluster, options: options, time: Self.patient)]) {
            items in
            while words.last != "following", let item = try await items.next() {
                if case .gap(let gap) = item { words.append(String(gap.reason.prefix(31))) }
                if case .record(let record) = item { words.append(Self.words(record)) }
                if case .notice(let notice) = item { words.append(notice.message) }
            }
        }
        #expect(words == ["deployments.apps cannot be seen", "FOUND pod-1", "following"])
    }

    /// A clock by which a resource that is not there is not asked for again within the test.
    static let patient = SourceTime(
        now: SourceTime.system.now, sleep: { try await Task.sleep(for: $0) }, random: { 0.5 })

    /// Notes which lists are asked for.
    struct Noting: KubernetesAPI {
        let cluster: PlayedCluster
        let asked: Log
        var server: String { cluster.server }

        final class Log: Sendable {
            private let paths = Mutex<[String]>([])
            var all: [String] { paths.withLock { $0 } }
            func add(_ path: String) { paths.withLock { $0.append(path) } }
        }

        func list(_ path: String, limit: Int, continuing token: String?) async throws -> [UInt8] {
            asked.add(path)
            return try await cluster.list(path, limit: limit, continuing: token)
        }

        func watch(_ path: String, from resourceVersion: String, seconds: Int) async throws -> PlayedCluster.Changes {
            try await cluster.watch(path, from: resourceVersion, seconds: seconds)
        }
    }

    @Test("owners are listed before what they own, so that many Pods of one Deployment are judged as one thing")
    func stages() async throws {
        let asked = Noting.Log()
        let source = KubernetesObjects(of: Noting(cluster: PlayedCluster(), asked: asked), time: .hasty)
        try await withSourceItems(from: [source]) { items in
            while let item = try await items.next() {
                if case .notice(let notice) = item, notice.message == "following" { break }
            }
        }
        let paths = asked.all
        #expect(paths.last == "/api/v1/pods")
        #expect(Set(paths.suffix(3).dropLast()) == ["/apis/apps/v1/replicasets", "/apis/batch/v1/jobs"])
        #expect(paths.prefix(6).contains("/apis/apps/v1/deployments"))
        #expect(paths.count == 9)
    }

    @Test("more objects than are remembered are a gap, said once; they are told all the same")
    func limit() async throws {
        let cluster = PlayedCluster()
        for number in 0..<5 { cluster.put("pod-\(number)") }
        var options = KubernetesObjects<PlayedCluster>.Options()
        options.stages = [[.pods]]
        options.objects = 3
        var found = 0
        var gaps: [String] = []
        try await withSourceItems(from: [KubernetesObjects(of: cluster, options: options, time: .hasty)]) { items in
            while let item = try await items.next() {
                if case .record = item { found += 1 }
                if case .gap(let gap) = item { gaps.append(gap.reason) }
                if case .notice(let notice) = item, notice.message == "following" { break }
            }
        }
        #expect(found == 5)
        #expect(gaps.count == 1 && gaps[0].hasPrefix("there are more than 3 pods"))
    }

    @Test(
        "what cannot be read as an object is a gap that says how many, and of a list with such nothing is taken for gone",
        arguments: ["7", "{}", "null", #"{"metadata":{"name":7}}"#])
    func unread(item: String) async throws {
        let cluster = PlayedCluster()
        cluster.put("stays")
        let words = try await follow(cluster, until: "ADDED last") { word in
            if word == "gap: 1 of what the server tol" { cluster.put("last") }
            guard word == "following" else { return }
            cluster.set(down: true)
            cluster.delete("stays")
            cluster.putRaw(item)
            cluster.put("comes")
            cluster.compact()
            cluster.set(down: false)
        }
        #expect(
            words == [
                "FOUND stays", "following", "gap: the server no longer kno", "ADDED comes",
                "gap: 1 of what the server tol", "ADDED last",
            ])
    }

    @Test("a change that is no object is a gap")
    func unreadChange() async throws {
        let cluster = PlayedCluster()
        let words = try await follow(cluster, until: "ADDED a") { word in
            guard word == "following" else { return }
            while !cluster.requests.contains(where: { $0.hasPrefix("watch") }) {}
            cluster.send(.line(Array(#"{"type":"MODIFIED","object":[]}"#.utf8)))
            cluster.put("a")
        }
        #expect(words == ["following", "gap: 1 of what the server tol", "ADDED a"])
    }
}

import EventSources
import PlatformAPIs
import SecurityEvents
import TestSupport
import Testing

@Suite("Following a cluster's Events", .timeLimit(.minutes(10)))
struct KubernetesEventsTests {
    struct Stage: EventSourceStage {
        let cluster = PlayedCluster()

        var source: any EventSource { KubernetesEvents(of: cluster, time: .hasty) }

        func happen(_ number: Int) { cluster.put("event-\(number)") }

        func number(_ record: SourceRecord) -> Int? { KubernetesEventsTests.number(record) }

        func interrupt() { cluster.disconnect() }
    }

    static func number(_ record: SourceRecord) -> Int? {
        let text = String(decoding: record.bytes, as: UTF8.self)
        return text.split(separator: "\"event-").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
    }

    @Test("Events come in order")
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

    @Test("a place that the server forgot is a gap; the list after it tells only what is new, and no deletions")
    func expired() async throws {
        let cluster = PlayedCluster()
        cluster.put("event-0")
        try await withSourceItems(from: [KubernetesEvents(of: cluster, time: .hasty)]) { items in
            var words: [String] = []
            while let item = try await items.next() {
                switch item {
                case .record(let record): words.append("\(Self.number(record) ?? -1)")
                case .gap(let gap): words.append(gap.reason.contains("no longer knows") ? "gap" : gap.reason)
                case .notice(let notice) where notice.message == "following":
                    words.append("following")
                    cluster.set(down: true)
                    cluster.delete("event-0")
                    cluster.put("event-1")
                    cluster.compact()
                    cluster.set(down: false)
                case .notice, .fault, .mark, .pause: break
                }
                if words.last == "1" { break }
            }
            #expect(words == ["0", "following", "gap", "1"])
        }
    }

    @Test(
        "what cannot be read as an Event is a gap that says how many, and the others are told",
        arguments: ["7", #""x""#, "null", "[]"])
    func unread(item: String) async throws {
        let cluster = PlayedCluster()
        cluster.put("event-0")
        cluster.putRaw(item)
        cluster.put("event-1")
        var words: [String] = []
        try await withSourceItems(from: [KubernetesEvents(of: cluster, time: .hasty)]) { items in
            while let item = try await items.next() {
                if case .record(let record) = item { words.append("\(Self.number(record) ?? -1)") }
                if case .gap(let gap) = item { words.append("\(gap.reason) \(gap.estimate ?? -1)") }
                if case .notice = item { break }
            }
        }
        #expect(words == ["0", "1", "1 Events could not be read 1"])
    }

    /// Follows as one process would, until a word is told, and keeps what a ledger would keep.
    func follow(
        _ cluster: PlayedCluster, _ kept: ObjectRestartTests.Kept, until last: String, _ act: (String) -> Void
    ) async throws -> [String] {
        let name = KubernetesEvents(of: cluster).name
        var words: [String] = []
        try await withSourceItems(from: [KubernetesEvents(of: cluster, place: kept.places[name], time: .hasty)]) {
            items in
            while words.last != last, let item = try await items.next() {
                switch item {
                case .record(let record):
                    words.append("\(Self.number(record) ?? -1)")
                    kept.keep(record.place)
                case .gap(let gap): words.append("gap: \(gap.reason.prefix(20))")
                case .notice(let notice) where notice.message == "following": words.append("following")
                case .mark(let mark):
                    kept.keep(mark.place)
                    words.append("mark")
                case .notice, .fault, .pause: continue
                }
                act(words.last ?? "")
            }
        }
        return words
    }

    @Test("what happened between two processes is told by the next one, and what was told before is not told again")
    func restart() async throws {
        let cluster = PlayedCluster()
        let kept = ObjectRestartTests.Kept()
        cluster.put("event-0")
        let first = try await follow(cluster, kept, until: "1") { word in if word == "mark" { cluster.put("event-1") } }
        #expect(first == ["0", "following", "mark", "1"])
        cluster.disconnect()
        cluster.put("event-2")
        let second = try await follow(cluster, kept, until: "2") { _ in }
        #expect(second == ["following", "2"])
    }

    @Test(
        "a process that was away for longer than the server remembers has a gap, and is told what the server still has")
    func away() async throws {
        let cluster = PlayedCluster()
        let kept = ObjectRestartTests.Kept()
        cluster.put("event-0")
        _ = try await follow(cluster, kept, until: "mark") { _ in }
        cluster.disconnect()
        cluster.delete("event-0")
        cluster.put("event-1")
        cluster.compact()
        let words = try await follow(cluster, kept, until: "mark") { _ in }
        #expect(words == ["following", "gap: the server no longer", "1", "mark"])
    }
}

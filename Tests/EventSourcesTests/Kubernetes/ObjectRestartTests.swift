import EventSources
import PlatformAPIs
import SecurityEvents
import TestSupport
import Testing

/// What becomes of objects while nobody looks, between the end of one process and the start of the next.
@Suite("A cluster's workloads across restarts", .timeLimit(.minutes(10)))
struct ObjectRestartTests {
    /// What a ledger keeps beside its entries.
    final class Kept {
        var places: [String: [UInt8]] = [:]

        func keep(_ place: SourcePlace?) {
            guard let place else { return }
            let bytes = place.bytes()
            places[place.source] = bytes.isEmpty ? nil : bytes
        }
    }

    /// Follows a cluster as one process would, until something is told, and keeps what a ledger would keep.
    ///
    /// - Returns: in words what is told; what is judged again only is in brackets.
    func run(
        _ cluster: PlayedCluster, _ kept: Kept, until isLast: (String) -> Bool, _ act: (String) -> Void = { _ in }
    ) async throws -> [String] {
        var options = KubernetesObjects<PlayedCluster>.Options()
        options.stages = [[.pods]]
        let name = KubernetesObjects(of: cluster).name
        let source = KubernetesObjects(
            of: cluster, options: options, places: ObjectPlaces(kept.places, of: name), time: .hasty)
        var words: [String] = []
        try await withSourceItems(from: [source]) { items in
            while !(words.last.map(isLast) ?? false), let item = try await items.next() {
                switch item {
                case .record(let record):
                    let word = KubernetesObjectsTests.words(record)
                    words.append(record.isKnown ? "(\(word))" : word)
                    kept.keep(record.place)
                    kept.keep(record.remembered)
                case .gap(let gap): words.append("gap: \(gap.reason.prefix(24))")
                case .notice(let notice) where notice.message == "following": words.append("following")
                case .mark(let mark):
                    kept.keep(mark.place)
                    await mark.kept()
                case .notice, .pause: continue
                case .fault(let fault): words.append("\(fault)")
                }
                act(words.last ?? "")
            }
        }
        return words
    }

    static let pods = ["stays", "goes", "changes"]

    /// A first process that has seen three Pods, and whose last word is kept.
    func first(_ cluster: PlayedCluster, _ kept: Kept) async throws {
        for name in Self.pods { cluster.put(name, extra: #","uid":"u-\#(name)""#) }
        let words = try await run(cluster, kept, until: { $0 == "ADDED last" }) { word in
            if word == "following" { cluster.put("last") }
        }
        #expect(words == Self.pods.map { "FOUND \($0)" } + ["following", "ADDED last"])
        #expect(kept.places.count == 5, "a place for each object and one for the resource")
    }

    /// What happens while no process looks.
    func meanwhile(_ cluster: PlayedCluster) {
        cluster.delete("goes")
        cluster.put("comes")
        cluster.put("changes", extra: #","uid":"u-changes"},"spec":{"containers":[{"name":"c","image":"x:2"}]"#)
        cluster.put("passes")
        cluster.delete("passes")
    }

    @Test("what happened meanwhile is told once, down to what came and went; what was told before is judged again only")
    func remembered() async throws {
        let cluster = PlayedCluster()
        let kept = Kept()
        try await first(cluster, kept)
        meanwhile(cluster)
        let words = try await run(cluster, kept, until: { $0 == "DELETED passes" })
        #expect(
            words == [
                "(FOUND stays)", "(FOUND last)", "following", "DELETED goes", "ADDED comes", "MODIFIED changes",
                "ADDED passes", "DELETED passes",
            ])
        // And nothing of it a third time.
        cluster.put("end")
        let again = try await run(cluster, kept, until: { $0 == "ADDED end" })
        #expect(
            again == ["(FOUND stays)", "(FOUND changes)", "(FOUND last)", "(FOUND comes)", "following", "ADDED end"])
    }

    @Test("where the server has forgotten the place there is a gap, and what is different from before is told once")
    func forgotten() async throws {
        let cluster = PlayedCluster()
        let kept = Kept()
        try await first(cluster, kept)
        meanwhile(cluster)
        cluster.compact()
        let words = try await run(cluster, kept, until: { $0 == "ADDED after" }) { word in
            if word == "DELETED goes" { cluster.put("after") }
        }
        #expect(
            words == [
                "(FOUND stays)", "(FOUND last)", "following", "gap: the server no longer kno", "MODIFIED changes",
                "ADDED comes", "DELETED goes", "ADDED after",
            ])
        cluster.put("end")
        let again = try await run(cluster, kept, until: { $0 == "ADDED end" })
        #expect(again.filter { !$0.hasPrefix("(") } == ["following", "ADDED end"])
    }

    @Test("a process that ended in the middle of its first list goes on with it: each object is told once")
    func firstList() async throws {
        let cluster = PlayedCluster()
        let kept = Kept()
        for name in Self.pods { cluster.put(name) }
        _ = try await run(cluster, kept, until: { $0 == "FOUND goes" })
        #expect(kept.places.count == 2)
        cluster.delete("stays")
        let words = try await run(cluster, kept, until: { $0 == "following" })
        #expect(words == ["(FOUND goes)", "FOUND changes", "DELETED stays", "following"])
    }

    @Test("places that make no sense are none", arguments: ["", "x", "1", "9 ", "\u{0}\n\n"])
    func nonsense(text: String) async throws {
        let cluster = PlayedCluster()
        cluster.put("a")
        let kept = Kept()
        let name = KubernetesObjects(of: cluster).name
        for place in ["/pods", "/pods/u", "/pods/", "/", "//"] { kept.places[name + place] = Array(text.utf8) }
        let words = try await run(cluster, kept, until: { $0 == "following" })
        #expect(words == ["FOUND a", "following"])
    }
}

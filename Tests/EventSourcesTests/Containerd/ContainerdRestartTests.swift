import EventSources
import PlatformAPIs
import SecurityEvents
import TestSupport
import Testing

/// What becomes of containers while nobody listens: containerd tells nothing again.
@Suite("containerd across restarts", .timeLimit(.minutes(10)))
struct ContainerdRestartTests {
    /// Follows as one process would, until something is told, and keeps what a ledger would keep.
    func run(
        _ engine: PlayedContainerd, _ kept: ObjectRestartTests.Kept, until isLast: (String) -> Bool,
        _ act: (String) async throws -> Void = { _ in }
    ) async throws -> [String] {
        let source = LiveContainerd(
            engine, options: LiveContainerdTests.quiet, places: ContainerdPlaces(kept.places, of: engine.path),
            time: LiveContainerdTests.time)
        var words: [String] = []
        try await withSourceItems(from: [source]) { items in
            while !(words.last.map(isLast) ?? false), let item = try await items.next() {
                switch item {
                case .record(let record):
                    let word = LiveContainerdTests.words(record)
                    words.append(record.isKnown ? "(\(word))" : word)
                    kept.keep(record.place)
                    kept.keep(record.remembered)
                case .gap(let gap): words.append("gap: \(gap.reason.prefix(15))")
                case .mark(let mark):
                    kept.keep(mark.place)
                    words.append("mark")
                case .notice, .pause: continue
                case .fault(let fault): words.append("\(fault)")
                }
                try await act(words.last ?? "")
            }
        }
        return words
    }

    @Test("what came, went, started and ended between two processes is told once, and what was told before is not")
    func between() async throws {
        let engine = PlayedContainerd()
        let kept = ObjectRestartTests.Kept()
        for name in ["a-stays", "b-goes", "c-ends", "d-again"] {
            engine.add(name)
            engine.run(name, process: 10)
        }
        engine.add("other", in: "default")
        let first = try await run(engine, kept, until: { $0.contains("/tasks/exit") }) { word in
            guard word == "mark" else { return }
            while !engine.isFollowed { try await Task.sleep(for: .microseconds(200)) }
            engine.add("e-new")
            engine.happen("/containers/create", "e-new")
            engine.happen("/tasks/start", "e-new", process: 11)
            engine.happen("/tasks/exit", "e-new", process: 11)
        }
        #expect(
            first == [
                "FOUND other", "FOUND a-stays", "FOUND b-goes", "FOUND c-ends", "FOUND d-again", "mark",
                "/containers/create* e-new", "/tasks/start+ e-new", "/tasks/exit+ e-new",
            ])
        engine.disconnect()
        engine.remove("b-goes")
        engine.remove("other", in: "default")
        engine.run("c-ends", process: nil)
        engine.run("d-again", process: 12)
        engine.add("f-comes")
        engine.run("f-comes", process: 13)
        let second = try await run(engine, kept, until: { $0 == "mark" })
        #expect(
            second == [
                "gap: nobody listened", "/containers/delete listed+ other", "(FOUND a-stays)", "(FOUND c-ends)",
                "(FOUND d-again)", "(FOUND e-new)", "/containers/create listed* f-comes",
                "/containers/delete listed+ b-goes", "/tasks/exit listed+ c-ends", "/tasks/exit listed+ d-again",
                "/tasks/start listed+ d-again", "/tasks/start listed+ f-comes", "mark",
            ])
        engine.disconnect()
        let third = try await run(engine, kept, until: { $0 == "mark" })
        #expect(
            third == [
                "gap: nobody listened", "(FOUND a-stays)", "(FOUND c-ends)", "(FOUND d-again)", "(FOUND e-new)",
                "(FOUND f-comes)", "mark",
            ])
    }

    @Test("a name that was given again is another container: one went and one came")
    func renamed() async throws {
        let engine = PlayedContainerd()
        let kept = ObjectRestartTests.Kept()
        engine.add("a")
        _ = try await run(engine, kept, until: { $0 == "mark" })
        engine.add("a", made: "2026-11-23T10:00:00Z")
        engine.disconnect()
        let words = try await run(engine, kept, until: { $0 == "mark" })
        #expect(
            words == [
                "gap: nobody listened", "/containers/delete listed+ a", "/containers/create listed* a", "mark",
            ])
    }

    @Test("a start whose event was on the way when a list told of it is told once; the next one is told")
    func race() async throws {
        let engine = PlayedContainerd()
        let kept = ObjectRestartTests.Kept()
        engine.add("a")
        _ = try await run(engine, kept, until: { $0 == "mark" })
        engine.run("a", process: 7)
        engine.disconnect()
        let words = try await run(engine, kept, until: { $0 == "/tasks/start+ a" }) { word in
            guard word == "mark" else { return }
            while !engine.isFollowed { try await Task.sleep(for: .microseconds(200)) }
            engine.happen("/tasks/start", "a", process: 7)
            engine.happen("/tasks/exit", "a", process: 7)
            engine.happen("/tasks/start", "a", process: 8)
        }
        #expect(
            words == [
                "gap: nobody listened", "(FOUND a)", "/tasks/start listed+ a", "mark", "/tasks/exit+ a",
                "/tasks/start+ a",
            ])
    }

    @Test("a process that ended in its first list found the rest: nothing of it came unseen")
    func firstList() async throws {
        let engine = PlayedContainerd()
        let kept = ObjectRestartTests.Kept()
        for name in ["a", "b"] { engine.add(name) }
        _ = try await run(engine, kept, until: { $0 == "FOUND a" })
        engine.disconnect()
        let words = try await run(engine, kept, until: { $0 == "mark" })
        #expect(words == ["(FOUND a)", "FOUND b", "mark"])
    }

    @Test("places that make no sense are none", arguments: ["", "x", "7", "7 ", "-1 {}", "99999999999 {}"])
    func nonsense(text: String) async throws {
        let engine = PlayedContainerd()
        engine.add("a")
        let kept = ObjectRestartTests.Kept()
        for place in ["/known/k8s.io/b", "/known/k8s.io", "/known/", "/known/k8s.io/b/c"] {
            kept.places[engine.path + place] = Array(text.utf8)
        }
        let words = try await run(engine, kept, until: { $0 == "mark" })
        #expect(words.contains("FOUND a"))
        #expect(words.count <= 3)
    }

    @Test("of a container's labels only those that say who it is are kept beside the ledger")
    func labels() async throws {
        let engine = PlayedContainerd()
        let kept = ObjectRestartTests.Kept()
        engine.add("a", labels: #"{"password":"hunter2","io.kubernetes.pod.name":"web","nerdctl/name":"n"}"#)
        _ = try await run(engine, kept, until: { $0 == "mark" })
        let texts = kept.places.values.map { String(decoding: $0, as: UTF8.self) }
        #expect(!texts.contains { $0.contains("hunter2") || $0.contains("password") })
        #expect(texts.contains { $0.contains(#""Labels":{"io.kubernetes.pod.name":"web","nerdctl/name":"n"}"#) })
    }
}

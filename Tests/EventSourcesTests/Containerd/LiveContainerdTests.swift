import EventSources
import JSONView
import PlatformAPIs
import SecurityEvents
import TestSupport
import Testing

@Suite("Following containerd", .timeLimit(.minutes(10)))
struct LiveContainerdTests {
    struct Stage: EventSourceStage {
        let engine = PlayedContainerd()

        var source: any EventSource { LiveContainerd(engine, time: .hasty) }
        // It tells nothing again, and says so.
        var tellsAgain: Bool { false }

        // A container that is made before the subscription stands is found by the next list, behind others.
        func listened() async throws {
            while !engine.isFollowed { try await Task.sleep(for: .microseconds(200)) }
        }

        func happen(_ number: Int) {
            // Lists give identifiers in their own order.
            let digits = String(number)
            let name = "c-" + String(repeating: "0", count: 6 - digits.count) + digits
            engine.add(name)
            engine.happen("/containers/create", name)
        }

        func number(_ record: SourceRecord) -> Int? {
            LiveContainerdTests.words(record).split(separator: "c-").last.flatMap { Int($0) }
        }

        func interrupt() { engine.disconnect() }
    }

    /// No lists beside the first.
    static let quiet: LiveContainerd<PlayedContainerd>.Options = {
        var options = LiveContainerd<PlayedContainerd>.Options()
        options.settling = .seconds(3600)
        return options
    }()

    /// The hasty clock, by which long waits do not end.
    static let time = SourceTime(
        now: SourceTime.system.now,
        sleep: { duration in
            if duration < .seconds(60) {
                try await SourceTime.hasty.sleep(duration)
            } else {
                try await Task.sleep(for: duration)
            }
        }, random: { 0.5 })

    /// `FOUND old`, `/containers/create new`; with `+` where the record says who the container is.
    static func words(_ record: SourceRecord) -> String {
        guard let document = try? JSONParser().parse(record.bytes) else { return "unreadable" }
        return withExtendedLifetime(document) {
            let root = document.root
            guard let topic = root["topic"]?.string else { return "FOUND \(root["ID"]?.string ?? "")" }
            let container = root["container"]?["ID"] == nil ? "" : root["container"]?["Spec"] == nil ? "+" : "*"
            let listed = root["listed"] == nil ? "" : " listed"
            return "\(topic)\(listed)\(container) \(root["event"]?["id"]?.string ?? "")"
        }
    }

    @Test("events come in order")
    func order() async throws { try await EventSourceContract.order(Stage()) }

    @Test("a lost connection is a gap; what happens afterwards is told once")
    func resume() async throws { try await EventSourceContract.resume(Stage()) }

    @Test("cancellation ends it")
    func cancellation() async throws {
        try await EventSourceContract.cancellationWhileIdle(Stage())
        try await EventSourceContract.cancellationWhileWaiting(Stage())
    }

    @Test("an error of the taker ends it")
    func refusal() async throws { try await EventSourceContract.refusal(Stage()) }

    /// Follows and says in words what is told, until something is.
    func follow(
        _ engine: PlayedContainerd, options: LiveContainerd<PlayedContainerd>.Options = quiet, until last: String,
        _ act: @escaping (String) async throws -> Void = { _ in }
    ) async throws -> [String] {
        var words: [String] = []
        try await withSourceItems(from: [LiveContainerd(engine, options: options, time: Self.time)]) { items in
            while words.last != last, let item = try await items.next() {
                switch item {
                case .record(let record): words.append(Self.words(record))
                case .gap(let gap): words.append("gap: \(gap.reason.prefix(22))")
                case .notice(let notice): words.append(String(notice.message.prefix(20)))
                case .mark, .pause: continue
                case .fault(let fault): words.append("\(fault)")
                }
                try await act(words.last ?? "")
            }
        }
        return words
    }

    @Test("what there is was found; events say who their container is; one that was gone is a gap")
    func found() async throws {
        let engine = PlayedContainerd()
        engine.add("old")
        engine.add("other", in: "default")
        let words = try await follow(engine, until: "/containers/delete+ old") { word in
            guard word == "FOUND old" else { return }
            while !engine.isFollowed { try await Task.sleep(for: .microseconds(200)) }
            engine.happen("/tasks/start", "old")
            engine.add("new")
            engine.happen("/containers/create", "new")
            engine.happen("/containers/create", "gone")
            engine.remove("old")
            engine.happen("/containers/delete", "old")
        }
        #expect(
            words == [
                "following containerd", "FOUND other", "FOUND old", "/tasks/start+ old", "/containers/create* new",
                "gap: container gone was gon", "/containers/create gone", "/containers/delete+ old",
            ])
    }

    @Test("an event whose message does not name its container is a gap; images have none to name")
    func unreadable() async throws {
        let engine = PlayedContainerd()
        engine.add("old")
        let words = try await follow(engine, until: "gap: an event could not be ") { word in
            guard word == "FOUND old" else { return }
            while !engine.isFollowed { try await Task.sleep(for: .microseconds(200)) }
            engine.happen("/images/create", "")
            engine.happen("/tasks/start", "")
        }
        #expect(words.count { $0.hasPrefix("gap: an event could not") } == 1)
        #expect(words.contains { $0.hasPrefix("/images/create") })
    }

    @Test("after a lost connection a list tells what came and went, and nothing of it twice")
    func reconciled() async throws {
        let engine = PlayedContainerd()
        engine.add("stays")
        engine.add("goes")
        let words = try await follow(engine, until: "/tasks/exit+ comes") { word in
            switch word {
            case "FOUND stays":
                engine.disconnect(down: true)
                engine.add("comes")
                engine.remove("goes")
                engine.set(down: false)
            case "/containers/delete listed+ goes":
                while !engine.isFollowed { try await Task.sleep(for: .microseconds(200)) }
                // Their events were on the way when the list was made.
                engine.happen("/containers/create", "comes")
                engine.happen("/containers/delete", "goes")
                engine.happen("/tasks/exit", "comes")
            default: break
            }
        }
        #expect(
            words.filter { !$0.hasSuffix("trying again") && !$0.hasPrefix("containerd: ") && !$0.hasPrefix("/played/") }
                == [
                    "following containerd", "FOUND goes", "FOUND stays", "following containerd",
                    "gap: the connection was los",
                    "/containers/create listed* comes", "/containers/delete listed+ goes", "/tasks/exit+ comes",
                ])
    }

    @Test("a Pod's container is told with the namespaces of its sandbox, whichever is listed first")
    func sandbox() async throws {
        let engine = PlayedContainerd()
        let pod = #""io.kubernetes.pod.uid":"u""#
        engine.add("a-container", labels: "{\(pod)}", namespaces: #"[{"type":"network","path":"/proc/7/ns/net"}]"#)
        engine.add(
            "b-sandbox", labels: #"{\#(pod),"io.cri-containerd.kind":"sandbox"}"#, namespaces: #"[{"type":"pid"}]"#)
        var found: [String] = []
        try await withSourceItems(from: [LiveContainerd(engine, options: Self.quiet, time: Self.time)]) { items in
            while found.count < 2, let item = try await items.next() {
                if case .record(let record) = item { found.append(String(decoding: record.bytes, as: UTF8.self)) }
            }
        }
        #expect(found.first?.hasSuffix(#","Sandbox":[{"type":"pid"}]}"#) == true)
    }

    @Test("a containerd that is not there is an error at the start, unless it is waited for")
    func absent() async throws {
        let engine = PlayedContainerd()
        engine.set(down: true)
        await #expect(throws: ContainerdError.notListening(path: engine.path)) {
            _ = try await follow(engine, until: "never")
        }
        var options = Self.quiet
        options.waitsForEngine = true
        let words = try await follow(engine, options: options, until: "following containerd") { word in
            engine.set(down: false)
        }
        #expect(words.count == 2)
    }

    @Test(
        "containers that come and go as fast as ten thousand a minute are each told once, with their whole description")
    func crowd() async throws {
        let engine = PlayedContainerd()
        let count = 600
        let alive = 200
        var told: [String: Int] = [:]
        try await withSourceItems(from: [LiveContainerd(engine, options: Self.quiet, time: Self.time)]) { items in
            var crowd: Task<Void, any Error>?
            defer { crowd?.cancel() }
            var deleted = 0
            while deleted < count, let item = try await items.next() {
                // What is there before the first list is found, and told as such.
                if case .mark = item, crowd == nil {
                    crowd = Task { try await Self.crowd(count, alive: alive, in: engine) }
                }
                if case .gap(let gap) = item { told["gap: \(gap.reason)", default: 0] += 1 }
                guard case .record(let record) = item else { continue }
                let word = Self.words(record)
                told[word, default: 0] += 1
                if word.hasPrefix("/containers/delete") { deleted += 1 }
            }
        }
        let wanted = Set(
            (0..<count).flatMap { number in
                ["/containers/create*", "/tasks/start+", "/tasks/exit+", "/containers/delete+"].map {
                    "\($0) \(Self.name(number))"
                }
            })
        #expect(told.filter { $0.value != 1 || !wanted.contains($0.key) } == [:])
        #expect(told.count == wanted.count)
    }

    static func name(_ number: Int) -> String { "c-\(number + 100_000)" }

    /// Makes and removes containers, 6 ms apart, so many of them there at a time.
    static func crowd(_ count: Int, alive: Int, in engine: PlayedContainerd) async throws {
        while !engine.isFollowed { try await Task.sleep(for: .milliseconds(1)) }
        for number in 0..<(count + alive) {
            if number < count {
                engine.add(name(number))
                engine.happen("/containers/create", name(number))
                engine.happen("/tasks/start", name(number), process: UInt32(number + 1))
            }
            if number >= alive {
                let ended = number - alive
                engine.happen("/tasks/exit", name(ended), process: UInt32(ended + 1))
                engine.remove(name(ended))
                engine.happen("/containers/delete", name(ended))
            }
            try await Task.sleep(for: .milliseconds(6))
        }
    }
}

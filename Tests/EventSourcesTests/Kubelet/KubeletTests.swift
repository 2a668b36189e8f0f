import EventSources
import JSONView
import PlatformAPIs
import SecurityEvents
import TestSupport
import Testing

/// One Pod with everything that a kubelet starts: an init container that fails at first, a sidecar that ends once, a
/// container that crashes again and again, and an ephemeral container.
///
/// After <https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/>, `init-containers/`, `sidecar-containers/` and
/// `ephemeral-containers/`.
enum KubeletPod {
    static let uid = "6d0f2c1e-0000-4000-8000-000000000001"
    private static let ephemeral =
        #","ephemeralContainers":[{"name":"debugger","image":"registry.example.com/debug:1","command":["sh"],"stdin":true,"tty":true,"targetContainerName":"app"}]"#

    private static func state(
        _ name: String, _ state: String, _ number: Int? = nil, restarts: Int = 0, last: String = "{}"
    )
        -> String
    {
        let identifier = number.map { "containerd://\(container($0))" } ?? ""
        return
            #"{"name":"\#(name)","state":\#(state),"lastState":\#(last),"restartCount":\#(restarts),"image":"registry.example.com/\#(name):1","imageID":"","containerID":"\#(identifier)","ready":false}"#
    }

    static func container(_ number: Int) -> String {
        String(repeating: "0", count: 62) + (number < 10 ? "0" : "") + String(number)
    }

    private static let waiting = #"{"waiting":{"reason":"PodInitializing"}}"#
    private static let crashing =
        #"{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 10s restarting failed container"}}"#
    private static let running = #"{"running":{"startedAt":"2026-11-23T09:00:02Z"}}"#
    private static let failed = #"{"terminated":{"exitCode":1,"reason":"Error"}}"#
    private static let completed = #"{"terminated":{"exitCode":0,"reason":"Completed"}}"#

    /// The states of the Pod as the API server tells them one after the other, for `PlayedCluster.put(_:extra:)`.
    static let states: [String] = {
        var states: [String] = []
        var (node, debugger, deletion) = ("", "", "")
        var (migrate, log, app) = (state("migrate", waiting), state("log", waiting), state("app", waiting))
        var ephemeralState: String?
        func add(_ phase: String) {
            let spec =
                #"{"restartPolicy":"Always","serviceAccountName":"web"\#(node),"initContainers":[{"name":"migrate","image":"registry.example.com/migrate:3","command":["/migrate"]},{"name":"log","image":"registry.example.com/log:2","args":["--follow"],"restartPolicy":"Always"}],"containers":[{"name":"app","image":"registry.example.com/app:7","args":["--serve"]}]\#(debugger)}"#
            let ephemeral = ephemeralState.map { #","ephemeralContainerStatuses":[\#($0)]"# } ?? ""
            states.append(
                #","uid":"\#(uid)","creationTimestamp":"2026-11-23T09:00:00Z"\#(deletion)},"spec":\#(spec),"status":{"phase":"\#(phase)","initContainerStatuses":[\#(migrate),\#(log)],"containerStatuses":[\#(app)]\#(ephemeral)"#
            )
        }
        add("Pending")
        node = #","nodeName":"node-1""#
        add("Pending")
        migrate = state("migrate", running, 1)
        add("Pending")
        migrate = state("migrate", failed, 1)
        add("Pending")
        migrate = state("migrate", crashing, 1, restarts: 1, last: failed)
        add("Pending")
        migrate = state("migrate", running, 2, restarts: 1, last: failed)
        add("Pending")
        migrate = state("migrate", completed, 2, restarts: 1, last: failed)
        add("Pending")
        log = state("log", running, 3)
        add("Pending")
        for restart in 0..<3 {
            app = state("app", running, 4 + restart, restarts: restart, last: failed)
            add("Running")
            app = state("app", failed, 4 + restart, restarts: restart, last: failed)
            add("Running")
            app = state("app", crashing, 4 + restart, restarts: restart + 1, last: failed)
            add("Running")
        }
        log = state("log", completed, 3)
        add("Running")
        log = state("log", running, 7, restarts: 1, last: completed)
        add("Running")
        debugger = Self.ephemeral
        add("Running")
        ephemeralState = state("debugger", running, 8)
        add("Running")
        ephemeralState = state("debugger", completed, 8)
        add("Running")
        deletion = #","deletionTimestamp":"2026-11-23T10:00:00Z","deletionGracePeriodSeconds":30"#
        add("Running")
        return states
    }()

    /// What containerd is told to do by the kubelet.
    enum Step: Hashable {
        case create(Int), start(Int), exit(Int), remove(Int)
    }

    /// The Pod's sandbox is 0; a kubelet starts none again but makes another of the same name.
    static let names = ["", "migrate", "migrate", "log", "app", "app", "app", "log", "debugger"]
    static let steps: [Step] = [
        .create(0), .start(0), .create(1), .start(1), .exit(1), .create(2), .start(2), .exit(2), .remove(1), .create(3),
        .start(3), .create(4), .start(4), .exit(4), .create(5), .start(5), .exit(5), .remove(4), .create(6), .start(6),
        .exit(3), .create(7), .start(7), .remove(3), .create(8), .start(8), .exit(8), .exit(7), .exit(6), .remove(2),
        .remove(5), .remove(6), .remove(7), .remove(8), .exit(0), .remove(0),
    ]

    /// Does a step; with nobody to tell, containerd tells nobody later.
    static func take(_ step: Step, _ engine: PlayedContainerd) {
        switch step {
        case .create(let number):
            let name = names[number]
            let labels = [
                #""io.kubernetes.pod.uid":"\#(uid)""#, #""io.kubernetes.pod.name":"web-1""#,
                #""io.kubernetes.pod.namespace":"shop""#,
                #""io.cri-containerd.kind":"\#(number == 0 ? "sandbox" : "container")""#,
            ]
            engine.add(
                container(number),
                labels:
                    "{\((labels + (number == 0 ? [] : [#""io.kubernetes.container.name":"\#(name)""#])).joined(separator: ","))}",
                namespaces: #"[{"type":"pid"},{"type":"network"}]"#,
                image: number == 0 ? "registry.k8s.io/pause:3.10" : "registry.example.com/\(name):1",
                process: number == 0 ? #"{"args":["/pause"]}"# : #"{"args":["/\#(name)"]}"#)
            engine.happen("/containers/create", container(number))
        case .start(let number):
            let process = UInt32(100 + number)
            engine.run(container(number), process: process)
            engine.happen("/tasks/create", container(number))
            engine.happen("/tasks/start", container(number), process: process)
        case .exit(let number):
            engine.run(container(number), process: nil)
            engine.happen("/tasks/exit", container(number), process: UInt32(100 + number))
            engine.happen("/tasks/delete", container(number))
        case .remove(let number):
            engine.remove(container(number))
            engine.happen("/containers/delete", container(number))
        }
    }
}

/// Whatever a kubelet starts is told once, with all that describes it, wherever the process is killed.
@Suite("A kubelet's containers", .timeLimit(.minutes(20)))
struct KubeletTests {
    /// What an event says, as far as it is the same in every run.
    static func read(_ record: SourceRecord) -> [String] {
        var words: [String] = []
        var reader = LogReader(forced: record.format)
        record.bytes.withUnsafeBytes { bytes in
            reader.read(bytes, at: record.position) { event in
                guard event.action != .other else { return }
                let kind = event.workload?.kindText
                let namespace = event.workload?.namespace.map { String($0) }
                let containers = event.containers.map { Self.words(of: $0) }.joined(separator: ", ")
                words.append("\(event.action) \(kind ?? "-") \(namespace ?? "-") \(containers)")
            }
        }
        #expect(reader.takeDiagnostics().map(\.message) == [])
        return words
    }

    private static func words(of container: Container) -> String {
        var arguments: [String] = []
        for list in [container.command, container.args] {
            if let list { arguments += list.elements.compactMap { $0.string } }
        }
        let name = container.name.map { String($0) }
        let image = container.image.flatMap { $0.string }
        return "\(container.role) \(name ?? "-") \(image ?? "-") \(arguments)"
    }

    // MARK: Pods

    /// Follows a cluster as one process would, until an object is told, and keeps what a ledger would keep.
    func follow(
        _ cluster: PlayedCluster, _ kept: ObjectRestartTests.Kept, until last: String, _ act: () -> Void
    ) async throws -> [String] {
        var options = KubernetesObjects<PlayedCluster>.Options()
        options.stages = [[.pods]]
        let places = ObjectPlaces(kept.places, of: KubernetesObjects(of: cluster).name)
        let source = KubernetesObjects(of: cluster, options: options, places: places, time: .hasty)
        var told: [String] = []
        try await withSourceItems(from: [source]) { items in
            while let item = try await items.next() {
                switch item {
                case .record(let record):
                    kept.keep(record.place)
                    kept.keep(record.remembered)
                    guard !record.isKnown else { continue }
                    if KubernetesObjectsTests.words(record).hasSuffix(last) { return }
                    if !KubernetesObjectsTests.words(record).contains("end-") { told += Self.read(record) }
                case .mark(let mark): kept.keep(mark.place)
                case .gap(let gap): told.append("gap: \(gap.reason)")
                case .notice(let notice) where notice.message == "following": act()
                case .notice, .pause: continue
                case .fault(let fault): told.append("\(fault)")
                }
            }
        }
        return told
    }

    @Test(
        "a Pod's states are one creation with all of its containers, one change and one end, wherever a process is killed",
        arguments: 0...KubeletPod.states.count)
    func pod(cut: Int) async throws {
        let cluster = PlayedCluster()
        let kept = ObjectRestartTests.Kept()
        var told = try await follow(cluster, kept, until: "end-1") {
            for state in KubeletPod.states[..<cut] { cluster.put("web-1", extra: state) }
            cluster.put("end-1")
        }
        cluster.disconnect()
        // Some of it happens while no process looks.
        let unseen = min(cut + 3, KubeletPod.states.count)
        for state in KubeletPod.states[cut..<unseen] { cluster.put("web-1", extra: state) }
        told += try await follow(cluster, kept, until: "end-2") {
            for state in KubeletPod.states[unseen...] { cluster.put("web-1", extra: state) }
            cluster.delete("web-1")
            cluster.put("end-2")
        }
        let first = [
            #"main app registry.example.com/app:7 ["--serve"]"#,
            #"init migrate registry.example.com/migrate:3 ["/migrate"]"#,
            #"sidecar log registry.example.com/log:2 ["--follow"]"#,
        ]
        let all = (first + [#"ephemeral debugger registry.example.com/debug:1 ["sh"]"#]).joined(separator: ", ")
        #expect(
            told == [
                "create Pod default \(first.joined(separator: ", "))", "modify Pod default \(all)",
                "delete Pod default \(all)",
            ])
    }

    // MARK: containerd

    /// Follows containerd as one process would, until a container is told, and keeps what a ledger would keep.
    func follow(
        _ engine: PlayedContainerd, _ kept: ObjectRestartTests.Kept, until last: String, _ act: () async throws -> Void
    ) async throws -> [String] {
        let source = LiveContainerd(
            engine, options: LiveContainerdTests.quiet, places: ContainerdPlaces(kept.places, of: engine.path),
            time: LiveContainerdTests.time)
        var told: [String] = []
        var hasActed = false
        try await withSourceItems(from: [source]) { items in
            while let item = try await items.next() {
                switch item {
                case .record(let record):
                    kept.keep(record.place)
                    kept.keep(record.remembered)
                    guard !record.isKnown else { continue }
                    let word = LiveContainerdTests.words(record)
                    if word.hasSuffix(last) { return }
                    guard !word.contains("end-") else { continue }
                    let number = word.suffix(2)
                    told += Self.read(record).map { "\(number) \($0)" }
                case .mark(let mark):
                    kept.keep(mark.place)
                    guard !hasActed else { continue }
                    hasActed = true
                    while !engine.isFollowed { try await Task.sleep(for: .microseconds(200)) }
                    try await act()
                case .notice, .pause, .gap: continue
                case .fault(let fault): told.append("\(fault)")
                }
            }
        }
        return told
    }

    /// Does a step of which somebody hears, a container's making early enough for it to be described.
    func heard(_ step: KubeletPod.Step, _ engine: PlayedContainerd) async throws {
        KubeletPod.take(step, engine)
        guard case .create(let number) = step else { return }
        while !engine.hasDescribed(KubeletPod.container(number)) { try await Task.sleep(for: .microseconds(200)) }
    }

    /// Where the first process is killed, and from where on the second one listens.
    static let cuts: [(from: Int, to: Int)] = (0...KubeletPod.steps.count).flatMap { from in
        [0, 1, 4, 9, KubeletPod.steps.count].map { (from, min(from + $0, KubeletPod.steps.count)) }
    }

    @Test(
        "each container that is made, started, ended and removed is told once, the sandbox not at all; only what nobody could see is missing",
        arguments: cuts)
    func containerd(from: Int, to: Int) async throws {
        let engine = PlayedContainerd()
        let kept = ObjectRestartTests.Kept()
        var told = try await follow(engine, kept, until: "end-1") {
            for step in KubeletPod.steps[..<from] { try await heard(step, engine) }
            engine.add("end-1")
            engine.happen("/containers/create", "end-1")
        }
        engine.disconnect()
        for step in KubeletPod.steps[from..<to] { KubeletPod.take(step, engine) }
        told += try await follow(engine, kept, until: "end-2") {
            for step in KubeletPod.steps[to...] { try await heard(step, engine) }
            engine.add("end-2")
            engine.happen("/containers/create", "end-2")
        }
        #expect(told.sorted() == Self.expected(unheard: from..<to).sorted())
    }

    /// What there is to tell where some steps were heard by nobody: what a list shows afterwards.
    static func expected(unheard: Range<Int>) -> [String] {
        var expected: [String] = []
        let at = Dictionary(uniqueKeysWithValues: KubeletPod.steps.enumerated().map { ($1, $0) })
        for number in 1..<KubeletPod.names.count {
            let name = KubeletPod.names[number]
            let image = "registry.example.com/\(name):1"
            let who = "Pod shop main \(name) \(image)"
            func place(_ step: KubeletPod.Step) -> Int { at[step] ?? .max }
            let (made, started) = (place(.create(number)), place(.start(number)))
            let (ended, removed) = (place(.exit(number)), place(.remove(number)))
            func isListed(_ step: Int) -> Bool { unheard.contains(step) }
            let isGone = isListed(removed)
            let identifier = String(KubeletPod.container(number).suffix(2))
            if !isListed(made) || !isGone { expected.append(#"\#(identifier) create \#(who) ["/\#(name)"]"#) }
            if !isListed(started) || !isListed(ended) { expected.append("\(identifier) start \(who) []") }
            let wasSeenRunning = !isListed(started)
            if !isListed(ended) || (wasSeenRunning && !isGone) { expected.append("\(identifier) stop \(who) []") }
            if !isGone || !isListed(made) { expected.append("\(identifier) delete \(who) []") }
        }
        return expected
    }
}

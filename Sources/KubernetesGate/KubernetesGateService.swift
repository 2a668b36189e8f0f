package import Admission
package import Gate
package import HTTPListener
internal import JSONView
internal import Ledger
package import PlatformAPIs
package import SecurityEvents
internal import Synchronization

/// Decides what an API server asks its validating webhook about.
package final class KubernetesGateService: Sendable {
    /// How it answers.
    package struct Options: Sendable {
        /// How long a decision may take from the whole body on, unless the API server waits for less.
        package var deadline: Duration = .seconds(2)
        /// The webhook configurations that nobody but ``guardians`` may change: the gate's own.
        package var guarded: [String] = []
        /// The accounts that may.
        package var guardians: [String] = []

        /// Makes the usual options.
        package init() {}
    }

    /// What is exchanged as one at a reload.
    private struct Loaded: Sendable {
        var templates: [GateFile.TemplatePlace]
    }

    private let pool: ReviewerPool
    private let loaded: Mutex<Loaded>
    private let readings = ReadingPool()
    private let knowledge: ClusterKnowledge
    private let journal: DecisionJournal
    private let exemptions: @Sendable () -> [Exemption]
    private let options: Options
    private let time: SourceTime
    private let counters = GateCounters()
    private let pace = AnswerPace()
    /// Whether others should be asked from now on.
    private let isEnding = Atomic(false)

    /// Makes a gate.
    ///
    /// - Parameters:
    ///   - rules: all that it judges by.
    ///   - templates: where custom resources keep Pod templates.
    ///   - knowledge: what is known of the cluster.
    ///   - journal: takes decisions down.
    ///   - exemptions: the exemptions whose signatures were checked.
    ///   - options: how it answers.
    ///   - time: the clock to go by.
    package init(
        rules: GateRules, templates: [GateFile.TemplatePlace] = [], knowledge: ClusterKnowledge,
        journal: DecisionJournal, exemptions: @escaping @Sendable () -> [Exemption] = { [] },
        options: Options = Options(), time: SourceTime = .system
    ) {
        pool = ReviewerPool(rules)
        loaded = Mutex(Loaded(templates: templates))
        self.knowledge = knowledge
        self.journal = journal
        self.exemptions = exemptions
        self.options = options
        self.time = time
    }

    /// What the next request is judged by.
    package var rules: GateRules { pool.rules }

    /// Judges by other rules from the next request on.
    package func exchange(rules: GateRules, templates: [GateFile.TemplatePlace]) {
        pool.exchange(for: rules)
        loaded.withLock { $0.templates = templates }
    }

    /// The path that an API server is told.
    package static let path = "/admit"

    /// What the listener is given.
    ///
    /// - Parameter certificateExpiry: until when the certificate that is shown is valid.
    /// - Returns: the handlers.
    package func handlers(certificateExpiry: @escaping @Sendable () -> Timestamp? = { nil }) -> HTTPListener.Handlers {
        HTTPListener.Handlers(
            admit: { head in
                switch head.path {
                case Self.path: head.method == "POST" ? nil : HTTPAnswer(405, "reviews are sent with POST")
                case "/healthz", "/readyz", "/metrics":
                    head.method == "GET" ? nil : HTTPAnswer(405, "this is only read")
                default: HTTPAnswer(404, "reviews go to \(Self.path)")
                }
            },
            incident: { [counters] incident in
                if case .bodyTooLarge = incident { counters.countTooLarge() }
            },
            ending: { self.isEnding.store(true, ordering: .relaxed) },
            respondAtOnce: { request in
                // What may take long must not hold up whoever is read by the same thread.
                guard request.body.count <= Self.shortBody, !self.pace.isSlow else { return nil }
                return self.respond(request, certificateExpiry)
            },
            respond: { request in self.respond(request, certificateExpiry) })
    }

    /// A body of which reading and judging take no longer than handing it to another thread.
    private static let shortBody = 128 << 10

    private func respond(_ request: HTTPRequest, _ certificateExpiry: @Sendable () -> Timestamp?) -> HTTPAnswer {
        switch request.path {
        case Self.path:
            let start = ContinuousClock.now
            defer { pace.note(ContinuousClock.now - start) }
            return answer(request)
        case "/metrics":
            return HTTPAnswer(
                200,
                counters.text(
                    lost: journal.counts.lost, kept: journal.counts.kept, certificateExpiry: certificateExpiry()))
        case "/readyz" where isEnding.load(ordering: .relaxed): return HTTPAnswer(503, "the gate ends")
        default: return HTTPAnswer(200, "ok")
        }
    }

    /// Answers an AdmissionReview.
    package func answer(_ request: HTTPRequest) -> HTTPAnswer {
        let now = time.now()
        do throws(ReviewReading.Fault) {
            let read = try readings.read(request.body, templates: loaded.withLock { $0.templates }, at: now)
            return decide(read, at: now, deadline: request.received + allowed(request), since: request.received)
        } catch {
            counters.countFault()
            return HTTPAnswer(400, error.reason)
        }
    }

    /// How long the API server waits, less what the way back takes; never longer than the gate's own time.
    private func allowed(_ request: HTTPRequest) -> Duration {
        for parameter in request.query.split(separator: "&") where parameter.hasPrefix("timeout=") {
            let written = parameter.dropFirst("timeout=".count)
            guard written.hasSuffix("s"), let seconds = Double(written.dropLast()), seconds > 0, seconds < 3600 else {
                break
            }
            return min(options.deadline, .milliseconds(Int(seconds * 800)))
        }
        return options.deadline
    }

    private func decide(
        _ read: ReviewReading.Read, at now: Timestamp, deadline: ContinuousClock.Instant,
        since start: ContinuousClock.Instant
    ) -> HTTPAnswer {
        var request = read.request
        request.inventory = knowledge.inventory
        request.exemptions = exemptions()
        let target = describeTarget(&request)
        if let objection = Guard.objection(to: request.event, options: options) { request.objections.append(objection) }
        let asked = request
        let decision = pool.withReviewer { $0.review(asked, until: deadline) }
        counters.count(decision, took: ContinuousClock.now - start)
        defer { withExtendedLifetime((asked.event.document, asked.event.attachments)) {} }
        if !read.isDryRun {
            if decision.isKept(for: asked.event) {
                journal.keep(
                    .decision(
                        DecisionRecord(
                            time: now, gate: "kubernetes", decision: decision,
                            request: EventRecord(copying: asked.event))))
            }
            if decision.verdict != .deny { announce(asked.event) }
        }
        var answer = HTTPAnswer(200)
        answer.contentType = "application/json"
        answer.body = ReviewAnswer.body(decision, uid: read.uid, target: target)
        return answer
    }

    /// Says what the Pod is that a connection goes to.
    ///
    /// - Returns: what is known, for the audit log; nil for what is no connection to a Pod.
    private func describeTarget(_ request: inout ReviewRequest) -> String? {
        guard request.event.verb.map({ $0 == "CONNECT" }) ?? false,
            request.event.target.resource.map({ $0 == "pods" }) ?? false, let name = request.event.target.name
        else { return nil }
        let namespace = request.event.target.namespace.map { String($0) } ?? ""
        guard let pod = knowledge.pod(namespace: namespace, name: String(name)) else { return "unknown" }
        request.event.describe(pod: pod)
        let images = request.event.containers.prefix(8).compactMap { $0.image?.string }.joined(separator: " ")
        let account = request.event.workload?.serviceAccount.map { String($0) } ?? ""
        return "images: \(images); service account: \(account)"
    }

    private func announce(_ event: borrowing Event) {
        guard event.action == .create, event.target.resource.map({ $0 == "namespaces" }) ?? false,
            let object = event.object
        else { return }
        knowledge.announce(object)
    }
}

extension Decision {
    /// Whether a decision is written down: whatever speaks against a request does, and what grants a way in.
    fileprivate func isKept(for event: borrowing Event) -> Bool {
        if verdict != .allow || !reasons.isEmpty || !unjudged.isEmpty { return true }
        switch event.action {
        case .exec, .attach, .connect: return true
        default: break
        }
        let resource = event.target.resource.map { String($0) } ?? ""
        let part = event.target.subresource.map { String($0) } ?? ""
        return part == "scale" || part == "resize" || resource == "runtimeclasses"
            || event.target.apiGroup.map { $0 == "admissionregistration.k8s.io" || $0 == "rbac.authorization.k8s.io" }
                ?? false
    }
}

package import HTTPListener
package import Ledger
internal import Reports

/// Answers `/healthz`, `/readyz` and `/metrics`.
package struct ObservationServer: Sendable {
    private let metrics: AgentMetrics
    private let health: AgentHealth
    private let ledger: LedgerWriter?
    private let version: String
    private let started: Double

    /// Makes a server.
    ///
    /// - Parameters:
    ///   - metrics: what is counted.
    ///   - health: whether the agent does its work.
    ///   - ledger: what keeps entries; nil where nothing does.
    ///   - version: the version of the program.
    ///   - started: when the agent started, in seconds since 1970.
    package init(metrics: AgentMetrics, health: AgentHealth, ledger: LedgerWriter?, version: String, started: Double) {
        self.metrics = metrics
        self.health = health
        self.ledger = ledger
        self.version = version
        self.started = started
    }

    /// Where requests go.
    package var handlers: HTTPListener.Handlers {
        HTTPListener.Handlers(
            admit: { Self.refusal($0.method, $0.path) }, respond: { await answer($0.path) })
    }

    /// What a request is refused with; nil where it is answered.
    static func refusal(_ method: String, _ path: String) -> HTTPAnswer? {
        guard paths.contains(path) else {
            return HTTPAnswer(404, "there are " + paths.sorted().joined(separator: ", "))
        }
        return method == "GET" ? nil : HTTPAnswer(405, "only GET is answered")
    }

    private static let paths: Set = ["/healthz", "/readyz", "/metrics"]

    /// Answers a request for a path.
    func answer(_ path: String) async -> HTTPAnswer {
        let state = await ledger?.state
        switch path {
        case "/healthz":
            let ailment = health.ailment()
            return HTTPAnswer(ailment == nil ? 200 : 503, ailment ?? "ok")
        case "/readyz":
            let obstacle = health.obstacle(ledger: state)
            let lines = [obstacle ?? "ok"] + health.remarks
            return HTTPAnswer(obstacle == nil ? 200 : 503, lines.map(visible).joined(separator: "\n"))
        default:
            var moment = MetricsMoment()
            let queue = health.queue
            moment.queue = (queue.items, queue.bytes)
            moment.queueCapacity = queue.capacity
            moment.ledger = state
            moment.isReady = health.obstacle(ledger: state) == nil
            moment.started = started
            moment.version = version
            var answer = HTTPAnswer(200)
            answer.contentType = PrometheusText.contentType
            answer.body = Array(metrics.prometheus(moment).utf8)
            return answer
        }
    }
}

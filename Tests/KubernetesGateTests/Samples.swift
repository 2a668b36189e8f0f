import Admission
import Gate
import HTTPListener
import JSONView
import Ledger
import PlatformAPIs
import Rules
import SecurityEvents
import Synchronization

@testable import KubernetesGate

/// A moment that tests agree on.
let noon = Timestamp(nanoseconds: 1_795_435_200_000_000_000)

extension Timestamp {
    /// So many seconds later.
    func adding(seconds: Int64) -> Timestamp { Timestamp(nanoseconds: nanoseconds + seconds * 1_000_000_000) }
}

/// A clock that a test sets; waiting takes no time.
final class TestClock: Sendable {
    private let moment = Mutex(noon)
    var now: Timestamp { moment.withLock { $0 } }
    func advance(seconds: Int64) { moment.withLock { $0 = $0.adding(seconds: seconds) } }
    var time: SourceTime { SourceTime(now: { self.now }, sleep: { _ in }, random: { 0.5 }) }
}

/// An AdmissionReview, made of its parts.
struct Review {
    var operation = "CREATE"
    var resource = "pods"
    var group = ""
    var subresource = ""
    var namespace = "shop"
    var name = "web"
    var user = "carol"
    var object = "null"
    var oldObject = "null"
    var uid = "705ab4f5-6393-11e8-b7cc-42010a800002"
    var isDryRun = false

    var json: String {
        """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"\(uid)",\
        "kind":{"group":"\(group)","version":"v1","kind":"Thing"},\
        "resource":{"group":"\(group)","version":"v1","resource":"\(resource)"},"subResource":"\(subresource)",\
        "name":"\(name)","namespace":"\(namespace)","operation":"\(operation)",\
        "userInfo":{"username":"\(user)","groups":["system:authenticated"]},"object":\(object),\
        "oldObject":\(oldObject),"dryRun":\(isDryRun),"options":null}}
        """
    }
}

/// A Pod of one container.
func pod(privileged: Bool = false) -> String {
    #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop"},"spec":{"containers":[{"name":"web","image":"registry.k8s.io/web:1.0.0","securityContext":{"privileged":\#(privileged)}}]}}"#
}

/// The shipped rules, loaded once.
private let shippedRules = Result { try RuleLibrary.load() }

/// A gate of the shipped rules, and what it wrote down.
struct TestGate {
    let service: KubernetesGateService
    let journal: DecisionJournal
    let ledger: MemoryLedger
    let knowledge = ClusterKnowledge()

    init(
        settings: GateSettings = GateSettings(), templates: [GateFile.TemplatePlace] = [],
        options: KubernetesGateService.Options = .init(), exemptions: [Exemption] = []
    ) throws {
        ledger = MemoryLedger()
        journal = DecisionJournal(store: ledger, say: { _ in })
        var options = options
        if options.deadline == .seconds(2) { options.deadline = .seconds(600) }
        service = KubernetesGateService(
            rules: GateRules(library: try shippedRules.get(), settings: settings), templates: templates,
            knowledge: knowledge, journal: journal, exemptions: { exemptions }, options: options,
            time: TestClock().time)
    }

    /// Asks.
    func ask(_ review: Review) throws -> Answered { try Answered(service.answer(request(review.json))) }

    /// What the ledger has once everything was written.
    func decisions() async throws -> [DecisionRecord] {
        journal.finish()
        await journal.run()
        return await ledger.entries.compactMap { if case .decision(let record) = $0 { record } else { nil } }
    }
}

/// What an API server reads of an answer, copied.
struct Answered {
    let status: Int
    let apiVersion: String?
    let kind: String?
    let uid: String?
    let isAllowed: Bool?
    let code: Int64?
    let message: String
    let warnings: [String]
    let annotations: [String: String]

    init(_ answer: HTTPAnswer) throws {
        status = answer.status
        let document = try JSONParser().parse(answer.body)
        // Values do not keep their document.
        defer { withExtendedLifetime(document) {} }
        let response = document.root["response"]
        apiVersion = document.root["apiVersion"]?.string
        kind = document.root["kind"]?.string
        uid = response?["uid"]?.string
        isAllowed = response?["allowed"]?.bool
        code = response?["status"]?["code"]?.int64
        let written = response?["status"]?["message"]?.string
        message = written ?? ""
        warnings = response?["warnings"].map { $0.elements.compactMap(\.string) } ?? []
        let members = response?["auditAnnotations"].map { Array($0.members) } ?? []
        annotations = Dictionary(uniqueKeysWithValues: members.map { (String($0.key), $0.value.string ?? "") })
    }
}

/// A request of an API server.
func request(_ body: String, query: String = "") -> HTTPRequest {
    HTTPRequest(method: "POST", path: "/admit", body: Array(body.utf8), query: query)
}

internal import Admission
internal import Gate
internal import JSONView
internal import SecurityEvents

/// Reads the AdmissionReviews (admission.k8s.io/v1) that an API server sends.
struct ReviewReading {
    /// What was read.
    struct Read {
        var request: ReviewRequest
        /// The request's own name, which the answer has to repeat.
        var uid: String
        var isDryRun: Bool
    }

    /// Why a body is no AdmissionReview.
    ///
    /// The API server takes it for a failure of the webhook: its failure policy decides.
    struct Fault: Error, Equatable {
        var reason: String
    }

    /// What the reader accepts: the API server refuses objects of more than 3 MiB, and two of them may be in a review.
    static let limits = JSONLimits(size: 16 << 20, depth: 256)

    private let parser = JSONParser(limits: limits)
    private var reader = AdmissionReviewReader()

    init() {}

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - body: what was sent.
    ///   - templates: where custom resources keep Pod templates.
    ///   - now: the time.
    /// - Returns: the request.
    /// - Throws: `Fault`.
    mutating func read(
        _ body: [UInt8], templates: [GateFile.TemplatePlace], at now: Timestamp
    ) throws(Fault) -> Read {
        let document: JSONDocument
        do throws(JSONError) { document = try parser.parse(body) } catch { throw Fault(reason: error.description) }
        let root = document.root
        if let fault = document.firstDuplicateKey() { throw Fault(reason: fault.description) }
        guard root["kind"]?.text.map({ $0 == "AdmissionReview" }) ?? false,
            root["apiVersion"]?.text.map({ $0 == "admission.k8s.io/v1" }) ?? false
        else { throw Fault(reason: "no AdmissionReview of admission.k8s.io/v1") }
        guard let request = root["request"], request.kind == .object else { throw Fault(reason: "it has no request") }
        guard let uid = request["uid"]?.string, !uid.isEmpty, uid.utf8.count <= 128 else {
            throw Fault(reason: "the request has no uid")
        }
        guard let operation = request["operation"]?.text, let resource = request["resource"]?["resource"]?.text,
            !resource.isEmpty, ["CREATE", "UPDATE", "DELETE", "CONNECT"].contains(String(operation))
        else { throw Fault(reason: "the request names no resource or no operation") }
        var made: Read?
        do throws(ReadFault) {
            try reader.read(document, at: SourcePosition(name: "admission", line: 1)) { event in
                var event = copy event
                event.time = now
                // Rules ask what would be; whether it is a trial is the answer's business.
                let isDryRun = event.isDryRun
                event.isDryRun = false
                Self.describeTemplate(&event, templates)
                var request = ReviewRequest(event, gate: "kubernetes", id: uid, time: now)
                request.unjudged = Self.missing(event)
                request.isComplete = true
                made = Read(request: request, uid: uid, isDryRun: isDryRun)
            }
        } catch { throw Fault(reason: error.reason) }
        guard let made else { throw Fault(reason: "the request cannot be read") }
        return made
    }

    /// A write whose object is missing cannot be judged, whatever it writes.
    private static func missing(_ event: borrowing Event) -> [Decision.Unjudged] {
        guard event.body == .none || event.body == .present else { return [] }
        guard event.action == .create || event.action == .modify || event.action == .exec || event.action == .attach,
            event.object == nil
        else { return [] }
        return [Decision.Unjudged(.body, "the request has no object")]
    }

    private static func describeTemplate(_ event: inout Event, _ templates: [GateFile.TemplatePlace]) {
        guard event.workload == nil, event.action == .create || event.action == .modify, let object = event.object,
            let resource = event.target.resource.map({ String($0) })
        else { return }
        let group = event.target.apiGroup.map { String($0) } ?? ""
        for place in templates where place.resource == resource && place.group == group {
            guard let template = object.value(at: place.path) else { continue }
            if let old = event.oldObject?.value(at: place.path), old == template { continue }
            event.describe(template: template)
        }
    }
}

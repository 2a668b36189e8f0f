internal import JSONView
internal import SecurityEvents

/// Writes a decision as the API server reads it: an AdmissionReview with a response.
enum ReviewAnswer {
    /// The API server cuts a longer warning, and all of them together at 4 KiB.
    private static let warningLength = 250
    private static let warningCount = 12
    private static let messageLength = 4000
    private static let annotationLength = 4000

    /// The body of an answer.
    ///
    /// - Parameters:
    ///   - decision: what was decided.
    ///   - uid: the request's own name.
    ///   - target: what is known of the Pod that a connection goes to; nil for what is no connection.
    /// - Returns: JSON.
    static func body(_ decision: Decision, uid: String, target: String? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { review in
            review.member("apiVersion", "admission.k8s.io/v1")
            review.member("kind", "AdmissionReview")
            review.key("response")
            review.object { response in
                response.member("uid", uid)
                response.key("allowed")
                response.value(decision.verdict != .deny)
                if decision.verdict == .deny {
                    response.key("status")
                    response.object { status in
                        status.key("code")
                        status.value(Int64(403))
                        status.member("reason", "Forbidden")
                        status.member("message", cut(message(decision), messageLength))
                    }
                }
                let warnings = warnings(decision)
                if !warnings.isEmpty { response.member("warnings", warnings) }
                response.key("auditAnnotations")
                response.object { written in
                    for (key, value) in annotations(decision, target) { written.member(key, value) }
                }
            }
        }
        return writer.bytes
    }

    // MARK: Words

    /// Why a request is refused: each reason with its field and value, and what would make it pass.
    static func message(_ decision: Decision) -> String {
        var lines = ["refused (decision \(decision.id))"]
        let grave = decision.reasons.filter { $0.mode == .enforce }
        for reason in grave.prefix(5) { lines.append(text(of: reason)) }
        if grave.count > 5 { lines.append("and \(grave.count - 5) more reasons") }
        for cause in decision.unjudged.prefix(3) {
            lines.append("not judged, and what is not judged is refused: \(cause.detail)")
        }
        let patch = grave.flatMap(\.patch)
        if !patch.isEmpty { lines.append("a patch that takes these away: \(json(of: patch))") }
        return lines.joined(separator: "; ")
    }

    static func warnings(_ decision: Decision) -> [String] {
        var warnings: [String] = []
        if let exemption = decision.exemption {
            warnings.append(
                "tallyman: let through by exemption \(exemption); it would be refused (decision \(decision.id))")
        }
        if decision.verdict != .deny {
            for cause in decision.unjudged { warnings.append("tallyman: not judged: \(cause.detail)") }
        }
        let told = decision.reasons.filter {
            $0.mode == .warn || $0.mode == .enforce && decision.verdict != .deny
        }
        for reason in told { warnings.append("tallyman: \(text(of: reason))") }
        var kept = warnings.prefix(warningCount).map { cut($0, warningLength) }
        if warnings.count > kept.count { kept.append("tallyman: and \(warnings.count - kept.count) more") }
        return kept
    }

    private static func text(of reason: Decision.Reason) -> String {
        var text = "[\(reason.ruleName)] \(reason.message)"
        // What the rule looked at besides the object helps nobody who wrote it.
        if let field = reason.fields.first, !field.path.hasPrefix("request.") {
            text += " (\(field.path): \(field.value))"
        }
        if reason.isUnchanged { text += "; it was so before" }
        return text
    }

    /// For the audit log, where the API server puts the webhook's name before each.
    static func annotations(_ decision: Decision, _ target: String?) -> [(key: String, value: String)] {
        var written = [("decision", decision.id), ("verdict", decision.verdict.rawValue)]
        if !decision.reasons.isEmpty {
            var names: [String] = []
            for reason in decision.reasons {
                let name = "\(reason.ruleName)=\(reason.mode.rawValue)"
                if !names.contains(name) { names.append(name) }
            }
            written.append(("rules", cut(names.joined(separator: ","), annotationLength)))
        }
        if !decision.unjudged.isEmpty {
            written.append(("unjudged", decision.unjudged.map(\.cause.rawValue).joined(separator: ",")))
        }
        if let exemption = decision.exemption { written.append(("exemption", exemption)) }
        if let target { written.append(("target", cut(target, annotationLength))) }
        for (key, value) in decision.annotations.sorted(by: { $0.key < $1.key }).prefix(32) {
            // The API server takes one slash, and puts that before it itself.
            written.append(("policy." + key.replacing("/", with: "."), cut(value, annotationLength)))
        }
        return written.map { ($0.0, $0.1) }
    }

    private static func json(of patch: [Decision.PatchOperation]) -> String {
        var writer = JSONWriter()
        writer.array { array in for operation in patch.prefix(16) { operation.write(to: &array) } }
        return writer.text
    }

    /// A text of one line, cut to so many bytes: headers carry warnings, and a name may hold anything.
    private static func cut(_ text: String, _ length: Int) -> String {
        // Nearly all of them: letters and signs of ASCII, and few.
        if text.utf8.count <= length - 3, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var kept = ""
        var count = 0
        for scalar in text.unicodeScalars {
            let shown: Unicode.Scalar =
                scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
                ? " " : scalar
            count += UTF8.width(shown)
            guard count <= length - 3 else { return kept + "…" }
            kept.unicodeScalars.append(shown)
        }
        return kept
    }
}

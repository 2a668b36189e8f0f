import JSONView
internal import Manifests
internal import Reports
internal import Rules
internal import SecurityEvents

/// Judges manifests by the Pod Security Standards.
enum PodSecurityIssues {
    /// What a manifest does that a policy does not allow.
    ///
    /// - Parameters:
    ///   - manifest: an API object.
    ///   - policy: the level and its version.
    ///   - lines: the lines of its file.
    /// - Returns: an issue a check, at the field that is wrong or where one is missing.
    /// - Throws: that the object cannot be read as JSON, so that the standard was not asked.
    static func issues(
        of manifest: Manifest, by policy: PodSecurity.Policy, lines: [Substring]
    ) throws(Diagnostic) -> [CheckIssue] {
        guard manifest.kind == .kubernetes else { return [] }
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONParser().parse(manifest.root.json)
        } catch {
            let place = manifest.root.place
            throw Diagnostic(
                file: manifest.file, line: place.line, column: place.column,
                message: "not judged by Pod Security \"\(policy)\": \(error)")
        }
        return withExtendedLifetime(document) {
            guard let (pod, place) = PodSecurityPod.within(document.root) else { return [] }
            let violations = PodSecurity.evaluate(policy.level, version: policy.version, pod: pod)
            // What the baseline forbids is a known way to the host; the rest is hardening.
            let baseline = Set(
                PodSecurity.evaluate(.baseline, version: policy.version, pod: pod)
                    .flatMap { $0.fields.map(\.description) })
            return violations.map { violation in
                let isBaseline =
                    policy.level == .baseline || violation.fields.contains { baseline.contains($0.description) }
                return issue(violation, isBaseline ? .high : .medium, manifest, policy, place, lines)
            }
        }
    }

    private static func issue(
        _ violation: PodSecurity.Violation, _ level: Level, _ manifest: Manifest, _ policy: PodSecurity.Policy,
        _ template: JSONPath, _ lines: [Substring]
    ) -> CheckIssue {
        let places = violation.fields.prefix(16).map { field -> CheckIssue.Place in
            let path = JSONPath(template.steps + field.steps)
            let found = manifest.root.find(path)
            let value = found.isWhole ? String(decoding: found.value.json.prefix(256), as: UTF8.self) : "(not set)"
            return .init(path: path.description, value: value, line: found.place.line, column: found.place.column)
        }
        let place = places.first.map { Place(line: $0.line, column: $0.column) } ?? manifest.root.place
        let text = lines.indices.contains(place.line - 1) ? String(lines[place.line - 1]) : ""
        return CheckIssue(
            rule: "pod-security/\(violation.check)", ruleName: "pod-security-\(violation.check)",
            title: "Pod Security Standard \(policy.level.rawValue): \(violation.reason)",
            level: level, message: "violates Pod Security \"\(policy)\": \(violation.message)",
            file: manifest.file, line: place.line, column: place.column, text: text, subject: manifest.label,
            source: manifest.source, evidence: places,
            remediation:
                "See https://kubernetes.io/docs/concepts/security/pod-security-standards/ for the field and its "
                + "allowed values.",
            isFixable: !PodSecurityFix.edits(
                for: violation.fields.map { JSONPath(template.steps + $0.steps) }, of: manifest,
                lines: lines.map(String.init)
            ).isEmpty)
    }
}

package import Detection
package import Manifests
package import Reports
package import Rules
package import SecurityEvents

/// Judges files that ask for deployments by the rules that are meant for deployments that happened.
///
/// Nobody has asked yet: a rule whose answer depends on who asks is left unsaid. Each manifest is judged once with an
/// unknown asker and once as a part of the system, and only what holds for both is said.
package struct Check {
    private var unknown: Detector
    private var system: Detector
    private var policies: PolicyDetector?
    private var number = 0
    /// Rules of the library that are not asked here, by name.
    package let leftOut: [String]

    /// Prepares the work.
    ///
    /// - Parameters:
    ///   - library: the rules and lists.
    ///   - policies: asks admission policies too.
    package init(library: RuleLibrary, policies: PolicyDetector? = nil) {
        self.policies = policies
        let kept = library.keeping { Self.isMeaningful($0) }
        leftOut = Set(library.rules.map(\.rule.name)).subtracting(kept.rules.map(\.rule.name)).sorted()
        unknown = Detector(library: kept)
        system = Detector(library: kept)
    }

    /// Whether a rule can say anything of what has not happened: not of times, and not of other events.
    private static func isMeaningful(_ rule: CompiledRule) -> Bool {
        let later: Set<Fact> = [
            .age, .lifetime, .recentDeploy, .similarDeploys, .selectedWorkload, .deployer, .someoneElses,
            .deployedByActor,
        ]
        return rule.aggregation == nil && rule.facts.isDisjoint(with: later)
    }

    /// Judges what was read of a file.
    ///
    /// - Parameters:
    ///   - read: its manifests.
    ///   - lines: the lines of its text.
    ///   - diagnostics: what could not be judged.
    /// - Returns: what is wrong, in the order of the file.
    package mutating func issues(
        of read: ReadManifests, lines: [Substring], diagnostics: inout [Diagnostic]
    ) -> [CheckIssue] {
        var issues: [CheckIssue] = []
        // What is granted to an account matters for the workloads that run as it.
        let ordered = read.manifests.filter(\.isGrant) + read.manifests.filter { !$0.isGrant }
        for manifest in ordered {
            for finding in findings(of: manifest, &diagnostics) {
                issues.append(Self.issue(finding, of: manifest, lines: lines))
            }
        }
        issues += read.buildNotes.map { Self.issue($0, file: read.manifests.first?.file ?? "", lines: lines) }
        return issues.sorted { ($0.line, $0.column, $1.level) < ($1.line, $1.column, $0.level) }
    }

    private mutating func findings(of manifest: Manifest, _ diagnostics: inout [Diagnostic]) -> [Finding] {
        number += 1
        let refused = refusals(of: manifest, &diagnostics)
        let first = judge(manifest, as: .unknown, by: &unknown, &diagnostics)
        if manifest.kind == .buildStep {
            // Its image is judged once, with the stage.
            return first.filter { $0.evidence.contains { $0.path.hasPrefix("RequestBody.Cmd") } }
        }
        guard !first.isEmpty, manifest.kind == .kubernetes else { return first + refused }
        var ignored: [Diagnostic] = []
        let second = judge(manifest, as: .system, by: &system, &ignored)
        let held = Set(second.map { "\($0.rule) \($0.container?.name ?? "")" })
        return first.filter { held.contains("\($0.rule) \($0.container?.name ?? "")") } + refused
    }

    /// What policies would refuse, asked by somebody who is logged in; what they cannot say is a warning.
    private mutating func refusals(of manifest: Manifest, _ diagnostics: inout [Diagnostic]) -> [Finding] {
        guard policies != nil, manifest.kind != .buildStep, manifest.kind != .dockerfile else { return [] }
        var findings: [Finding] = []
        var undecided: [PolicyVerdict] = []
        // What cannot be read was told when the rules were asked.
        try? manifest.read(as: .authenticated, number: number) { event in
            findings += policies?.observe(event) ?? []
            undecided += policies?.undecided ?? []
        }
        for verdict in undecided {
            let reason = verdict.unknowns.first ?? "not known"
            diagnostics.append(
                Diagnostic(
                    .warning, file: manifest.file, line: manifest.root.place.line, column: manifest.root.place.column,
                    message: "\(verdict.origin.rawValue) '\(verdict.title)' is not judged: \(reason)"))
        }
        return findings
    }

    private func judge(
        _ manifest: Manifest, as asker: Manifest.Asker, by detector: inout Detector, _ diagnostics: inout [Diagnostic]
    ) -> [Finding] {
        var findings: [Finding] = []
        do throws(Diagnostic) {
            try manifest.read(as: asker, number: number) { event in
                findings += detector.observe(event)
                guard asker == .unknown else { return }
                for fault in event.faults.prefix(8) {
                    diagnostics.append(manifest.diagnostic(of: fault, in: event))
                }
            }
        } catch {
            diagnostics.append(error)
        }
        return findings
    }

    /// The changes that would take an issue away; none where no safe one is known.
    static func edits(for issue: CheckIssue, of manifest: Manifest) -> Set<TextEdit> {
        ManifestFix.edits(for: issue.evidence.map { manifest.fullPath($0.path) }, of: manifest)
    }

    // MARK: Issues

    private static func issue(_ finding: Finding, of manifest: Manifest, lines: [Substring]) -> CheckIssue {
        var places: [CheckIssue.Place] = []
        for piece in finding.evidence {
            guard let found = manifest.find(evidence: piece.path), !manifest.isWhole(piece.path) else { continue }
            let path = manifest.shortPath(piece.path)
            places.append(.init(path: path, value: piece.value, line: found.place.line, column: found.place.column))
        }
        // A name or an image says which container; the fault is mostly in another field.
        let telling = places.first { !namesContainer($0.path) } ?? places.first
        let place = telling.map { Place(line: $0.line, column: $0.column) } ?? manifest.root.place
        return CheckIssue(
            rule: finding.rule, ruleName: finding.ruleName, title: finding.title,
            level: manifest.kind == .buildStep ? lowered(finding.level) : finding.level, message: finding.message,
            file: manifest.file, line: place.line, column: place.column, text: line(place, lines),
            subject: manifest.label, source: manifest.source, evidence: places, tags: finding.tags,
            falsePositives: finding.falsePositives, remediation: finding.remediation,
            isFixable: !ManifestFix.edits(for: finding.evidence.map(\.path), of: manifest).isEmpty)
    }

    private static func namesContainer(_ path: String) -> Bool {
        path == "Image" || path.hasSuffix(".image") || path.hasSuffix("].name")
    }

    /// What a build does, it does where images are made, not where they run.
    private static func lowered(_ level: Level) -> Level {
        switch level {
        case .high: .medium
        case .medium: .low
        default: level
        }
    }

    private static func issue(_ note: BuildNote, file: String, lines: [Substring]) -> CheckIssue {
        let check = BuildCheck.all.first { $0.name == note.check }
        return CheckIssue(
            rule: note.check.rawValue, ruleName: note.check.rawValue, title: check?.title ?? "",
            level: check?.level ?? .low, message: note.message, file: file, line: note.place.line,
            column: note.place.column, text: line(note.place, lines), subject: "the image",
            tags: ["attack.t1610"], remediation: check?.remediation)
    }

    private static func line(_ place: Place, _ lines: [Substring]) -> String {
        lines.indices.contains(place.line - 1) ? String(lines[place.line - 1]) : ""
    }
}

extension Manifest {
    /// Whether it grants rights.
    fileprivate var isGrant: Bool { identity.group == "rbac.authorization.k8s.io" }

    /// A path of a finding without what admission puts around the object.
    func shortPath(_ path: String) -> String {
        for prefix in ["request.object.", "RequestBody."] where path.hasPrefix(prefix) {
            return String(path.dropFirst(prefix.count))
        }
        return path
    }

    /// Whether a path is that of the whole object or body.
    func isWhole(_ path: String) -> Bool { path == "request.object" || path == "RequestBody" }

    /// The path that ``shortPath(_:)`` shortened.
    func fullPath(_ path: String) -> String { (kind == .kubernetes ? "request.object." : "RequestBody.") + path }

    /// A field that was there and could not be understood.
    fileprivate func diagnostic(of fault: FieldFault, in event: borrowing Event) -> Diagnostic {
        let path = event.path(of: fault.value) ?? ""
        let place = find(evidence: path)?.place ?? root.place
        return Diagnostic(
            .warning, file: file, line: place.line, column: place.column,
            message: "\(shortPath(path)) must be \(fault.expected); it is judged as if it were not there")
    }
}

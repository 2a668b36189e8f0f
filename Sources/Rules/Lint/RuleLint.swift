internal import BoundedYAML
public import SecurityEvents
internal import Yams

/// Looks for rules that do not do what their authors mean: that can never speak, that always do, that ask for what no
/// record has.
public struct RuleLint {
    private let library: RuleLibrary
    private let files: [RuleFile]
    private let sources: Set<SourceType>
    private var findings: [LintFinding] = []

    /// Prepares looking.
    ///
    /// - Parameters:
    ///   - library: the rules, the sound ones kept.
    ///   - files: the files that they were read from, and that are looked at.
    ///   - sources: the sources whose events there will be.
    public init(_ library: RuleLibrary, files: [RuleFile], sources: Set<SourceType> = Set(SourceType.allCases)) {
        self.library = library
        self.files = files
        self.sources = sources
    }

    /// Everything there is to say, by file and place.
    public consuming func run() -> [LintFinding] {
        for diagnostic in library.diagnostics { add(diagnostic) }
        checkIdentifiers()
        checkPages()
        let documents = sigmaDocuments()
        let names = Set(files.map(\.name))
        for rule in library.rules where names.contains(rule.rule.file) {
            check(rule, documents[rule.rule.id])
        }
        return findings.sorted {
            ($0.file, $0.line, $0.column, $0.check.rawValue, $0.message)
                < ($1.file, $1.line, $1.column, $1.check.rawValue, $1.message)
        }
    }

    private mutating func add(_ diagnostic: Diagnostic) {
        findings.append(
            LintFinding(
                diagnostic.severity == .error ? .fault : .notice,
                diagnostic.severity == .error ? .error : .notice, rule: "", file: diagnostic.file,
                line: diagnostic.line,
                column: diagnostic.column, message: diagnostic.message))
    }

    /// The Sigma documents of the files, by the id of their rule.
    private func sigmaDocuments() -> [String: SigmaDocument] {
        var documents: [String: SigmaDocument] = [:]
        for file in files where SigmaLanguage.reads(file) && !ListReader.isList(file) {
            for document in (try? SigmaDocument.all(of: file)) ?? [] {
                var envelope = SigmaEnvelope(document)
                documents[envelope.rule(Rule.LogSource()).id] = document
            }
        }
        return documents
    }

    private mutating func checkIdentifiers() {
        var seen: [String: String] = [:]
        for file in files where SigmaLanguage.reads(file) && !ListReader.isList(file) {
            for document in (try? SigmaDocument.all(of: file)) ?? [] where document.kind != .filter {
                guard let node = document.root.value("id"), let id = node.scalar?.string.lowercased() else { continue }
                if let other = seen[id], other != "\(file.name)#\(document.position)" {
                    let known = library.diagnostics.contains { $0.file == file.name && $0.message.contains(id) }
                    if !known {
                        findings.append(
                            LintFinding(
                                .duplicateID, .error, rule: SigmaEnvelope(document).name, file: file.name,
                                line: node.mark?.line ?? 0, column: node.mark?.column ?? 0,
                                message: "the id \(id) is also that of \(other.prefix { $0 != "#" }), which it replaces"
                            ))
                    }
                } else {
                    seen[id] = "\(file.name)#\(document.position)"
                }
            }
        }
    }

    private mutating func checkPages() {
        let pages = Set(files.filter { $0.fileName == "page.md" }.map { $0.path.dropLast("page.md".count) })
        for file in files where file.fileName == "rule.yml" {
            guard !pages.contains(file.path.dropLast("rule.yml".count)) else { continue }
            findings.append(
                LintFinding(
                    .missingPage, .warning, rule: String(file.folderName), file: file.name,
                    message: "a rule in a folder of its own has a page.md beside it; this one has none"))
        }
    }

    private mutating func check(_ rule: CompiledRule, _ document: SigmaDocument?) {
        var reporter = RuleReporter(rule, document)
        for wait in rule.waitsFor {
            reporter.add(.waits, .notice, at: "logsource", "not evaluated: it waits for \(wait)")
        }
        if rule.waitsFor.isEmpty {
            let bits = Requirement.bits(SourceType.allCases.filter(sources.contains))
            if rule.requirement.sources & bits == 0, rule.requirement.sources != 0 {
                let needed = SourceType.allCases.filter { rule.requirement.sources & Requirement.bit($0) != 0 }
                reporter.add(
                    .noSource, .error, at: "logsource",
                    "needs events of \(needed.map(\.rawValue).joined(separator: " or ")), and there are none")
            }
            RuleConditionLint(rule).check(&reporter)
        }
        findings += reporter.findings
    }
}

/// Collects what is said of one rule, each thing at its place in the file.
struct RuleReporter {
    private let rule: CompiledRule
    private let document: SigmaDocument?
    private(set) var findings: [LintFinding] = []

    init(_ rule: CompiledRule, _ document: SigmaDocument?) {
        self.rule = rule
        self.document = document
    }

    /// Says something about a key at the top of the rule.
    mutating func add(_ check: LintFinding.Check, _ severity: LintFinding.Severity, at key: String, _ message: String) {
        add(check, severity, place: document?.root.value(key), message)
    }

    /// Says something about a field of a selection.
    mutating func add(
        _ check: LintFinding.Check, _ severity: LintFinding.Severity, field: String, value: String? = nil,
        _ message: String
    ) {
        add(check, severity, place: place(of: field, value: value), message)
    }

    private mutating func add(
        _ check: LintFinding.Check, _ severity: LintFinding.Severity, place: Node?, _ message: String
    ) {
        let finding = LintFinding(
            check, severity, rule: rule.rule.name, file: rule.rule.file, line: place?.mark?.line ?? 0,
            column: place?.mark?.column ?? 0, message: message)
        if !findings.contains(finding) { findings.append(finding) }
    }

    /// Where a field, or one of its values, stands in the selections.
    private func place(of field: String, value: String?) -> Node? {
        guard let document, let detection = document.root.value("detection") else { return nil }
        let taxonomy = SigmaTaxonomy(rule.rule.logsource)
        func look(_ node: Node) -> Node? {
            switch node {
            case .mapping(let mapping):
                for (key, inner) in mapping {
                    let name = (key.scalar?.string ?? "").prefix { $0 != "|" }
                    guard taxonomy.rawName(of: String(name)) == field else {
                        if let found = look(inner) { return found }
                        continue
                    }
                    guard let value else { return key }
                    if case .sequence(let values) = inner {
                        return values.first { $0.scalar?.string == value } ?? key
                    }
                    return inner.scalar?.string == value ? inner : key
                }
                return nil
            case .sequence(let sequence):
                for element in sequence { if let found = look(element) { return found } }
                return nil
            default: return nil
            }
        }
        return look(detection) ?? detection
    }

    /// The names of the selections, and the condition.
    var selections: (names: [String], condition: String)? {
        guard let document, document.kind == .selections, case .mapping(let mapping)? = document.root.value("detection")
        else { return nil }
        let names = mapping.compactMap { $0.key.scalar?.string }.filter { $0 != "condition" && $0 != "timeframe" }
        let condition = document.root.value("detection")?.value("condition")
        if case .sequence(let several)? = condition {
            return (names, several.compactMap { $0.scalar?.string }.joined(separator: " or "))
        }
        return (names, condition?.scalar?.string ?? "")
    }
}

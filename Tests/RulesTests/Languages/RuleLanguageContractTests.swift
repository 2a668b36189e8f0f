import SecurityEvents
import Testing

@testable import Rules

/// What each language must show of itself to be asked the contract.
struct LanguageSample: Sendable, CustomTestStringConvertible {
    var language: any RuleLanguage.Type
    /// A file without a fault that has a rule at least.
    var sound: RuleFile
    /// Faults: the text of a file, and the place that must be named, counted from 1.
    var faults: [(text: String, line: Int, column: Int)]

    var testDescription: String { language.name }

    /// The samples; a new language adds its own here.
    static let all: [LanguageSample] = [.admissionPolicies, .falco, .sigma]

    func compile(_ text: String) -> (rules: [CompiledRule], diagnostics: [Diagnostic]) {
        var diagnostics: [Diagnostic] = []
        let lists = (try? RuleLibrary(layers: [[listFile("names")]]).lists) ?? RuleLists()
        let file = RuleFile(name: sound.name, path: sound.path, text: text)
        let rules = language.compile([file], with: ConditionCompiler(lists: lists), diagnostics: &diagnostics)
        return (rules, diagnostics)
    }
}

extension LanguageSample {
    private static let sigmaText = """
        title: Listing secrets
        id: 0e6f1f52-0000-4000-8000-000000000001
        level: low
        logsource: {product: kubernetes, service: audit}
        detection:
          selection:
            verb: list
            objectRef.resource|contains: secret
          condition: selection
        """

    static let falco = LanguageSample(
        language: FalcoLanguage.self, sound: falcoFile(falcoRule("ka.verb = create")),
        faults: [
            (falcoRule("ka.verbs = create"), 4, 5), (falcoRule("ka.verb exists", output: "%ka.user"), 5, 12),
            (falcoRule("ka.verb exists").replacing("WARNING", with: "WARN"), 6, 13),
        ])

    static let admissionPolicies = LanguageSample(
        language: AdmissionPolicyLanguage.self,
        sound: RuleFile(name: "policy.yaml", path: "policy.yaml", text: policyText()),
        faults: [
            (policyText(expression: "object.spec.foo.bar(1)"), 9, 37),
            (policyText(extra: "failurePolicies: Fail"), 10, 3),
        ])

    private static func policyText(
        expression: String = "object.spec.replicas <= 5", extra: String = "failurePolicy: Fail"
    ) -> String {
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: p}
        spec:
          matchConstraints:
            resourceRules:
            - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}
          validations:
          - expression: "\(expression)"
          \(extra)
        """
    }

    static let sigma = LanguageSample(
        language: SigmaLanguage.self,
        sound: RuleFile(name: "sample/secrets.yml", path: "sample/secrets.yml", text: sigmaText),
        faults: [
            (ruleText(level: "hgh"), 3, 8),
            (ruleText(detection: "\n  cel: event.deploys && container.priviliged"), 7, 34),
            (sigmaText.replacing("|contains", with: "|contain"), 8, 5),
            (sigmaText.replacing("condition: selection", with: "condition: selections"), 9, 14),
            (sigmaText.replacing("level: low", with: "level: lowest"), 3, 8),
        ])
}

@Suite("What every rule language promises")
struct RuleLanguageContractTests {
    @Test("Every language has a sample here")
    func complete() {
        #expect(LanguageSample.all.map { $0.language.name } == RuleLanguages.all.map { $0.name })
    }

    @Test("A sound file loads, and only its own language reads it", arguments: LanguageSample.all)
    func sound(_ sample: LanguageSample) {
        let (rules, diagnostics) = sample.compile(sample.sound.text)
        #expect(!rules.isEmpty)
        #expect(diagnostics.filter { $0.severity == .error } == [])
        #expect(rules.allSatisfy { $0.rule.file == sample.sound.name })
        #expect(RuleLanguages.all.filter { $0.reads(sample.sound) }.map { $0.name } == [sample.language.name])
    }

    @Test("A fault has file, line, column and reason, and its rule is left out", arguments: LanguageSample.all)
    func faults(_ sample: LanguageSample) {
        for fault in sample.faults {
            let (rules, diagnostics) = sample.compile(fault.text)
            let errors = diagnostics.filter { $0.severity == .error }
            #expect(errors.contains { $0.line == fault.line && $0.column == fault.column }, "\(errors)")
            #expect(errors.allSatisfy { $0.file == sample.sound.name && !$0.message.isEmpty })
            #expect(rules.isEmpty)
        }
    }

    @Test("A text cut anywhere neither traps nor goes by without a word", arguments: LanguageSample.all)
    func cut(_ sample: LanguageSample) {
        let scalars = Array(sample.sound.text.unicodeScalars)
        for length in stride(from: 0, to: scalars.count, by: 3) {
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars[..<length])
            let (rules, diagnostics) = sample.compile(String(text))
            #expect(!rules.isEmpty || !diagnostics.isEmpty, "cut after \(length) characters")
        }
    }

    private static let hostile = [
        "", "\u{0}", "---\n---\n---", "[[[[[[[[", "{{{{{{{{", "- - - - - -", "? ? ? ?", "a: &a [*a, *a]",
        "%YAML 9.9\n---\n",
        "!!binary x", "true", "123", "null", "\t\ttabs: 1", "a: 1\na: 2", "\u{FEFF}title: x", "x: '" + "\u{202E}" + "'",
        String(repeating: "a: {", count: 2000), String(repeating: "- ", count: 2000), "{a: b}: c", "? [a]\n: b",
    ]

    @Test("Hostile texts do not trap and are answered with an error", arguments: LanguageSample.all)
    func hostileTexts(_ sample: LanguageSample) {
        for text in Self.hostile {
            let (rules, diagnostics) = sample.compile(text)
            #expect(rules.isEmpty)
            #expect(diagnostics.contains { $0.severity == .error }, "\(text.prefix(40))")
        }
    }
}
